import { formatLetterName } from "../../kernel/person-name.ts";
import { Records } from "../../storage/write/records.ts";
import { Contacts } from "./contact.entity.ts";

/**
 * Loads the name of a contact, or of the contact that it was merged into, for letters. Returns an empty string if the contact no longer
 * exists.
 */
export async function loadName(id: string): Promise<string> {
  const contact = await Records.resolveMerged(Contacts, id);
  return contact && !contact.deleted_at ? formatLetterName(contact) : "";
}

export * as ContactAddressee from "./addressee.ts";
