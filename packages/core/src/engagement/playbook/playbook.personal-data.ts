import { aboutPerson, type PersonalData, reachAny } from "../../platform/personal-data/declaration.ts";
import type { PlaybookRecord } from "./playbook.entity.ts";
import type { ProgressRecord } from "./progress.entity.ts";

export const playbook: PersonalData<PlaybookRecord> = {
  purpose: "Guide users through the steps of a sale or a case.",
  subject: aboutPerson(),
  fields: {
    name: "none",
    description: "none",
    record_kind: "none",
    is_active: "none",
    active_kind: "none",
    stage_id: "none",
    lead_status_id: "none",
    segment_id: "none",
    contact_list_id: "none",
    where: "free_text",
    steps: "none",
  },
};

export const playbookProgress: PersonalData<ProgressRecord> = {
  purpose: "Show which steps of a playbook are done for a record.",
  subject: aboutPerson(reachAny("record_id")),
  fields: {
    playbook_id: "none",
    record_id: "reference",
    steps: "relationship",
    absorbed_ids: "reference",
  },
};
