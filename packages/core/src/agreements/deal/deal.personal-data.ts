import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import type { DealRecord } from "./deal.entity.ts";

export const deal: PersonalData<DealRecord> = {
  purpose: "Deliver what customers bought.",
  subject: aboutPerson(reach("customer_id", CUSTOMER), reach("opportunity_id", OPPORTUNITY)),
  fields: {
    deal_number: "identifier",
    name: "free_text",
    customer_id: "reference",
    opportunity_id: "reference",
    deal_status: "relationship",
    status_reason: "free_text",
    final_amount: "financial",
    currency: "financial",
    start_date: "relationship",
    end_date: "relationship",
    campaign_manager_id: "staff",
    deliverables: "free_text",
    terms: "free_text",
    tags: "free_text",
    custom_fields: "free_text",
    owner_id: "staff",
    status_changed_at: "relationship",
    final_amount_is_manual: "financial",
    items: "financial",
    is_additional: "relationship",
    quote_id: "reference",
    quote_series_id: "reference",
    sale_id: "reference",
    order_id: "reference",
    order_reference: "identifier",
    signed_at: "relationship",
    paid_at: "relationship",
    completed_at: "relationship",
    cancelled_at: "relationship",
    last_activity_date: "relationship",
    has_end: "relationship",
  },
  recipients: ["webhook"],
};
