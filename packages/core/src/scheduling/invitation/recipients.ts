import { domainToASCII } from "node:url";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { Contact } from "../../accounts/contact/contact.ts";
import { isId } from "../../kernel/id.ts";
import { formatFullName } from "../../kernel/person-name.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import { resolveAllMerged } from "../../people/person/identity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Preferences } from "../../people/person/preferences.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";

/** Addresses of the participants of an invitation. */
export interface Recipient {
  email: string;
  name: string | null;
}

export type UnreachedReason = "NO_ADDRESS" | "REFUSED";

/**
 * Resolves the address of each participant, by id. A contact is reached at its own address, or else at the person's address if the contact
 * shows the person. A person is reached at the primary address. An invitation needs no consent. A participant who refuses all mail or
 * service mail gets none, and neither does an address that refuses mail.
 */
export async function resolveRecipients(participants: readonly string[]): Promise<Map<string, Recipient | UnreachedReason>> {
  const ids = participants.filter((id) => isId(id, CONTACT));
  const contacts = new Map(await Promise.all(ids.map(async (id) => [id, await Contact.resolveMerged(id)] as const)));
  const resolvePersonId = (id: string): string => (isId(id, PERSON) ? id : (contacts.get(id)?.personal_key_id ?? id));
  const persons = await resolveAllMerged(participants.map(resolvePersonId));
  const resolveRecipient = async (id: string): Promise<Recipient | UnreachedReason> => {
    const [contact, person] = [contacts.get(id), persons.get(resolvePersonId(id))];
    if (!person || person.deleted_at || contact?.deleted_at) return "NO_ADDRESS";
    const isOut = contact?.consent_due === true && contact.email_opt_out === true;
    if (isOut || Preferences.hasRefused(person, "email", "service")) return "REFUSED";
    const email = contact?.email ?? (contact && isLimited(contact) ? undefined : person.emails[0]);
    if (!email) return "NO_ADDRESS";
    if (await TransactionalMail.isAddressRefused(email)) return "REFUSED";
    return { email, name: contact ? contact.display_name : (person.display_name ?? formatFullName(person)) };
  };
  return new Map(await Promise.all(participants.map(async (id) => [id, await resolveRecipient(id)] as const)));
}

/** Normalises an email address for comparison. */
export function normalizeAddress(email: string): string {
  const [, local = "", domain = ""] = /^(.*)@([^@]*)$/.exec(email.trim().toLowerCase()) ?? [];
  return `${local}@${domainToASCII(domain)}`;
}
