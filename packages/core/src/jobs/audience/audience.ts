import { Contact } from "../../contact/contact.ts";
import { contactsOf } from "../../contact/of-customer.ts";
import { useContext } from "../../kernel/context.ts";
import * as Identity from "../../person/identity.ts";
import { Person } from "../../person/person.ts";
import { partitionsOf } from "../../segment/members.ts";
import type { Roster } from "../../segment/roster.ts";
import type { customerSets } from "../../segment/segment.ts";
import { keysBehind } from "../../storage/read/scan.ts";
import { Visible } from "../../storage/read/visibility.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";

/** Who is meant by a segment or a list of contacts, a page at a time in order of ids, as far as who asked sees them. */

/** Records of one page. */
export const PAGE = 100;

export type Customers = typeof customerSets.members extends { fromItem: (item: never) => infer R } ? R : never;
export type Contacts = typeof Contact.listed.collection extends { fromItem: (item: never) => infer R } ? R : never;

/** Members of a set, as far as they are seen; `after` is behind which the next page begins, undefined at the end. */
export async function membersBehind<R extends BaseRecord>(roster: Roster<R>, set: string, after: string | undefined) {
  const partitions = partitionsOf(set, await useContext().visible());
  const ids = await keysBehind(roster.members, partitions, { order: "asc", after, most: PAGE });
  const there = (await Records.loadMany(roster.members, ids, { live: true })).filter((record) => record !== undefined);
  return { records: await Visible.among(roster.members, there), after: ids.length < PAGE ? undefined : ids.at(-1) };
}

/** Somebody by whom a customer is reached: the id of a person, perhaps not seen, and of a business the contact that they are. */
export interface Reached {
  person: string;
  contact?: Contacts;
}

/** An individual themselves; of a business its contacts that are seen. */
export async function reachedBy({ id, personal_key_id }: Customers): Promise<readonly Reached[]> {
  if (personal_key_id) return [{ person: personal_key_id }];
  const contacts = await Visible.among(Contact.listed.collection, await contactsOf(id));
  return contacts.map((contact) => ({ person: contact.personal_key_id, contact }));
}

export type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.living>>>;

/** By the ids that were asked for: the living persons whom who asked sees. */
export async function seen(ids: readonly string[]): Promise<ReadonlyMap<string, PersonRecord>> {
  const found = await Identity.livingAll(ids);
  const living = [...found.values()].filter((person) => person !== undefined && !person.deleted_at) as PersonRecord[];
  const once = [...new Map(living.map((person) => [person.id, person])).values()];
  const visible = new Map((await Visible.among(Person.listed.collection, once)).map((person) => [person.id, person]));
  return new Map(
    [...found].flatMap(([id, person]) => {
      const own = person && visible.get(person.id);
      return own ? [[id, own] as const] : [];
    }),
  );
}

export * as Audience from "./audience.ts";
