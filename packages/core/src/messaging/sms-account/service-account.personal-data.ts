import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { ServiceAccountRecord } from "./service-account.entity.ts";

export const smsServiceAccount: PersonalData<ServiceAccountRecord> = {
  purpose: "Connect the tenant's account with a provider of text messages.",
  subject: undefined,
  fields: {
    name: "none",
    sender_id: "none",
    provider: "none",
    is_active: "none",
    account_sid: "none",
    confirms_words: "none",
    webhook_id: "none",
    linked_campaign_id: "none",
    linked_project_id: "none",
    secret_changed_at: "none",
    sealed: "credential",
  },
  sealedValues: { "*": "credential" },
};
