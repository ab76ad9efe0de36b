import { domain } from "../../kernel/domain.ts";
import { MAIL_ACCOUNT, mailAccountGrants } from "./mail-account.kind.ts";

export const mailAccount = domain({
  name: "mail-account",
  kinds: [MAIL_ACCOUNT],
  grants: [mailAccountGrants],
});
