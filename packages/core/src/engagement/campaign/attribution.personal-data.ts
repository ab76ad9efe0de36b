import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { AttributionRecord } from "./attribution.entity.ts";
import type { RunRecord } from "./attribution-run.entity.ts";

export const campaignAttribution: PersonalData<AttributionRecord> = {
  purpose: "Know which campaigns, channels and sources brought a sale.",
  subject: aboutPerson(reach("person_ids", PERSON), reach("customer_id", CUSTOMER)),
  fields: {
    conversion_kind: "none",
    record_id: "reference",
    sale_id: "reference",
    customer_id: "reference",
    owner_id: "staff",
    converted_at: "relationship",
    converted_day: "relationship",
    currency: "none",
    value: "relationship",
    is_attributed: "none",
    person_ids: "reference",
    campaign_ids: "behavior",
    channels: "behavior",
    sources: "behavior",
    touches: {
      id: "reference",
      at: "behavior",
      campaign_id: "behavior",
      channel_id: "behavior",
      source: "behavior",
      person_id: "reference",
    },
  },
};

export const attributionRun: PersonalData<RunRecord> = {
  purpose: "Compute which campaigns, channels and sources brought the sales.",
  subject: aboutPerson(),
  fields: {
    window_days: "none",
    number: "none",
    status: "none",
    started_at: "none",
    finished_at: "none",
    turn: "none",
    attention_at: "none",
  },
};
