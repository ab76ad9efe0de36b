import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { ORDER } from "../order/order.kind.ts";
import type { CaseRecord } from "./after-sales.entity.ts";

export const afterSalesCase: PersonalData<CaseRecord> = {
  purpose: "Handle returns, exchanges, repairs, refunds and complaints of customers.",
  subject: aboutPerson(reach("contact_id", CONTACT), reach("customer_id", CUSTOMER), reach("order_id", ORDER)),
  fields: {
    order_id: "reference",
    order_number: "identifier",
    customer_id: "reference",
    ticket_id: "reference",
    case_type: "relationship",
    status: "relationship",
    status_changed_at: "relationship",
    rma_code: "identifier",
    reason_id: "relationship",
    contact_id: "reference",
    tracking_number: "identifier",
    inquiry_date: "relationship",
    details: "free_text",
    notes: "free_text",
    owner_id: "staff",
    requested_by: "relationship",
    items: "relationship",
    currency: "financial",
    amount: "financial",
    message: "communication",
    received_date: "relationship",
    resolution: "relationship",
    resolved_at: "relationship",
    rejection_reason: "free_text",
    refund_id: "reference",
    invoice_id: "reference",
    exchange_order_id: "reference",
    response_due_at: "none",
    resolution_due_at: "none",
    overdue: "none",
  },
  recipients: ["mail", "webhook"],
};
