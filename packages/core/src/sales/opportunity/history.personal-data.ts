import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { HistoryRecord } from "./history.entity.ts";
import { OPPORTUNITY } from "./opportunity.kind.ts";

export const stageHistory: PersonalData<HistoryRecord> = {
  purpose: "Show how sales move through the stages.",
  subject: aboutPerson(reach("opportunity_id", OPPORTUNITY)),
  fields: {
    opportunity_id: "reference",
    move: "relationship",
    from_stage_id: "relationship",
    to_stage_id: "relationship",
    seconds_in_stage: "relationship",
    reason: "free_text",
    before: {
      stage_id: "relationship",
      amount: "financial",
      currency: "financial",
      probability: "relationship",
      close_date: "relationship",
      owner_id: "staff",
      is_closed: "relationship",
    },
    after: {
      stage_id: "relationship",
      amount: "financial",
      currency: "financial",
      probability: "relationship",
      close_date: "relationship",
      owner_id: "staff",
      is_closed: "relationship",
    },
    changed_by: "staff",
    changed_at: "relationship",
  },
};
