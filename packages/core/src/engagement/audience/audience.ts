import { Contact } from "../../accounts/contact/contact.ts";
import { listCustomerContacts } from "../../accounts/contact/customer-contacts.ts";
import { useContext } from "../../kernel/context.ts";
import * as Identity from "../../people/person/identity.ts";
import { Person } from "../../people/person/person.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { memberPartitions } from "../segment/members.ts";
import type { customerSets } from "../segment/segment.ts";
import type { SegmentType } from "../segment/segment-type.ts";

/** Who is meant by a segment or a list of contacts, a page at a time in order of ids, as far as who asked sees them. */

/** Records of one page. */
export const PAGE_SIZE = 100;

export type AudienceCustomer = typeof customerSets.members extends { fromItem: (item: never) => infer R } ? R : never;
export type AudienceContact = typeof Contact.listDefinition.collection extends { fromItem: (item: never) => infer R } ? R : never;

/** Members of a set, as far as they are seen; `after` is behind which the next page begins, undefined at the end. */
export async function loadMembers<R extends BaseRecord>(roster: SegmentType<R>, set: string, after: string | undefined) {
  const partitions = memberPartitions(set, await useContext().visibleOwners());
  const ids = await listKeysAfter(roster.members, partitions, { order: "asc", after, most: PAGE_SIZE });
  const there = (await Records.loadMany(roster.members, ids, { live: true })).filter((record) => record !== undefined);
  return {
    records: await Visibility.filterVisible(roster.members, there),
    after: ids.length < PAGE_SIZE ? undefined : ids.at(-1),
  };
}

/** Somebody by whom a customer is reached: the id of a person, perhaps not seen, and of a business the contact that they are. */
export interface ReachedPerson {
  person: string;
  contact?: AudienceContact;
}

/** An individual themselves; of a business its contacts that are seen. */
export async function listReached({ id, personal_key_id }: AudienceCustomer): Promise<readonly ReachedPerson[]> {
  if (personal_key_id) return [{ person: personal_key_id }];
  const contacts = await Visibility.filterVisible(Contact.listDefinition.collection, await listCustomerContacts(id));
  return contacts.map((contact) => ({ person: contact.personal_key_id, contact }));
}

export type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.resolveMerged>>>;

/** By the ids that were asked for: the living persons whom who asked sees. */
export async function loadVisible(ids: readonly string[]): Promise<ReadonlyMap<string, PersonRecord>> {
  const found = await Identity.resolveAllMerged(ids);
  const living = [...found.values()].filter((person) => person !== undefined && !person.deleted_at) as PersonRecord[];
  const once = [...new Map(living.map((person) => [person.id, person])).values()];
  const visible = new Map(
    (await Visibility.filterVisible(Person.listDefinition.collection, once)).map((person) => [person.id, person]),
  );
  return new Map(
    [...found].flatMap(([id, person]) => {
      const own = person && visible.get(person.id);
      return own ? [[id, own] as const] : [];
    }),
  );
}

export * as Audience from "./audience.ts";
