import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { FormRecord } from "./form.entity.ts";

export const form: PersonalData<FormRecord> = {
  purpose: "Let visitors of the tenant's pages send their data.",
  subject: undefined,
  fields: {
    name: "none",
    kind: "none",
    is_active: "none",
    allowed_origins: "none",
    field_mapping: "none",
    makes_lead: "none",
    lead_source_id: "none",
    owner_id: "staff",
    campaign_id: "none",
    consent_text: "none",
    consent_channel: "none",
    subscription_type: "none",
    honeypot_field: "none",
    minimum_seconds: "none",
    rate_limit_per_minute: "none",
    rate_limit_per_address: "none",
    key: "none",
    key_rotated_at: "none",
  },
  recipients: ["public"],
};
