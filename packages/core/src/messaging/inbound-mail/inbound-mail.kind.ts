import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const inboundMailGrants = declarePermissions("inbound_mail", { read: ["ADMIN"] });

export const INBOUND_MAIL = kind("inbound_mail", "iml", {
  path: "/support/inbound-mails",
  read: inboundMailGrants.read,
  load: () => import("./inbound-mail.entity.ts"),
  display: { menu: "service", icon: "inbox", title: "{subject}" },
});
