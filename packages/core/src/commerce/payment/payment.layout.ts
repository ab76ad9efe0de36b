import type { Layout } from "../../kernel/layout.ts";

export const payment: Layout = {
  hasExactMoney: true,
  sections: [
    { name: "key", label: "Key fields", fields: ["status", "amount", "currency", "order_id", "customer_id", "paid_date"] },
    {
      name: "details",
      label: "Details",
      fields: ["payment_method_id", "is_deposit", "due_date", "provider", "transaction_id", "notes"],
    },
    {
      name: "outcome",
      label: "Outcome",
      fields: ["refunded_amount", "failure_reason", "reversed_at", "reversal_reason"],
    },
  ],
  primary: [],
  columns: ["order_id", "customer_id", "amount", "status", "payment_method_id", "paid_date", "transaction_id"],
  card: ["status", "paid_date", "order_id"],
  tabs: ["refund"],
  board: { field: "status", sum: "amount", exits: ["FAILED", "CANCELLED"] },
  actions: { reversePayment: { enabledWhen: { status: { eq: "SUCCEEDED" } } } },
};

export const refund: Layout = {
  hasExactMoney: true,
  sections: [
    { name: "key", label: "Key fields", fields: ["status", "amount", "currency", "order_id", "customer_id", "refunded_date"] },
    {
      name: "details",
      label: "Details",
      fields: ["payment_id", "credits", "payment_method_id", "provider", "transaction_id", "reason", "notes"],
    },
    { name: "outcome", label: "Outcome", fields: ["failure_reason", "reversed_at", "reversal_reason"] },
  ],
  primary: [],
  columns: ["order_id", "customer_id", "amount", "status", "credits", "refunded_date", "reason"],
  card: ["status", "refunded_date", "order_id"],
  tabs: [],
  board: { field: "status", sum: "amount", exits: ["FAILED", "CANCELLED"] },
  actions: { reverseRefund: { enabledWhen: { status: { eq: "SUCCEEDED" } } } },
};
