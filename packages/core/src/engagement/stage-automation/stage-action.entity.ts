import * as z from "zod";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { anyId, id, instant, master, oneOf } from "../../kernel/schema.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { RuleReference } from "../../sales/scoring/schemas.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { STAGE_ACTION } from "./stage-automation.kind.ts";

export const actions = ["mail", "task", "notify", "health"] as const;
export const results = ["DONE", "HELD_BACK", "FAILED"] as const;

/** The outcome of one action of a rule at one stage change. */
export const Stored = z.object({
  opportunity_id: id(OPPORTUNITY),
  opportunity_version: z.number().int().describe("Version of the opportunity that the change created"),
  from_stage_id: personalData("none", master(OPPORTUNITY_STAGES).nullable()),
  to_stage_id: personalData("none", master(OPPORTUNITY_STAGES)),
  rule: personalData("none", RuleReference.describe("Version of the rule that requested the action")),
  automation: personalData("none", z.string()),
  action: personalData("relationship", oneOf(actions)),
  result: personalData("relationship", oneOf(results)),
  reason: z.string().nullable().describe("Why the action, or a part of it, was held back or failed"),
  recipient_ids: personalData("reference", z.array(anyId()).describe("The contact or the users who were reached")),
  template_id: personalData("none", id(MESSAGE_TEMPLATE).nullable()),
  template_revision: z.number().int().nullable(),
  activity_id: id(ACTIVITY).nullable(),
  done_at: instant(),
});

export type StageActionRecord = z.output<typeof Stored> & BaseRecord;

export const StageActions = new HistoryCollection<StageActionRecord>({
  kind: STAGE_ACTION,
  schema: Stored,
  personalData: {
    purpose: "Record what automation did when an opportunity changed its stage.",
    subject: aboutPerson(reach("opportunity_id", OPPORTUNITY), reachAny("recipient_ids[]")),
  },
  row: [
    "opportunity_id",
    "opportunity_version",
    "from_stage_id",
    "to_stage_id",
    "rule",
    "automation",
    "action",
    "result",
    "reason",
    "recipient_ids",
    "template_id",
    "template_revision",
    "activity_id",
    "done_at",
  ],
  parent: "opportunity_id",
});
