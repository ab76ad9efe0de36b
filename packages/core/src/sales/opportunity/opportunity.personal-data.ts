import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { LEAD } from "../lead/lead.kind.ts";
import type { OpportunityRecord } from "./opportunity.entity.ts";

export const opportunity: PersonalData<OpportunityRecord> = {
  purpose: "Pursue sales with customers and persons.",
  subject: aboutPerson(
    reach("personal_key_id", PERSON),
    reach("contact_id", CONTACT),
    reach("customer_id", CUSTOMER),
    reach("lead_id", LEAD),
  ),
  fields: {
    opportunity_number: "identifier",
    name: "free_text",
    description: "free_text",
    customer_id: "reference",
    contact_id: "reference",
    stage_id: "relationship",
    probability: "relationship",
    amount: "financial",
    currency: "financial",
    close_date: "relationship",
    next_step: "free_text",
    next_step_date: "relationship",
    territory_id: "relationship",
    type: "relationship",
    lead_source_id: "relationship",
    source_campaign_id: "relationship",
    win_loss_reason_id: "relationship",
    win_loss_notes: "free_text",
    has_competition: "none",
    tags: "free_text",
    custom_fields: "free_text",
    personal_key_id: "reference",
    person_sight: "none",
    owner_id: "staff",
    stage_changed_at: "relationship",
    amount_is_manual: "none",
    products: "financial",
    competitors: "none",
    created_day: "relationship",
    probability_is_manual: "none",
    expected_revenue: "financial",
    lead_id: "reference",
    lead_created_day: "relationship",
    is_closed: "relationship",
    is_won: "relationship",
    closed_date: "relationship",
    competitor_id: "none",
    forecast_category: "relationship",
    last_activity_date: "relationship",
    ordered_at: "relationship",
  },
  recipients: ["webhook"],
};
