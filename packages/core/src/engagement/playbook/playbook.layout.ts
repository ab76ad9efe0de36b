import type { Layout } from "../../kernel/layout.ts";

export const playbook: Layout = {
  sections: [
    { name: "key", label: "Key fields", fields: ["name", "record_kind", "is_active", "description"] },
    {
      name: "applies",
      label: "Applies to",
      fields: ["stage_id", "lead_status_id", "segment_id", "contact_list_id", "where"],
    },
    { name: "steps", label: "Steps", fields: ["steps"] },
  ],
  primary: ["name", "record_kind", "stage_id", "lead_status_id", "segment_id", "contact_list_id", "steps"],
  columns: ["name", "record_kind", "stage_id", "lead_status_id", "is_active"],
  card: ["record_kind", "is_active"],
  lists: { steps: ["name", "text", "required_fields"] },
  fields: {
    stage_id: { visibleWhen: { record_kind: { eq: "opportunity" } } },
    lead_status_id: { visibleWhen: { record_kind: { eq: "lead" } } },
    segment_id: { visibleWhen: { record_kind: { eq: "customer" } } },
    contact_list_id: { visibleWhen: { record_kind: { eq: "contact" } } },
  },
};
