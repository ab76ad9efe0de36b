import { formatLetterName } from "../../kernel/person-name.ts";
import { Records } from "../../storage/write/records.ts";
import { Contacts } from "./contact.entity.ts";

/** The name of a contact, or of the one that they were joined to, on letters to them; empty where there is none any more. */
export async function loadName(id: string): Promise<string> {
  const contact = await Records.resolveMerged(Contacts, id);
  return contact && !contact.deleted_at ? formatLetterName(contact) : "";
}

export * as ContactAddressee from "./addressee.ts";
