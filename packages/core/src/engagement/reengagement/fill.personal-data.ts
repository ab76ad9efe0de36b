import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { FillRecord } from "./fill.entity.ts";

export const reengagementFill: PersonalData<FillRecord> = {
  purpose: "Select the persons of a win-back campaign.",
  subject: undefined,
  fields: {
    contact_list_id: "none",
    segment_id: "none",
    last_activity_before: "none",
    last_order_before: "none",
    value_min: "none",
    value_max: "none",
    batch_id: "none",
    owner_id: "staff",
    status: "none",
    as_of: "none",
    found: "none",
    added: "none",
    error: "none",
    started_at: "none",
    finished_at: "none",
    filter_revisions: "none",
    turn: "none",
    attention_at: "none",
  },
};
