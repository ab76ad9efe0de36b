import { domain } from "../../../kernel/domain.ts";
import { SIGNATURE_ACCOUNT, signatureAccountGrants } from "./signature-account.kind.ts";

export const signatureAccount = domain({
  name: "signature-account",
  kinds: [SIGNATURE_ACCOUNT],
  grants: [signatureAccountGrants],
});
