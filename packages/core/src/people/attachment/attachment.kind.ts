import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const ATTACHMENT = kind("attachment", "att", {
  path: "/attachments",
  load: () => import("./attachment.entity.ts"),
  display: { menu: "activity", icon: "paperclip", title: "{file_name}" },
});

export const attachmentGrants = declarePermissions("attachment", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});
