import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { MemberRecord } from "./member.entity.ts";

export const campaignMember: PersonalData<MemberRecord> = {
  purpose: "Know whom a marketing campaign reaches, and how they respond.",
  subject: aboutPerson(reach("personal_key_id", PERSON)),
  fields: {
    campaign_id: "none",
    personal_key_id: "reference",
    lead_id: "reference",
    contact_id: "reference",
    notes: "free_text",
    status: "behavior",
    is_active: "relationship",
    inactive_reason: "consent",
    source: "relationship",
    added_at: "relationship",
    sent_at: "relationship",
    tracked_at: "relationship",
    opened_at: "behavior",
    clicked_at: "behavior",
    responded_at: "behavior",
    response_date: "behavior",
    converted_at: "behavior",
    bounced_at: "relationship",
    opted_out_at: "consent",
    converted_opportunity_id: "reference",
    converted_order_id: "reference",
    ab_tests: {
      ab_test_id: "none",
      variant: "none",
      sent_at: "relationship",
      responded_at: "behavior",
      converted_at: "behavior",
    },
    inactive_campaign_id: "none",
    recorded_instants: { person_id: "reference", field: "none", at: "behavior" },
    merged_into: "reference",
  },
};
