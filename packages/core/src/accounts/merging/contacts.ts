import { hasPermission, runIn, useContext } from "../../kernel/context.ts";
import { conflict, forbidden, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Merging } from "../../people/identity/merge.ts";
import { personGrants } from "../../people/person/person.kind.ts";
import { Person } from "../../people/person/person.ts";
import { retryOnConflict } from "../../storage/write/transaction.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { Contact } from "../contact/contact.ts";
import type { RecordMerge } from "./merging.entity.ts";
import {
  laterInstant,
  Merge,
  type MergeDefinition,
  mergeRecords,
  readMerge,
  readPair,
  Unmerge,
  unmergeRecords,
} from "./merging.ts";
import { listContactReferences } from "./reference-fields.ts";

/**
 * Merges of contacts of one customer or lead. Contact points, preferences and the timeline belong to the person, so the persons are merged
 * as well.
 */

export { MergeResult, UnmergeResult } from "./merging.ts";

const { collection, fields } = Contact.listDefinition;
type ContactRecord = NonNullable<Awaited<ReturnType<typeof Contact.load>>>;

const contactPlace = ({ customer_id, lead_id }: Pick<ContactRecord, "customer_id" | "lead_id">) => customer_id ?? lead_id;

/** Fields that a caller cannot choose: the position of the contact, and fields of the person. */
const {
  customer_id: _customer,
  lead_id: _lead,
  is_primary: _primary,
  reports_to_id: _above,
  email_opt_out: _email,
  phone_opt_out: _phone,
  ...single
} = fields;

export const mergeableContacts: MergeDefinition<ContactRecord> = {
  entity: "contact",
  kind: CONTACT,
  collection,
  fields: Object.keys(single),
  parentField: "reports_to_id",
  requireFit(survivor, merged) {
    if (contactPlace(survivor) !== contactPlace(merged))
      throw conflict("The contacts belong to different customers or leads", [
        { field: "merged_id", message: "Move it to the same customer or lead first" },
      ]);
  },
  combine: (survivor, merged) => ({
    // The merged contact of another customer passes on only fields that users wrote, so not its primary flag.
    is_primary: survivor.is_primary || (merged.is_primary && contactPlace(survivor) === contactPlace(merged)),
    last_activity_date: laterInstant(survivor.last_activity_date, merged.last_activity_date),
  }),
  rearrange: Contact.rearrangeLocks,
  listReferences: listContactReferences,
};

export const merge = fn(Merge, async (input) => {
  const persons = await findPersonPair(...(await readPair(mergeableContacts, input.id, input.merged_id)));
  if (persons && !input.dry_run) await mergePersons(persons, input.reason);
  return retryOnConflict(() => mergeRecords(mergeableContacts, input, persons));
});

/** Returns the ids of the two contacts' persons, or null if they are one person already. */
async function findPersonPair(survivor: ContactRecord, merged: ContactRecord): Promise<RecordMerge["persons"]> {
  const [survivingPerson, mergedPerson] = await Promise.all(
    [survivor, merged].map(({ personal_key_id }) => Person.resolveMerged(personal_key_id)),
  );
  return survivingPerson && mergedPerson && survivingPerson.id !== mergedPerson.id
    ? { survivor_id: survivingPerson.id, merged_id: mergedPerson.id }
    : null;
}

/**
 * Merges the persons in a separate write without the idempotency key of the request, because the stored response of the request is that of
 * the contacts. A repeat of the request finds the persons merged.
 */
async function mergePersons({ survivor_id, merged_id }: NonNullable<RecordMerge["persons"]>, reason: string | undefined) {
  await runAsOwnRequest(() => Merging.merge({ id: survivor_id, merged_id, ...(reason === undefined ? {} : { reason }) }));
}

async function runAsOwnRequest(work: () => Promise<unknown>): Promise<void> {
  if (!hasPermission(personGrants.merge))
    throw forbidden("The contacts are two persons, and your role cannot merge or separate persons");
  const { idempotency: _kept, ...request } = useContext().request;
  try {
    await runIn({ ...useContext(), request }, work);
  } catch (error) {
    if (!isFailure(error, "NOT_FOUND")) throw error;
    throw conflict("The contacts are two persons, one of whom you cannot see: ask an administrator");
  }
}

export const unmerge = fn(Unmerge, async ({ id, merged_id }) => {
  const { merge, merged } = await readMerge(mergeableContacts, id, merged_id);
  const { persons } = merge;
  const person = persons && (await Person.resolveMerged(merged.personal_key_id));
  if (persons && person?.id !== persons.merged_id)
    await runAsOwnRequest(() => Merging.unmerge({ id: persons.survivor_id, merged_id: persons.merged_id }));
  return retryOnConflict(async () => unmergeRecords(mergeableContacts, await readMerge(mergeableContacts, id, merged_id)));
});

export * as ContactMerging from "./contacts.ts";
