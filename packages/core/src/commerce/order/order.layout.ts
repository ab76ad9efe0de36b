import type { Layout } from "../../kernel/layout.ts";

export const order: Layout = {
  hasExactMoney: true,
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "total", "balance", "payment_state", "currency", "customer_id", "owner_id", "order_date"],
    },
    { name: "parties", label: "Parties", fields: ["contact_id", "customer_reference", "billing_address", "shipping_address"] },
    { name: "lines", label: "Lines", fields: ["line_items"] },
    {
      name: "amounts",
      label: "Amounts",
      fields: [
        "price_book_id",
        "subtotal",
        "discount_percent",
        "fixed_discount",
        "discount_amount",
        "net_amount",
        "tax_amount",
        "shipping_amount",
      ],
    },
    {
      name: "payment",
      label: "Payment",
      fields: [
        "due",
        "credited",
        "paid",
        "refunded",
        "net_payment",
        "next_due_date",
        "payment_link",
        "first_paid_at",
        "needs_review",
        "review_reasons",
        "cancellation_fee",
      ],
    },
    { name: "terms", label: "Terms", fields: ["payment_terms", "delivery_terms"] },
    { name: "texts", label: "Texts", fields: ["notes"] },
    {
      name: "origin",
      label: "Origin",
      fields: ["opportunity_id", "quote_id", "deal_id", "contract_id", "potential_id", "lead_id", "campaign_id", "project_id"],
    },
    {
      name: "progress",
      label: "Progress",
      fields: ["confirmed_at", "completed_at", "cancelled_at", "cancellation_reason", "revision", "revision_reason"],
    },
  ],
  primary: ["customer_id", "contact_id", "order_date", "currency", "payment_terms", "line_items"],
  columns: ["order_number", "customer_id", "status", "payment_state", "total", "balance", "order_date", "owner_id"],
  card: ["total", "customer_id", "order_date"],
  tabs: ["activity", "invoice", "payment", "refund", "ledger", "instalments", "fulfilment", "revisions", "note", "attachment"],
  lists: {
    line_items: ["name", "quantity", "unit_price", "discount_percent", "tax_percent", "delivered_quantity", "line_total"],
    ledger: ["entry_type", "amount", "occurred_at", "reason"],
    instalments: ["due_date", "amount", "paid_amount", "status"],
    revisions: ["revision", "created_at", "revision_reason", "total"],
  },
  board: {
    field: "status",
    moves: { CONFIRMED: "confirmOrder", COMPLETED: "completeOrder", CANCELLED: "cancelOrder" },
    sum: "total",
    exits: ["CANCELLED"],
  },
  fields: {
    cancelled_at: { visibleWhen: { status: { eq: "CANCELLED" } } },
    cancellation_reason: { visibleWhen: { status: { eq: "CANCELLED" } } },
    cancellation_fee: { visibleWhen: { status: { eq: "CANCELLED" } } },
    review_reasons: { visibleWhen: { needs_review: { eq: true } } },
  },
  actions: {
    confirmOrder: { isPrimary: true, enabledWhen: { status: { eq: "DRAFT" } } },
    createOrderFulfilment: { isPrimary: true, enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT"] } } },
    createOrderInvoice: { enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT", "COMPLETED"] } } },
    createOrderPayment: {
      isPrimary: true,
      preset: { amount: "{balance}" },
      enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT", "COMPLETED"] } },
    },
    createOrderPaymentLink: { enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT", "COMPLETED", "CANCELLED"] } } },
    createOrderRefund: { enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT", "COMPLETED", "CANCELLED"] } } },
    completeOrder: { enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT"] } } },
    reviseOrder: { enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT"] } } },
    adjustOrder: { enabledWhen: { status: { in: ["CONFIRMED", "IN_FULFILLMENT", "COMPLETED"] } } },
    cancelOrder: { enabledWhen: { status: { in: ["DRAFT", "CONFIRMED", "IN_FULFILLMENT"] } } },
    acknowledgeOrderReview: { enabledWhen: { needs_review: { eq: true } } },
  },
};

export const fulfilment: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "order_id", "carrier", "tracking_number", "shipped_date", "delivered_date"],
    },
    { name: "lines", label: "Lines", fields: ["items"] },
    { name: "texts", label: "Texts", fields: ["notes"] },
  ],
  columns: ["tracking_number", "order_id", "status", "carrier", "shipped_date", "delivered_date"],
  card: ["status", "shipped_date", "carrier"],
  lists: { items: ["name", "quantity"] },
  board: {
    field: "status",
    moves: { DELIVERED: "deliverOrderFulfilment", CANCELLED: "cancelOrderFulfilment" },
    exits: ["CANCELLED"],
  },
  actions: {
    deliverOrderFulfilment: { isPrimary: true, enabledWhen: { status: { eq: "SHIPPED" } } },
    cancelOrderFulfilment: { enabledWhen: { status: { eq: "SHIPPED" } } },
  },
};
