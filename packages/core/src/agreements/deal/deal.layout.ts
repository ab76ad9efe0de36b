import type { Layout } from "../../kernel/layout.ts";

export const deal: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["name", "deal_status", "final_amount", "currency", "customer_id", "owner_id", "start_date", "end_date"],
    },
    { name: "deal", label: "Deal", fields: ["status_reason", "order_reference"] },
    { name: "parties", label: "Parties", fields: ["opportunity_id", "campaign_manager_id"] },
    { name: "texts", label: "Texts", fields: ["deliverables", "terms"] },
    {
      name: "progress",
      label: "Progress",
      fields: ["signed_at", "paid_at", "completed_at", "cancelled_at", "last_activity_date"],
    },
  ],
  primary: ["name", "customer_id", "opportunity_id", "final_amount", "currency", "start_date", "end_date"],
  columns: ["deal_number", "name", "customer_id", "deal_status", "final_amount", "start_date", "owner_id"],
  card: ["name", "final_amount", "customer_id", "end_date"],
  tabs: ["activity", "items", "note", "attachment"],
  board: { field: "deal_status", sum: "final_amount", exits: ["CANCELLED"] },
};
