import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { WebhookRecord } from "./webhook.entity.ts";

export const inboundWebhook: PersonalData<WebhookRecord> = {
  purpose: "Let services of the tenant send data.",
  subject: undefined,
  fields: {
    name: "none",
    public_url: "none",
    provider: "none",
    secret_count: "none",
    secret_set_at: "none",
    sealed: "credential",
  },
  sealedValues: { "*": "credential" },
};
