import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { resolveMerged } from "./identity.ts";
import { People, type PersonRecord } from "./person.entity.ts";
import { type ResolutionInput, resolve } from "./resolution.ts";

/** Records that stand for a person and keep what was typed of them: names, an email address, two telephone numbers. */

type ContactFields = { [K in "first_name" | "last_name" | "email" | "phone" | "mobile"]?: string | null | undefined };

/** How such a record is prepared for work that writes more beside it. */
export interface PrepareOptions {
  /** Whom it goes to, whatever the caller may do. */
  owner?: string | null;
  /** Made of what shows nothing of the person: neither does it. */
  limited?: boolean;
}

/** What such a record says about the human behind it. */
export const toResolutionInput = ({ first_name, last_name, email, phone, mobile }: ContactFields): ResolutionInput => ({
  first_name: first_name ?? null,
  last_name: last_name ?? null,
  emails: [email],
  phones: [phone, mobile],
});

/**
 * Contact points typed anew on a record are added to its person; none is taken away (contract). `lead_id` is kept on the
 * points as the lead that told of them. What else the record tells is `edit`'s; the person after it, where they were read.
 */
export async function attachPoints(
  tx: Transaction,
  current: ContactFields & { personal_key_id: string },
  next: ContactFields,
  { lead_id, edit }: { lead_id: string | null; edit?: ((person: PersonRecord) => PersonRecord) | undefined },
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

async function editPerson(tx: Transaction, id: string, edit: (person: PersonRecord) => PersonRecord) {
  const person = await resolveMerged(id);
  const next = person && edit(person);
  if (!person || !next || next === person) return person;
  const changed = Records.nextVersion(person, next);
  tx.replace(People, person, changed);
  return changed;
}
