import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const MESSAGE_TEMPLATE = kind("message_template", "mtp", {
  path: "/message-templates",
  load: () => import("./message-template.entity.ts"),
  display: { menu: "messages", icon: "mail" },
});

/** A revision of a template: its texts after each change. */
export const TEMPLATE_REVISION = kind("template_revision", "mtr", {
  derived: true,
  load: () => import("./revision.entity.ts"),
});

export const messageTemplateGrants = declarePermissions("message_template", {
  read: everyone,
  write: [...leaders, "MARKETER"],
});
