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

/** The members of a segment or of a contact list, page by page in id order, limited to the records that the caller can see. */

/** Number of records in a page. */
export const PAGE_SIZE = 100;

export type AudienceCustomer = typeof customerSets.members extends { fromItem: (item: never) => infer R } ? R : never;
export type AudienceContact = typeof Contact.listDefinition.collection extends { fromItem: (item: never) => infer R } ? R : never;

/** Returns a page of a set's members that the caller can see. `after` is the cursor of the next page, undefined at the end. */
export async function loadMembers<R extends BaseRecord>(roster: SegmentType<R>, set: string, after: string | undefined) {
  const partitions = memberPartitions(set, await useContext().visibleOwners());
  const ids = await listKeysAfter(roster.members, partitions, { order: "asc", after, limit: PAGE_SIZE });
  const liveRecords = (await Records.loadMany(roster.members, ids, { live: true })).filter((record) => record !== undefined);
  return {
    records: await Visibility.filterVisible(roster.members, liveRecords),
    after: ids.length < PAGE_SIZE ? undefined : ids.at(-1),
  };
}

/** A person through whom a customer is reached. The caller may not see that person. `contact` is set for contacts of a business. */
export interface ReachedPerson {
  person: string;
  contact?: AudienceContact;
}

/** Returns the person of an individual customer, or the visible contacts of a business. */
export async function listReached({ id, personal_key_id }: AudienceCustomer): Promise<readonly ReachedPerson[]> {
  if (personal_key_id) return [{ person: personal_key_id }];
  const contacts = await Visibility.filterVisible(Contact.listDefinition.collection, await listCustomerContacts(id));
  return contacts.map((contact) => ({ person: contact.personal_key_id, contact }));
}

export type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.resolveMerged>>>;

/** Returns the live persons that the caller can see, keyed by the requested ids. A merged id leads to the person it was merged into. */
export const loadVisible = async (ids: readonly string[]): Promise<ReadonlyMap<string, PersonRecord>> =>
  (await splitByVisibility(ids)).visible;

interface SplitPersons {
  /** Keyed by the requested ids. */
  visible: ReadonlyMap<string, PersonRecord>;
  /** How many live persons the caller does not see. */
  hidden: number;
}

/** Loads live persons, and tells those whom the caller sees from the others. */
export async function splitByVisibility(ids: readonly string[]): Promise<SplitPersons> {
  const personById = await Identity.resolveAllMerged(ids);
  const living = [...personById.values()].filter((person) => person !== undefined && !person.deleted_at) as PersonRecord[];
  const uniquePersons = [...new Map(living.map((person) => [person.id, person])).values()];
  const visible = new Map(
    (await Visibility.filterVisible(Person.listDefinition.collection, uniquePersons)).map((person) => [person.id, person]),
  );
  const requested = [...personById].flatMap(([id, person]) => {
    const visiblePerson = person && visible.get(person.id);
    return visiblePerson ? [[id, visiblePerson] as const] : [];
  });
  return { visible: new Map(requested), hidden: uniquePersons.length - visible.size };
}

export * as Audience from "./audience.ts";
