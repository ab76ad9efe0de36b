import type { Layout } from "../../kernel/layout.ts";

export const opportunity: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["name", "stage_id", "amount", "currency", "close_date", "customer_id", "owner_id", "next_step", "next_step_date"],
    },
    {
      name: "deal",
      label: "Deal",
      fields: ["probability", "expected_revenue", "forecast_category", "type", "last_activity_date"],
    },
    { name: "parties", label: "Parties", fields: ["contact_id", "personal_key_id", "lead_id", "territory_id"] },
    { name: "origin", label: "Origin", fields: ["lead_source_id", "source_campaign_id", "has_competition"] },
    { name: "texts", label: "Texts", fields: ["description"] },
    {
      name: "outcome",
      label: "Outcome",
      fields: ["is_closed", "is_won", "closed_date", "win_loss_reason_id", "win_loss_notes"],
    },
  ],
  primary: ["name", "customer_id", "contact_id", "amount", "currency", "close_date", "stage_id"],
  columns: ["name", "customer_id", "stage_id", "amount", "probability", "close_date", "owner_id", "next_step_date"],
  card: ["amount", "customer_id", "stage_id", "close_date"],
  tabs: [
    "activity",
    "quote",
    "proposal",
    "contract",
    "order",
    "project",
    "products",
    "competitors",
    "note",
    "attachment",
    "interaction",
    "history",
  ],
  board: {
    field: "stage_id",
    moves: { closed_won: "winOpportunity", closed_lost: "loseOpportunity" },
    sum: "amount",
  },
  fields: {
    closed_date: { visibleWhen: { is_closed: { eq: true } } },
    win_loss_reason_id: { visibleWhen: { is_closed: { eq: true } } },
    win_loss_notes: { visibleWhen: { is_closed: { eq: true } } },
  },
  actions: {
    winOpportunity: { isPrimary: true, enabledWhen: { is_closed: { eq: false } } },
    loseOpportunity: { enabledWhen: { is_closed: { eq: false } } },
    moveOpportunity: { enabledWhen: { is_closed: { eq: false } } },
    reopenOpportunity: { enabledWhen: { is_closed: { eq: true } } },
  },
};
