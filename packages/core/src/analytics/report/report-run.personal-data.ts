import { aboutPerson, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { RunRecord } from "./report-run.entity.ts";

export const reportRun: PersonalData<RunRecord> = {
  purpose: "Keep the result of a large report for its reader.",
  subject: aboutPerson(),
  fields: {
    report_id: "none",
    owner_id: "staff",
    kind: "none",
    definition: "free_text",
    report_version: "none",
    rights: "none",
    data: "none",
    timezone: "none",
    number: "none",
    status: "none",
    rows_read: "none",
    row_count: "none",
    parts: "none",
    worker: "none",
    totals: "free_text",
    unconverted: "none",
    as_of: "none",
    error: "none",
    started_at: "none",
    finished_at: "none",
    turn: "none",
    attention_at: "none",
  },
  retention: "The rows of the result are deleted after 7 days. There is one record for each report and reader.",
};
