import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { Person } from "../../people/person/person.ts";
import { acquireUnique, readUnique, releaseUnique, type UniqueLock } from "../../people/person/unique-per-person.ts";
import { get } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { CONTACT } from "./contact.domain.ts";
import { type ContactRecord, Contacts } from "./contact.entity.ts";

/**
 * What contacts have alone: a person is once a contact of a customer or lead, and one contact of it is the primary. Each is an
 * item that is written in the contact's own transaction.
 */

/** Another contact became the primary, or ceased to be it, between reading and writing: read again. */
class PrimaryConflict extends WriteConflict {
  override name = "PrimaryMoved";
}

/** The customer or lead of a contact. */
export const contactPlace = ({ customer_id, lead_id }: ContactRecord): string => (customer_id ?? lead_id) as string;

/**
 * The contact of a person at a customer or lead, given all ids that the person has been known by, the living one first. None,
 * one, or, after a merge of two who had one each, several: the survivor's first.
 */
export const findAtPlace = (persons: readonly string[], place: string): Promise<UniqueLock> =>
  readUnique("CONTACT", persons, place);

/**
 * Adds to the contact's transaction what it takes and gives free: `before` is null where it comes to life, `after` where it
 * is deleted. `known` is what `find` gave to the decision that it is made; read now where it is left out.
 */
export async function moveLocks(
  tx: Transaction,
  before: ContactRecord | null,
  after: ContactRecord | null,
  known?: UniqueLock,
): Promise<void> {
  const [left, taken] = [before, after].map((contact) => contact && contactPlace(contact));
  if (left !== taken) {
    if (before && left) releaseUnique(tx, "CONTACT", before.personal_key_id, left);
    if (after && taken) await takePlace(tx, after, known);
  }
  const [leaving, taking] = [before, after].map((contact) => (contact?.is_primary ? contactPlace(contact) : undefined));
  if (leaving === taking) return;
  if (leaving) tx.delete(primaryKey(leaving));
  if (taking) await takePrimary(tx, (after as ContactRecord).id, taking);
}

/** As `move`, where two become one, or one is two again: what both have is one item. */
export async function rearrangeLocks(
  tx: Transaction,
  before: readonly ContactRecord[],
  after: readonly ContactRecord[],
): Promise<void> {
  const stays = (contact: ContactRecord, among: readonly ContactRecord[]) => among.some(({ id }) => id === contact.id);
  for (const contact of before)
    if (!stays(contact, after)) releaseUnique(tx, "CONTACT", contact.personal_key_id, contactPlace(contact));
  for (const contact of after) if (!stays(contact, before)) await takePlace(tx, contact, undefined);
  const primaries = (contacts: readonly ContactRecord[]) =>
    new Map(contacts.flatMap((contact) => (contact.is_primary ? [[contactPlace(contact), contact.id] as const] : [])));
  const [had, has] = [primaries(before), primaries(after)];
  for (const [place, id] of had) {
    const next = has.get(place);
    if (next === undefined) tx.delete(primaryKey(place));
    else if (next !== id) givePrimary(tx, next, place, id);
  }
  for (const [place, id] of has) if (!had.has(place)) await takePrimary(tx, id, place);
}

async function takePlace(tx: Transaction, contact: ContactRecord, known: UniqueLock | undefined): Promise<void> {
  const { personal_key_id: person } = contact;
  const living = known ? undefined : await Person.resolveMerged(person);
  const single = known ?? (await findAtPlace(living ? Person.listIds(living) : [person], contactPlace(contact)));
  const [holder] = single.ids;
  if (holder !== undefined) {
    const field = contact.customer_id ? "customer_id" : "lead_id";
    const message = (await Records.isVisible(CONTACT, holder)) ? `The contact ${holder} is this person there` : "Is one already";
    throw conflict("A person is once a contact of a customer or lead", [{ field, message }]);
  }
  acquireUnique(tx, single, person, contact.id);
}

const primaryKey = (place: string): Key => ({ pk: tenantKey(useTenant(), "PRIMARY", place), sk: "contact" });

/** Makes a contact the primary of its place; whoever was before is no more, in the same transaction. */
async function takePrimary(tx: Transaction, id: string, place: string): Promise<void> {
  const holder = (await get(primaryKey(place)))?.contact_id as string | undefined;
  givePrimary(tx, id, place, holder);
  const before = holder === undefined ? undefined : await Records.load(Contacts, holder);
  if (before) tx.replace(Contacts, before, Records.nextVersion(before, { ...before, is_primary: false }));
}

function givePrimary(tx: Transaction, id: string, place: string, holder: string | undefined): void {
  const refused = () => new PrimaryConflict(`${place} has another primary contact by now`);
  const item = { ...primaryKey(place), contact_id: id };
  if (holder === undefined) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: refused });
  else tx.put(item, { condition: "contact_id = :holder", values: { ":holder": holder }, rejection: refused });
}

/** Whether the place has a primary contact. */
export const hasPrimary = async (place: string): Promise<boolean> => (await get(primaryKey(place))) !== undefined;
