import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";
import { CONTACT_ROLES, CONTACT_STATUSES } from "./contact.masters.ts";

export const CONTACT = kind("contact", "ctc", {
  path: "/contacts",
  mergeable: true,
  load: () => import("./contact.entity.ts"),
  display: { icon: "contact-round" },
});

export const contactGrants = declarePermissions("contact", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  delete: [...leaders, "SALES_REP"],
});

export const contact = domain({
  name: "contact",
  kinds: [CONTACT],
  grants: [contactGrants],
  masters: [CONTACT_ROLES, CONTACT_STATUSES],
  imports: { contacts: async () => (await import("../../engagement/contact-list/contact-list.import.ts")).contacts },
  exports: { contacts: async () => (await import("./contact.export.ts")).contacts },
  bulk: {
    contact: {
      write: contactGrants.write,
      remove: contactGrants.delete,
      load: async () => (await import("./contact.ts")).Contact,
    },
  },
  features: { custom_fields: [CONTACT], activities: [CONTACT], notes: [CONTACT], attachments: [CONTACT] },
});
