import { Consent } from "../../people/person/consent.ts";
import { declareExport } from "../../platform/export/exportable.ts";
import { contactGrants } from "./contact.kind.ts";
import { Contact } from "./contact.ts";

export const contacts = declareExport(Contact.listDefinition, {
  entity: "contacts",
  read: contactGrants.read,
  present: Consent.presentAll,
});
