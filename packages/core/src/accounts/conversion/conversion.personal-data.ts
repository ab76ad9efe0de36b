import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import type { ConversionRecord } from "./conversion.entity.ts";

export const conversion: PersonalData<ConversionRecord> = {
  purpose: "Record how a lead became a customer.",
  subject: aboutPerson(
    reach("personal_key_id", PERSON),
    reach("lead_id", LEAD),
    reach("customer_id", CUSTOMER),
    reach("contact_id", CONTACT),
  ),
  fields: {
    lead_id: "reference",
    personal_key_id: "reference",
    customer_id: "reference",
    contact_id: "reference",
    opportunity_id: "reference",
    follow_up_activity_id: "reference",
    customer_is_new: "relationship",
    contact_is_new: "relationship",
    opportunity_is_new: "relationship",
    lead_score: "behavior",
    min_score: "behavior",
    rule: "none",
    passed_over: "none",
    override_reason: "free_text",
    status: "relationship",
    turn: "none",
    attention_at: "none",
  },
};
