import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const mailAccountGrants = declarePermissions("mail_account", { manage: ["ADMIN"] });

/** A mail account: the sender name, address and server of mails that are messages. */
export const MAIL_ACCOUNT = kind("mail_account", "mla", {
  path: "/mail-accounts",
  read: mailAccountGrants.manage,
  load: () => import("./mail-account.entity.ts"),
  display: { menu: "settings", icon: "mail" },
});
