import { domain } from "../../kernel/domain.ts";
import { CONTACT, contactGrants } from "./contact.kind.ts";
import { CONTACT_ROLES, CONTACT_STATUSES } from "./contact.masters.ts";

export const contact = domain({
  name: "contact",
  kinds: [CONTACT],
  layouts: { contact: async () => (await import("./contact.layout.ts")).contact },
  grants: [contactGrants],
  masters: [CONTACT_ROLES, CONTACT_STATUSES],
  imports: { contacts: async () => (await import("../../engagement/contact-list/contact-list.import.ts")).contacts },
  exports: { contacts: { read: contactGrants.read, load: async () => (await import("./contact.ts")).listDefinition } },
  bulk: {
    contact: {
      write: contactGrants.write,
      remove: contactGrants.delete,
      load: async () => (await import("./contact.ts")).Contact,
    },
  },
  features: {
    custom_fields: [CONTACT],
    activities: [CONTACT],
    notes: [CONTACT],
    comments: [CONTACT],
    attachments: [CONTACT],
    tags: [CONTACT],
  },
});
