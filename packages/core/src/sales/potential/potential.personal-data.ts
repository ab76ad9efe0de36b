import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { PotentialRecord } from "./potential.entity.ts";

export const potential: PersonalData<PotentialRecord> = {
  purpose: "Judge which persons may buy.",
  subject: aboutPerson(reach("personal_key_id", PERSON)),
  fields: {
    potential_number: "identifier",
    personal_key_id: "reference",
    assigned_to: "staff",
    status: "relationship",
    stage: "relationship",
    priority: "relationship",
    campaign_id: "none",
    estimated_value: "financial",
    currency: "financial",
    probability_score: "behavior",
    expected_close_date: "relationship",
    interested_products: "profile",
    tags: "free_text",
    custom_fields: "free_text",
    status_changed_at: "relationship",
    converted_at: "relationship",
    converted_to_order_id: "reference",
    converted_opportunity_id: "reference",
    last_activity_date: "relationship",
    status_stage: "relationship",
  },
  recipients: ["webhook"],
};
