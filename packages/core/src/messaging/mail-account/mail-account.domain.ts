import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const mailAccountGrants = declarePermissions("mail_account", { manage: ["ADMIN"] });

/** In whose name mails go out that are messages, and by which server. */
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
