import { aboutPerson, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { FillRecord } from "./fill.entity.ts";

export const campaignFill: PersonalData<FillRecord> = {
  purpose: "Select the persons of a marketing campaign.",
  subject: aboutPerson(),
  fields: {
    segment_id: "none",
    contact_list_id: "none",
    lead_filter: "free_text",
    campaign_id: "none",
    owner_id: "staff",
    status: "none",
    as_of: "none",
    found: "none",
    added: "none",
    skipped: "none",
    error: "none",
    started_at: "none",
    finished_at: "none",
    filter_revisions: "none",
    turn: "none",
    attention_at: "none",
  },
};
