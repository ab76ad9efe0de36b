import type { Layout } from "../../kernel/layout.ts";

export const contract: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["title", "status", "contract_value", "currency", "customer_id", "owner_id", "start_date", "end_date"],
    },
    {
      name: "contract",
      label: "Contract",
      fields: ["contract_type_id", "template_id", "term_number", "has_amendments", "amendment_count"],
    },
    { name: "parties", label: "Parties", fields: ["contact_id", "opportunity_id", "quote_id", "project_id"] },
    { name: "amounts", label: "Amounts", fields: ["billing_frequency", "monthly_fee", "payment_terms"] },
    { name: "term", label: "Term", fields: ["duration_months", "term_start_date", "notice_date"] },
    {
      name: "renewal",
      label: "Renewal",
      fields: [
        "auto_renew",
        "renewal_notice_days",
        "auto_renew_agreed",
        "renewal_uplift_percent",
        "renewal_value",
        "renewal_terms",
      ],
    },
    {
      name: "signature",
      label: "Signature",
      fields: [
        "requires_signature",
        "customer_signed",
        "customer_signed_by",
        "customer_signed_date",
        "customer_signed_file_id",
        "company_signed",
        "company_signed_by",
        "company_signed_date",
        "company_signed_file_id",
        "signature_request_id",
      ],
    },
    { name: "terms", label: "Terms", fields: ["governing_law", "jurisdiction", "terms_and_conditions", "special_terms"] },
    { name: "deliverables", label: "Deliverables", fields: ["deliverables"] },
    { name: "texts", label: "Texts", fields: ["description", "notes"] },
  ],
  primary: ["title", "customer_id", "contract_type_id", "contract_value", "currency", "start_date", "end_date"],
  columns: ["contract_number", "title", "customer_id", "status", "contract_value", "end_date", "owner_id"],
  card: ["contract_value", "customer_id", "end_date"],
  tabs: ["activity", "approval", "amendments", "deliverables", "renewals", "note", "attachment", "signature_request"],
  board: {
    field: "status",
    moves: {
      UNDER_REVIEW: "withdrawContract",
      PENDING_APPROVAL: "submitContract",
      ACTIVE: "activateContract",
      TERMINATED: "terminateContract",
    },
    sum: "contract_value",
    exits: ["EXPIRED", "TERMINATED"],
  },
  calendar: { start: "start_date", end: "end_date" },
  actions: {
    submitContract: { isPrimary: true, enabledWhen: { status: { in: ["DRAFT", "UNDER_REVIEW"] } } },
    activateContract: { isPrimary: true, enabledWhen: { status: { eq: "APPROVED" } } },
    signContract: { enabledWhen: { status: { eq: "APPROVED" } } },
    renewContract: { enabledWhen: { status: { in: ["ACTIVE", "EXPIRED"] } } },
    terminateContract: { enabledWhen: { status: { eq: "ACTIVE" } } },
  },
};
