import { domainToASCII } from "node:url";
import { CONTACT } from "../contact/contact.domain.ts";
import { Contact } from "../contact/contact.ts";
import { isId } from "../kernel/id.ts";
import { wholeName } from "../kernel/person-name.ts";
import { livingAll } from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { isLimited } from "../person/person-sight.ts";
import { Preferences } from "../person/preferences.ts";
import { Outward } from "../suppression/outward.ts";

/** Where those who are invited are reached. */
export interface Recipient {
  email: string;
  name: string | null;
}

export type Unreached = "NO_ADDRESS" | "REFUSED";

/**
 * By the id of the participant: a contact at their own address, or else at their person's, where whoever invites sees them; a person at their
 * primary one. Who is invited to what they take part in gave no consent and needs none; who refuses mail for any purpose, or of
 * service, gets none, and neither does an address that refuses.
 */
export async function recipientsOf(participants: readonly string[]): Promise<Map<string, Recipient | Unreached>> {
  const ids = participants.filter((id) => isId(id, CONTACT));
  const contacts = new Map(await Promise.all(ids.map(async (id) => [id, await Contact.leadingTo(id)] as const)));
  const personOf = (id: string): string => (isId(id, PERSON) ? id : (contacts.get(id)?.personal_key_id ?? id));
  const persons = await livingAll(participants.map(personOf));
  const reached = async (id: string): Promise<Recipient | Unreached> => {
    const [contact, person] = [contacts.get(id), persons.get(personOf(id))];
    if (!person || person.deleted_at || contact?.deleted_at) return "NO_ADDRESS";
    const isOut = contact?.consent_due === true && contact.email_opt_out === true;
    if (isOut || Preferences.refuses(person, "email", "service")) return "REFUSED";
    const email = contact?.email ?? (contact && isLimited(contact) ? undefined : person.emails[0]);
    if (!email) return "NO_ADDRESS";
    if (await Outward.refuses(email)) return "REFUSED";
    return { email, name: contact ? contact.display_name : (person.display_name ?? wholeName(person)) };
  };
  return new Map(await Promise.all(participants.map(async (id) => [id, await reached(id)] as const)));
}

/** An address in the one form in which two that are the same are the same. */
export function addressOf(email: string): string {
  const [, local = "", domain = ""] = /^(.*)@([^@]*)$/.exec(email.trim().toLowerCase()) ?? [];
  return `${local}@${domainToASCII(domain)}`;
}
