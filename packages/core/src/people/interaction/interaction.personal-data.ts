import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach, reachAny } from "../../platform/personal-data/declaration.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { TICKET } from "../../service/ticket/ticket.kind.ts";
import { PERSON } from "../person/person.kind.ts";
import type { InteractionRecord } from "./interaction.entity.ts";

export const interaction: PersonalData<InteractionRecord, "participant"> = {
  purpose: "Record contacts with a person, and what the person did.",
  subject: aboutPerson(
    reach("personal_key_id", PERSON),
    reach("lead_id", LEAD),
    reach("customer_id", CUSTOMER),
    reach("opportunity_id", OPPORTUNITY),
    reach("ticket_id", TICKET),
  ),
  others: { participant: aboutPerson(reachAny("participants[].id")) },
  fields: {
    personal_key_id: "reference",
    interaction_type_id: "behavior",
    communication_type_id: "behavior",
    channel: "communication",
    direction: "communication",
    subject: "communication",
    summary: "communication",
    notes: "communication",
    interaction_date: "behavior",
    duration_minutes: "behavior",
    outcome: "communication",
    sentiment: "behavior",
    sentiment_score: "behavior",
    sentiment_source: "behavior",
    feedback_type: "behavior",
    channel_preference: "preference",
    recording_url: "communication",
    participants: {
      type: "participant:relationship",
      id: "participant:reference",
      role: "participant:relationship",
    },
    lead_id: "reference",
    customer_id: "reference",
    opportunity_id: "reference",
    ticket_id: "reference",
    campaign_id: "none",
    metadata: "free_text",
    tags: "free_text",
    owner_id: "staff",
    interaction_day: "behavior",
    recorded_by: "staff",
    sentiment_history: {
      sentiment: "behavior",
      sentiment_score: "behavior",
      at: "behavior",
      by: "staff",
      source: "behavior",
    },
    follow_up_activity_id: "reference",
  },
  recipients: ["webhook"],
};
