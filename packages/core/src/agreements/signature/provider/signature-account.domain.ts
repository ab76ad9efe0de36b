import { domain } from "../../../kernel/domain.ts";
import { SIGNATURE_ACCOUNT, signatureAccountGrants } from "./signature-account.kind.ts";

export const signatureAccount = domain({
  name: "signature-account",
  kinds: [SIGNATURE_ACCOUNT],
  personalData: {
    signature_account: async () => (await import("./signature-account.personal-data.ts")).signatureAccount,
  },
  grants: [signatureAccountGrants],
});
