import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { resolveMerged } from "./identity.ts";
import { People, type PersonRecord } from "./person.entity.ts";
import { type PersonEdit, type ResolutionInput, resolve } from "./resolution.ts";

/** Records of a person that store what was typed: names, an email address, two telephone numbers. */

type ContactFields = { [K in "first_name" | "last_name" | "email" | "phone" | "mobile"]?: string | null | undefined };

/** Options for preparing such a record in a transaction with other records. */
export interface PrepareOptions {
  /** The owner, without a check of the caller's rights. */
  owner?: string | null;
  /** The source shows nothing of the person, so the new record shows nothing either. */
  limited?: boolean;
}

/** Returns the input for resolving the person of such a record. */
export const toResolutionInput = ({ first_name, last_name, email, phone, mobile }: ContactFields): ResolutionInput => ({
  first_name: first_name ?? null,
  last_name: last_name ?? null,
  emails: [email],
  phones: [phone, mobile],
});

/**
 * Adds contact points that are new on a record to its person; never removes any. `lead_id` is stored on the points as their source.
 * `edit` applies the record's other changes to the person. Returns the person after the change, if it was read.
 */
export async function attachPoints(
  tx: Transaction,
  current: ContactFields & { personal_key_id: string },
  next: ContactFields,
  { lead_id, edit }: { lead_id: string | null; edit?: PersonEdit | undefined },
): Promise<PersonRecord | undefined> {
  const fresh = (field: "email" | "phone" | "mobile") => (next[field] === current[field] ? null : next[field]);
  const [email, phone, mobile] = [fresh("email"), fresh("phone"), fresh("mobile")];
  if (!email && !phone && !mobile) return edit && (await editPerson(tx, current.personal_key_id, edit));
  const claim = {
    ...toResolutionInput({ ...next, email, phone, mobile }),
    personal_key_id: current.personal_key_id,
    vouched: true,
  };
  return (await resolve(claim)).write(tx, lead_id, edit);
}

async function editPerson(tx: Transaction, id: string, edit: PersonEdit): Promise<PersonRecord | undefined> {
  const person = await resolveMerged(id);
  const next = person && (await edit(person));
  if (!person || !next || next === person) return person;
  const updatedPerson = Records.nextVersion(person, next);
  tx.replace(People, person, updatedPerson);
  return updatedPerson;
}
