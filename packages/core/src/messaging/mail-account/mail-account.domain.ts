import { domain } from "../../kernel/domain.ts";
import { MAIL_ACCOUNT, mailAccountGrants } from "./mail-account.kind.ts";

export const mailAccount = domain({
  name: "mail-account",
  kinds: [MAIL_ACCOUNT],
  personalData: {
    mail_account: async () => (await import("./mail-account.personal-data.ts")).mailAccount,
  },
  grants: [mailAccountGrants],
});
