import type { Layout } from "../../kernel/layout.ts";

export const proposal: Layout = {
  relatedLabels: { previous_version_id: "Newer versions", series_id: "All versions" },
  sections: [
    { name: "key", label: "Key fields", fields: ["name", "status", "customer_id", "owner_id", "expiration_date"] },
    {
      name: "proposal",
      label: "Proposal",
      fields: ["proposal_date", "template_id", "version_number", "is_primary", "requires_signature"],
    },
    { name: "parties", label: "Parties", fields: ["contact_id", "opportunity_id", "quote_id"] },
    { name: "content", label: "Content", fields: ["sections"] },
    { name: "texts", label: "Texts", fields: ["notes"] },
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
        "quote_accepted",
      ],
    },
  ],
  primary: ["name", "customer_id", "opportunity_id", "contact_id", "quote_id", "expiration_date", "template_id"],
  columns: ["proposal_number", "name", "customer_id", "status", "expiration_date", "owner_id", "last_activity_date"],
  card: ["customer_id", "expiration_date", "owner_id"],
  tabs: ["activity", "approval", "proposal.series_id", "note", "attachment"],
  board: {
    field: "status",
    moves: {
      PENDING_APPROVAL: "submitProposal",
      SENT: "sendProposal",
      PRESENTED: "presentProposal",
      ACCEPTED: "acceptProposal",
      REJECTED: "rejectProposal",
    },
    exits: ["REJECTED", "EXPIRED"],
  },
  fields: {
    rejected_date: { visibleWhen: { status: { eq: "REJECTED" } } },
    rejection_reason: { visibleWhen: { status: { eq: "REJECTED" } } },
    accepted_date: { visibleWhen: { status: { eq: "ACCEPTED" } } },
  },
  actions: {
    submitProposal: { isPrimary: true, enabledWhen: { status: { eq: "DRAFT" } } },
    sendProposal: { isPrimary: true, enabledWhen: { status: { in: ["APPROVED", "SENT", "VIEWED", "PRESENTED"] } } },
    presentProposal: { enabledWhen: { status: { in: ["APPROVED", "SENT", "VIEWED"] } } },
    acceptProposal: { enabledWhen: { status: { in: ["SENT", "VIEWED", "PRESENTED"] } } },
    rejectProposal: { enabledWhen: { status: { in: ["SENT", "VIEWED", "PRESENTED"] } } },
    revokeProposalLinks: { enabledWhen: { status: { in: ["SENT", "VIEWED", "PRESENTED"] } } },
  },
};
