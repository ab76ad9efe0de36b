import { aboutPerson, type PersonalData, reach, reachAny } from "../../platform/personal-data/declaration.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import type { StageActionRecord } from "./stage-action.entity.ts";

export const stageAction: PersonalData<StageActionRecord> = {
  purpose: "Record what automation did when an opportunity changed its stage.",
  subject: aboutPerson(reach("opportunity_id", OPPORTUNITY), reachAny("recipient_ids[]")),
  fields: {
    opportunity_id: "reference",
    opportunity_version: "none",
    from_stage_id: "none",
    to_stage_id: "none",
    rule: "none",
    automation: "none",
    action: "relationship",
    result: "relationship",
    reason: "free_text",
    recipient_ids: "reference",
    template_id: "none",
    template_revision: "none",
    activity_id: "reference",
    done_at: "relationship",
  },
};
