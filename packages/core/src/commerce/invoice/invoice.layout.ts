import type { Layout } from "../../kernel/layout.ts";

export const invoice: Layout = {
  hasExactMoney: true,
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["status", "document_type", "total", "open_amount", "payment_state", "currency", "invoice_date", "due_date"],
    },
    { name: "parties", label: "Parties", fields: ["customer_id", "order_id", "contact_id", "invoice_id", "buyer", "seller"] },
    { name: "lines", label: "Lines", fields: ["line_items"] },
    {
      name: "amounts",
      label: "Amounts",
      fields: ["net_amount", "shipping_amount", "tax_amount", "taxes", "credited_amount", "settled_amount"],
    },
    {
      name: "terms",
      label: "Terms",
      fields: ["payment_terms", "supply_date", "buyer_tax_id", "seller_tax_id", "language", "text", "reason"],
    },
    {
      name: "progress",
      label: "Progress",
      fields: ["issued_at", "sent_at", "sent_to", "reminder_level", "reminded_at", "next_reminder_at"],
    },
  ],
  primary: [],
  columns: ["invoice_number", "document_type", "customer_id", "status", "total", "open_amount", "invoice_date", "due_date"],
  card: ["document_type", "status", "total"],
  tabs: ["invoice"],
  lists: {
    line_items: ["name", "quantity", "unit_price", "tax_percent", "net_amount"],
    taxes: ["tax_percent", "net_amount", "tax_amount"],
  },
  fields: {
    invoice_id: { visibleWhen: { document_type: { eq: "CREDIT_NOTE" } } },
    reason: { visibleWhen: { document_type: { eq: "CREDIT_NOTE" } } },
  },
  actions: {
    issueInvoice: { isPrimary: true, enabledWhen: { status: { eq: "DRAFT" } } },
    sendInvoice: { isPrimary: true, enabledWhen: { status: { eq: "ISSUED" } } },
    revokeInvoiceLinks: { enabledWhen: { status: { eq: "ISSUED" } } },
    creditInvoice: { enabledWhen: { status: { eq: "ISSUED" }, document_type: { eq: "INVOICE" } } },
  },
};
