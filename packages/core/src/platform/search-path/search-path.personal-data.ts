import type { PersonalData } from "../personal-data/declaration.ts";
import type { SearchPathRecord } from "./search-path.entity.ts";

export const searchPath: PersonalData<SearchPathRecord> = {
  purpose: "Declare which nested fields are searchable.",
  subject: undefined,
  fields: {
    entity: "none",
    path: "none",
    type: "none",
    sort: "none",
    status: "none",
    records_done: "none",
    records_failed: "none",
    revision: "none",
    due_at: "none",
  },
};
