import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, master, oneOf } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { OPPORTUNITY, STAGE_HISTORY } from "./opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "./opportunity.masters.ts";
import { moves } from "./stage-move.rules.ts";

/** The fields of the daily pipeline. Each change of one of them gets a history entry. */
export const trackedFields = {
  stage_id: master(OPPORTUNITY_STAGES),
  amount: amount().nullable(),
  currency: personalData("financial", currency()),
  probability: personalData("relationship", z.number().int()),
  close_date: date().nullable(),
  owner_id: id(USER).nullable(),
  is_closed: personalData("relationship", z.boolean()),
};

const TrackedState = z.object(trackedFields).meta({ id: "OpportunityStanding" });

/** The state of an opportunity before and after a change. */
export const Stored = z.object({
  opportunity_id: id(OPPORTUNITY),
  move: personalData("relationship", oneOf(moves)),
  from_stage_id: master(OPPORTUNITY_STAGES).nullable(),
  to_stage_id: master(OPPORTUNITY_STAGES),
  seconds_in_stage: personalData(
    "relationship",
    z.number().int().nullable().describe("Time spent in the stage that it left; null if it stayed in the stage"),
  ),
  reason: z.string().nullable(),
  before: TrackedState.nullable().describe("null if the opportunity was just created"),
  after: TrackedState,
  changed_by: actor(),
  changed_at: instant(),
});

export type HistoryRecord = z.output<typeof Stored> & BaseRecord;
export type TrackedState = z.output<typeof TrackedState>;

export const StageHistory = new HistoryCollection<HistoryRecord>({
  kind: STAGE_HISTORY,
  schema: Stored,
  personalData: {
    purpose: "Show how sales move through the stages.",
    subject: aboutPerson(reach("opportunity_id", OPPORTUNITY)),
  },
  row: [
    "opportunity_id",
    "move",
    "from_stage_id",
    "to_stage_id",
    "seconds_in_stage",
    "reason",
    "before",
    "after",
    "changed_by",
    "changed_at",
  ],
  parent: "opportunity_id",
});
