import type { Layout } from "../../kernel/layout.ts";

export const potential: Layout = {
  sections: [
    {
      name: "potential",
      label: "Potential",
      fields: ["personal_key_id", "status", "stage", "priority", "assigned_to", "campaign_id"],
    },
    {
      name: "amounts",
      label: "Amounts",
      fields: ["estimated_value", "currency", "probability_score", "expected_close_date", "interested_products"],
    },
    {
      name: "outcome",
      label: "Outcome",
      fields: ["converted_at", "converted_opportunity_id", "converted_to_order_id", "last_activity_date"],
    },
  ],
  primary: ["personal_key_id", "status", "stage", "estimated_value", "currency", "expected_close_date", "assigned_to"],
  columns: ["potential_number", "personal_key_id", "status", "stage", "estimated_value", "expected_close_date", "assigned_to"],
  card: ["personal_key_id", "estimated_value", "assigned_to"],
  tabs: ["activity", "note", "attachment"],
  board: { field: "stage", sum: "estimated_value" },
  actions: { convertPotential: { isPrimary: true, enabledWhen: { converted_opportunity_id: { is_null: true } } } },
};
