import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const mailAccountGrants = declarePermissions("mail_account", { manage: ["ADMIN"] });

/** A mail account: the sender name, address and server of mails that are messages. */
export const MAIL_ACCOUNT = kind("mail_account", "mla", {
  path: "/mail-accounts",
  read: mailAccountGrants.manage,
  load: () => import("./mail-account.entity.ts"),
  display: { icon: "mail" },
});

export const mailAccount = domain({
  name: "mail-account",
  kinds: [MAIL_ACCOUNT],
  grants: [mailAccountGrants],
});
