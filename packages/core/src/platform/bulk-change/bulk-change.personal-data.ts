import { aboutPerson, type PersonalData } from "../personal-data/declaration.ts";
import type { BulkChangeRecord } from "./bulk-change.entity.ts";

export const bulkChange: PersonalData<BulkChangeRecord> = {
  purpose: "Change many records in one job.",
  subject: aboutPerson(),
  fields: {
    kind: "none",
    action: "none",
    owner_id: "staff",
    query: "free_text",
    fields: "none",
    add_tags: "none",
    remove_tags: "none",
    dry_run: "none",
    undoes_id: "none",
    undone_by_id: "none",
    reason: "free_text",
    status: "none",
    as_of: "none",
    found: "none",
    done: "none",
    failed: "none",
    skipped: "none",
    error: "none",
    started_at: "none",
    finished_at: "none",
    turn: "none",
    attention_at: "none",
  },
  retention: "The row log is deleted after 30 days. The record of the job stays until a user deletes it.",
};
