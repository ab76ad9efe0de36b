import { declared } from "../jobs/export/exportable.ts";
import { Consent } from "../person/consent.ts";
import { contactGrants } from "./contact.domain.ts";
import { Contact } from "./contact.ts";

export const contacts = declared(Contact.listed, { entity: "contacts", read: contactGrants.read, shown: Consent.showing });
