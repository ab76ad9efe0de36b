import { aboutUser, type PersonalData } from "../../../platform/personal-data/declaration.ts";
import type { SignatureAccountRecord } from "./signature-account.entity.ts";

export const signatureAccount: PersonalData<SignatureAccountRecord> = {
  purpose: "Connect the tenant's account with a provider of signatures.",
  subject: aboutUser(),
  fields: {
    provider: "none",
    name: "none",
    environment: "none",
    account_id: "none",
    integration_key: "none",
    user_id: "identifier",
    is_default: "none",
    secret_changed_at: "none",
    sealed: "credential",
  },
  sealedValues: { "*": "credential" },
};
