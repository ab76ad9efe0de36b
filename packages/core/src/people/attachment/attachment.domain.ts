import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";
import { ATTACHMENT_CATEGORIES, DOCUMENT_TYPES } from "./attachment.masters.ts";

export const ATTACHMENT = kind("attachment", "att", {
  path: "/attachments",
  load: () => import("./attachment.entity.ts"),
  display: { icon: "paperclip", title: "{file_name}" },
});

export const attachmentGrants = declarePermissions("attachment", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const attachment = domain({
  name: "attachment",
  kinds: [ATTACHMENT],
  grants: [attachmentGrants],
  masters: [DOCUMENT_TYPES, ATTACHMENT_CATEGORIES],
  exports: { attachments: async () => (await import("./attachment.export.ts")).attachments },
});
