import type { Layout } from "../../kernel/layout.ts";

export const quote: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["name", "status", "total_amount", "currency", "customer_id", "owner_id", "expiration_date"],
    },
    {
      name: "quote",
      label: "Quote",
      fields: ["quote_date", "price_book_id", "template_id", "version_number", "is_primary"],
    },
    { name: "parties", label: "Parties", fields: ["contact_id", "opportunity_id"] },
    {
      name: "amounts",
      label: "Amounts",
      fields: [
        "subtotal",
        "discount_percent",
        "fixed_discount",
        "discount_amount",
        "shipping_amount",
        "net_amount",
        "tax_amount",
      ],
    },
    { name: "lines", label: "Lines", fields: ["line_items"] },
    { name: "terms", label: "Terms", fields: ["payment_terms", "delivery_terms", "requires_signature"] },
    { name: "texts", label: "Texts", fields: ["description", "notes"] },
    {
      name: "outcome",
      label: "Outcome",
      fields: [
        "sent_at",
        "viewed_at",
        "presented_at",
        "accepted_date",
        "rejected_date",
        "rejection_reason",
        "signed_by",
        "signed_date",
        "deal_id",
      ],
    },
  ],
  primary: ["name", "customer_id", "opportunity_id", "contact_id", "expiration_date", "currency", "template_id"],
  columns: ["quote_number", "name", "customer_id", "status", "total_amount", "expiration_date", "owner_id"],
  card: ["total_amount", "customer_id", "expiration_date"],
  tabs: ["activity", "approval", "contract", "quote.series_id", "note", "attachment", "signature_request"],
  board: {
    field: "status",
    moves: {
      PENDING_APPROVAL: "submitQuote",
      SENT: "sendQuote",
      PRESENTED: "presentQuote",
      ACCEPTED: "acceptQuote",
      REJECTED: "rejectQuote",
    },
    sum: "total_amount",
    exits: ["REJECTED", "EXPIRED"],
  },
  fields: {
    rejected_date: { visibleWhen: { status: { eq: "REJECTED" } } },
    rejection_reason: { visibleWhen: { status: { eq: "REJECTED" } } },
    accepted_date: { visibleWhen: { status: { eq: "ACCEPTED" } } },
  },
  actions: {
    submitQuote: { isPrimary: true, enabledWhen: { status: { eq: "DRAFT" } } },
    sendQuote: { isPrimary: true, enabledWhen: { status: { in: ["APPROVED", "SENT", "VIEWED", "PRESENTED"] } } },
    presentQuote: { enabledWhen: { status: { in: ["APPROVED", "SENT", "VIEWED"] } } },
    acceptQuote: { enabledWhen: { status: { in: ["SENT", "VIEWED", "PRESENTED"] } } },
    rejectQuote: { enabledWhen: { status: { in: ["SENT", "VIEWED", "PRESENTED"] } } },
    revokeQuoteLinks: { enabledWhen: { status: { in: ["SENT", "VIEWED", "PRESENTED"] } } },
    convertQuote: { isPrimary: true, enabledWhen: { status: { eq: "ACCEPTED" } } },
    repriceQuote: { enabledWhen: { status: { eq: "DRAFT" } } },
  },
};
