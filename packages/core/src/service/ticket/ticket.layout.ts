import type { Layout } from "../../kernel/layout.ts";

export const ticket: Layout = {
  relatedLabels: { parent_ticket_id: "Child tickets", merged_into_id: "Merged tickets" },
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["subject", "status", "priority_id", "assigned_to_id", "next_due_at", "customer_id"],
    },
    {
      name: "ticket",
      label: "Ticket",
      fields: ["ticket_type", "category_id", "urgency_level_id", "channel"],
    },
    { name: "requester", label: "Requester", fields: ["contact_id", "personal_key_id", "contract_id", "customer_notes"] },
    {
      name: "assignment",
      label: "Assignment",
      fields: [
        "team_id",
        "assigned_at",
        "is_escalated",
        "escalated_to_id",
        "escalation_metric",
        "escalation_percent",
        "escalation_reason",
      ],
    },
    {
      name: "sla",
      label: "SLA",
      fields: [
        "sla_policy_id",
        "first_response_due_at",
        "next_response_due_at",
        "resolution_due_at",
        "is_sla_paused",
        "is_sla_violated",
      ],
    },
    { name: "texts", label: "Texts", fields: ["description"] },
    {
      name: "outcome",
      label: "Outcome",
      fields: [
        "is_resolved",
        "resolution",
        "resolved_at",
        "resolved_by_id",
        "closed_at",
        "satisfaction_rating",
        "satisfaction_comments",
      ],
    },
    {
      name: "links",
      label: "Related tickets",
      fields: ["parent_ticket_id", "related_ids", "merged_into_id", "merged_ids", "split_from_id"],
    },
  ],
  primary: ["subject", "description", "customer_id", "category_id", "priority_id", "ticket_type", "assigned_to_id"],
  columns: ["subject", "ticket_number", "customer_id", "status", "priority_id", "next_due_at", "assigned_to_id"],
  card: ["next_due_at", "customer_id", "ticket_number"],
  tabs: [
    "comments",
    "activity",
    "sla_outcome",
    "after_sales_case",
    "ticket.parent_ticket_id",
    "note",
    "attachment",
    "interaction",
    "ticket_survey",
  ],
  board: {
    field: "status",
    moves: {
      OPEN: "updateTicket",
      IN_PROGRESS: "updateTicket",
      PENDING: "updateTicket",
      WAITING_ON_CUSTOMER: "updateTicket",
      RESOLVED: "resolveTicket",
      CLOSED: "closeTicket",
    },
  },
  fields: {
    resolution: { visibleWhen: { is_resolved: { eq: true } } },
    escalation_reason: { visibleWhen: { is_escalated: { eq: true } } },
    escalation_metric: { visibleWhen: { is_escalated: { eq: true } } },
    escalation_percent: { visibleWhen: { is_escalated: { eq: true } } },
  },
  actions: {
    addTicketComment: { icon: "reply", isPrimary: true },
    resolveTicket: { enabledWhen: { is_resolved: { eq: false } } },
    sendTicketSurvey: { enabledWhen: { is_resolved: { eq: true } } },
    reopenTicket: { enabledWhen: { is_resolved: { eq: true } } },
  },
};
