import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { ORDER } from "../order/order.kind.ts";
import type { PaymentRecord } from "./payment.entity.ts";
import type { RefundRecord } from "./refund.entity.ts";

const inOrder = aboutPerson(reach("order_id", ORDER), reach("customer_id", CUSTOMER));

export const payment: PersonalData<PaymentRecord> = {
  purpose: "Account for what customers paid.",
  subject: inOrder,
  fields: {
    order_id: "reference",
    customer_id: "reference",
    payment_method_id: "financial",
    provider: "none",
    transaction_id: "identifier",
    notes: "free_text",
    due_date: "financial",
    paid_date: "financial",
    is_deposit: "financial",
    amount: "financial",
    currency: "financial",
    status: "financial",
    status_changed_at: "financial",
    failure_reason: "free_text",
    refunded_amount: "financial",
    entry_sequence: "none",
    reversed_at: "financial",
    reversal_reason: "free_text",
  },
  recipients: ["webhook"],
};

export const refund: PersonalData<RefundRecord> = {
  purpose: "Account for what customers got back.",
  subject: inOrder,
  fields: {
    order_id: "reference",
    customer_id: "reference",
    payment_id: "reference",
    after_sales_id: "reference",
    payment_method_id: "financial",
    provider: "none",
    transaction_id: "identifier",
    notes: "free_text",
    refunded_date: "financial",
    reason: "free_text",
    amount: "financial",
    currency: "financial",
    credits: "financial",
    status: "financial",
    status_changed_at: "financial",
    failure_reason: "free_text",
    entry_sequence: "none",
    reversed_at: "financial",
    reversal_reason: "free_text",
  },
  recipients: ["webhook"],
};
