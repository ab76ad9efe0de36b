import { domain } from "../../kernel/domain.ts";
import { ATTACHMENT, attachmentGrants } from "./attachment.kind.ts";
import { ATTACHMENT_CATEGORIES, DOCUMENT_TYPES } from "./attachment.masters.ts";

export const attachment = domain({
  name: "attachment",
  kinds: [ATTACHMENT],
  layouts: { attachment: async () => (await import("./attachment.layout.ts")).attachment },
  grants: [attachmentGrants],
  masters: [DOCUMENT_TYPES, ATTACHMENT_CATEGORIES],
  exports: { attachments: { read: attachmentGrants.read, load: async () => (await import("./attachment.ts")).listDefinition } },
});
