import type { Layout } from "../../kernel/layout.ts";

export const afterSalesCase: Layout = {
  hasExactMoney: true,
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "case_type", "order_id", "customer_id", "owner_id", "reason_id", "inquiry_date", "amount", "currency"],
    },
    { name: "items", label: "Items", fields: ["items"] },
    { name: "texts", label: "Texts", fields: ["details", "notes", "rejection_reason", "message"] },
    { name: "goods", label: "Goods", fields: ["tracking_number", "received_date"] },
    {
      name: "outcome",
      label: "Outcome",
      fields: ["resolution", "resolved_at", "refund_id", "invoice_id", "exchange_order_id"],
    },
    {
      name: "origin",
      label: "Origin",
      fields: ["requested_by", "contact_id", "ticket_id", "response_due_at", "resolution_due_at", "overdue"],
    },
  ],
  primary: ["order_id", "case_type", "reason_id", "items", "details"],
  columns: ["rma_code", "case_type", "status", "order_id", "customer_id", "inquiry_date", "owner_id"],
  card: ["case_type", "customer_id", "inquiry_date"],
  tabs: ["note", "attachment"],
  lists: { items: ["name", "quantity", "reason_id", "received_quantity", "accepted_quantity", "condition"] },
  board: {
    field: "status",
    moves: {
      APPROVED: "approveAfterSalesCase",
      RECEIVED: "receiveAfterSalesCase",
      INSPECTED: "inspectAfterSalesCase",
      RESOLVED: "resolveAfterSalesCase",
      REJECTED: "rejectAfterSalesCase",
      CANCELLED: "cancelAfterSalesCase",
    },
    exits: ["REJECTED", "CANCELLED"],
  },
  hidden: ["order_number"],
  fields: {
    rejection_reason: { visibleWhen: { status: { eq: "REJECTED" } } },
    refund_id: { visibleWhen: { resolution: { eq: "REFUND" } } },
    exchange_order_id: { visibleWhen: { resolution: { eq: "EXCHANGE" } } },
    invoice_id: { visibleWhen: { resolution: { in: ["REFUND", "CREDIT"] } } },
  },
  actions: {
    approveAfterSalesCase: { icon: "check", isPrimary: true, enabledWhen: { status: { eq: "REQUESTED" } } },
    receiveAfterSalesCase: {
      icon: "package-open",
      isPrimary: true,
      enabledWhen: { status: { eq: "APPROVED" }, case_type: { in: ["RETURN", "EXCHANGE", "REPAIR"] } },
    },
    inspectAfterSalesCase: { icon: "search-check", isPrimary: true, enabledWhen: { status: { eq: "RECEIVED" } } },
    resolveAfterSalesCase: {
      icon: "circle-check",
      isPrimary: true,
      // Items that the customer sends back arrive first.
      enabledWhen: {
        or: [
          { status: { in: ["RECEIVED", "INSPECTED"] } },
          { status: { eq: "APPROVED" }, case_type: { in: ["REFUND", "COMPLAINT"] } },
        ],
      },
    },
    rejectAfterSalesCase: {
      icon: "x",
      isDangerous: true,
      enabledWhen: { status: { in: ["REQUESTED", "APPROVED", "RECEIVED", "INSPECTED"] } },
    },
    cancelAfterSalesCase: { icon: "ban", enabledWhen: { status: { in: ["REQUESTED", "APPROVED"] } } },
  },
};
