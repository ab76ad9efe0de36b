import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { BatchRecord } from "./batch.entity.ts";

export const reengagementBatch: PersonalData<BatchRecord> = {
  purpose: "Win former customers back in a campaign.",
  subject: undefined,
  fields: {
    batch_name: "none",
    historical_value: "none",
    target_size: "none",
    target_revenue: "none",
    target_response_rate: "none",
    start_date: "none",
    end_date: "none",
    currency: "none",
    window_days: "none",
    sequence: "none",
    assigned_to: "staff",
    status: "none",
    created_date: "none",
    activated_at: "none",
    ended_at: "none",
    started_by: "staff",
    template_revisions: "none",
    walk_at: "none",
  },
};
