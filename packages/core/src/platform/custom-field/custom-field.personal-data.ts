import type { PersonalData } from "../personal-data/declaration.ts";
import type { CustomFieldRecord } from "./custom-field.entity.ts";

export const customField: PersonalData<CustomFieldRecord> = {
  purpose: "Define fields of the tenant's own.",
  subject: undefined,
  fields: {
    entity_type: "none",
    field_name: "none",
    is_unique: "none",
    field_label: "none",
    field_type: "none",
    is_required: "none",
    picklist_values: "none",
    default_value: "none",
    validation: "none",
    decimal_places: "none",
    reference_kind: "none",
    sequence: "none",
    section: "none",
    help_text: "none",
    is_active: "none",
    is_filterable: "none",
    is_sortable: "none",
    visible_to: "none",
    editable_by: "none",
    revision: "none",
    former: "none",
    index_status: "none",
    records_done: "none",
    records_failed: "none",
    due_at: "none",
  },
};
