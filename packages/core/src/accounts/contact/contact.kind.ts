import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const CONTACT = kind("contact", "ctc", {
  path: "/contacts",
  isMergeable: true,
  load: () => import("./contact.entity.ts"),
  shape: 4,
  display: { menu: "people", icon: "contact-round" },
});

export const contactGrants = declarePermissions("contact", {
  read: everyone,
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  delete: [...leaders, "SALES_REP"],
});
