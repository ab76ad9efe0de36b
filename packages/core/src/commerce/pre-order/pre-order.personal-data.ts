import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { ORDER } from "../order/order.kind.ts";
import type { PreOrderRecord } from "../order/pre-order.entity.ts";
import type { AllocationRecord } from "./allocation.entity.ts";
import type { ReschedulingRecord } from "./rescheduling.entity.ts";

export const preOrder: PersonalData<PreOrderRecord> = {
  purpose: "Deliver what customers ordered before it was released.",
  subject: aboutPerson(reach("order_id", ORDER), reach("customer_id", CUSTOMER)),
  fields: {
    order_id: "reference",
    line_id: "reference",
    customer_id: "reference",
    product_id: "none",
    name: "relationship",
    quantity: "relationship",
    allocated_quantity: "relationship",
    hold_until: "relationship",
    category: "free_text",
    vendor: "none",
    priority: "relationship",
    reason: "free_text",
    notes: "free_text",
    release_at: "relationship",
    is_product_release: "none",
    is_held: "relationship",
    due_at: "relationship",
    status: "relationship",
    status_changed_at: "relationship",
    ready_at: "relationship",
    ready_reason: "relationship",
    processing_date: "relationship",
    allocation_id: "none",
    first_ready_at: "communication",
    order_owner_id: "staff",
    waiting_product_id: "none",
  },
  recipients: ["mail", "webhook"],
};

export const allocation: PersonalData<AllocationRecord> = {
  purpose: "Give stock to pre-orders in a fair order.",
  subject: undefined,
  fields: {
    product_id: "none",
    name: "none",
    quantity: "none",
    method: "none",
    items: "none",
    notes: "none",
    remaining_quantity: "none",
    allocated_count: "none",
    ready_count: "none",
    next_item: "none",
    status: "none",
    completed_at: "none",
    turn: "none",
    attention_at: "none",
  },
};

export const rescheduling: PersonalData<ReschedulingRecord> = {
  purpose: "Move release dates in the background.",
  subject: undefined,
  fields: { product_id: "none", due_at: "none", purpose: "none", is_last: "none" },
};
