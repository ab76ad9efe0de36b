import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { PolicyRecord } from "./policy.entity.ts";

export const slaPolicy: PersonalData<PolicyRecord> = {
  purpose: "Promise response times.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    sequence: "none",
    is_active: "none",
    priority_ids: "none",
    category_ids: "none",
    ticket_types: "none",
    urgency_level_ids: "none",
    customer_tiers: "none",
    is_vip: "none",
    calendar_id: "none",
    first_response_minutes: "none",
    next_response_minutes: "none",
    resolution_minutes: "none",
    escalations: "none",
  },
};
