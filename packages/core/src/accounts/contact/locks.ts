import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { Person } from "../../people/person/person.ts";
import { acquireUnique, readUnique, releaseUnique, type UniqueLock } from "../../people/person/unique-per-person.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type ContactRecord, Contacts } from "./contact.entity.ts";
import { CONTACT } from "./contact.kind.ts";

/**
 * Locks of contacts. A person has at most one contact at a customer or lead, and a customer or lead has at most one primary contact. Each
 * lock is an item that is written in the transaction of the contact.
 */

/** The primary contact changed between the read and the write, so the caller must read again. */
class PrimaryConflict extends WriteConflict {
  override name = "PrimaryMoved";
}

/** The customer or lead of a contact. */
export const contactPlace = ({ customer_id, lead_id }: ContactRecord): string => (customer_id ?? lead_id) as string;

/**
 * Finds the contacts of a person at a customer or lead. `persons` holds all ids of the person, the surviving one first. The result has no
 * id, one id, or several after a merge of persons who each had a contact: the survivor's first.
 */
export const findAtPlace = (persons: readonly string[], place: string): Promise<UniqueLock> =>
  readUnique("CONTACT", persons, place);

/**
 * Adds the changes of the locks to the contact's transaction. `before` is null if the contact is created or restored, `after` is null if it
 * is deleted. `uniqueLock` is the result of `findAtPlace` on which the caller decided to create the contact; without it the lock is read now.
 */
export async function moveLocks(
  tx: Transaction,
  before: ContactRecord | null,
  after: ContactRecord | null,
  uniqueLock?: UniqueLock,
): Promise<void> {
  const [previousPlace, nextPlace] = [before, after].map((contact) => contact && contactPlace(contact));
  if (previousPlace !== nextPlace) {
    if (before && previousPlace) releaseUnique(tx, "CONTACT", before.personal_key_id, previousPlace);
    if (after && nextPlace) await takePlace(tx, after, uniqueLock);
  }
  const [leaving, nextPrimaryPlace] = [before, after].map((contact) => (contact?.is_primary ? contactPlace(contact) : undefined));
  if (leaving === nextPrimaryPlace) return;
  if (leaving) tx.delete(primaryKey(leaving));
  if (nextPrimaryPlace) await takePrimary(tx, (after as ContactRecord).id, nextPrimaryPlace);
}

/** Does the same as `moveLocks` for a merge of two contacts or its undo: a lock that both sides need is written once. */
export async function rearrangeLocks(
  tx: Transaction,
  before: readonly ContactRecord[],
  after: readonly ContactRecord[],
): Promise<void> {
  const isIncluded = (contact: ContactRecord, among: readonly ContactRecord[]) => among.some(({ id }) => id === contact.id);
  for (const contact of before)
    if (!isIncluded(contact, after)) releaseUnique(tx, "CONTACT", contact.personal_key_id, contactPlace(contact));
  for (const contact of after) if (!isIncluded(contact, before)) await takePlace(tx, contact, undefined);
  const primaries = (contacts: readonly ContactRecord[]) =>
    new Map(contacts.flatMap((contact) => (contact.is_primary ? [[contactPlace(contact), contact.id] as const] : [])));
  const [previousPrimaries, nextPrimaries] = [primaries(before), primaries(after)];
  for (const [place, id] of previousPrimaries) {
    const next = nextPrimaries.get(place);
    if (next === undefined) tx.delete(primaryKey(place));
    else if (next !== id) givePrimary(tx, next, place, id);
  }
  for (const [place, id] of nextPrimaries) if (!previousPrimaries.has(place)) await takePrimary(tx, id, place);
}

async function takePlace(tx: Transaction, contact: ContactRecord, knownLock: UniqueLock | undefined): Promise<void> {
  const { personal_key_id } = contact;
  const living = knownLock ? undefined : await Person.resolveMerged(personal_key_id);
  const single = knownLock ?? (await findAtPlace(living ? Person.listIds(living) : [personal_key_id], contactPlace(contact)));
  const [holder] = single.ids;
  if (holder !== undefined) {
    const field = contact.customer_id ? "customer_id" : "lead_id";
    const message = (await Records.isVisible(CONTACT, holder))
      ? `The person is already the contact ${holder} there`
      : "The person is already a contact there";
    throw conflict("A person can be a contact of a customer or lead only once", [{ field, message }]);
  }
  acquireUnique(tx, single, personal_key_id, contact.id);
}

const primaryKey = (place: string): Key => ({ pk: tenantKey(useTenant(), "PRIMARY", place), sk: "contact" });

/** Makes a contact the primary one. The former primary contact loses the flag in the same transaction. */
async function takePrimary(tx: Transaction, id: string, place: string): Promise<void> {
  const holder = (await readItem(primaryKey(place)))?.contact_id as string | undefined;
  givePrimary(tx, id, place, holder);
  const before = holder === undefined ? undefined : await Records.load(Contacts, holder);
  if (before) tx.replace(Contacts, before, Records.nextVersion(before, { ...before, is_primary: false }));
}

function givePrimary(tx: Transaction, id: string, place: string, holder: string | undefined): void {
  const buildConflict = () => new PrimaryConflict(`${place} has another primary contact now`);
  const item = { ...primaryKey(place), contact_id: id };
  if (holder === undefined) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
  else tx.put(item, { condition: "contact_id = :holder", values: { ":holder": holder }, rejection: buildConflict });
}

/** Whether the customer or lead has a primary contact. */
export const hasPrimary = async (place: string): Promise<boolean> => (await readItem(primaryKey(place))) !== undefined;
