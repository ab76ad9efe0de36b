import { aboutPerson, type PersonalData } from "../personal-data/declaration.ts";
import type { ExportRecord } from "./export.entity.ts";

export const exportJob: PersonalData<ExportRecord> = {
  purpose: "Give users their records as a file.",
  subject: aboutPerson(),
  fields: {
    entity: "none",
    owner_id: "staff",
    file_name: "none",
    format: "none",
    query: "free_text",
    ids: "none",
    columns: "none",
    labels: "none",
    status: "none",
    rows: "none",
    left_out: "none",
    size: "none",
    as_of: "none",
    error: "none",
    expires_at: "none",
    started_at: "none",
    finished_at: "none",
    object_key: "none",
    turn: "none",
    attention_at: "none",
  },
  retention: "The file is deleted after 7 days. The record of the export stays until a user deletes it.",
};
