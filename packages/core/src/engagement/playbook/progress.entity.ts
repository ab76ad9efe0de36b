import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData, reachAny } from "../../kernel/personal-data.ts";
import { anyId, id, instant } from "../../kernel/schema.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { PLAYBOOK, PLAYBOOK_PROGRESS } from "./playbook.kind.ts";

const StepProgress = z.object({
  name: z.string().describe("Name of the step when it was last changed"),
  completed_at: instant().nullable(),
  completed_by: actor().nullable(),
  task_id: id(ACTIVITY).nullable(),
});
export type StepProgress = z.output<typeof StepProgress>;

export const StoredProgress = z.object({
  playbook_id: personalData("none", id(PLAYBOOK)),
  record_id: personalData("reference", anyId()),
  steps: personalData(
    "relationship",
    z.record(z.string(), StepProgress).describe("By the id of the step. Steps that the playbook no longer has stay"),
  ),
  absorbed_ids: personalData("reference", z.array(z.string()).describe("Merged records whose progress this one contains")),
});

export type ProgressRecord = z.output<typeof StoredProgress> & BaseRecord;

/** The progress of one record in one playbook, written when the first step is completed. */
export const PlaybookProgresses = new Collection<ProgressRecord>({
  kind: PLAYBOOK_PROGRESS,
  schema: StoredProgress,
  personalData: { purpose: "Show which steps of a playbook are done for a record.", subject: aboutPerson(reachAny("record_id")) },
  row: ["playbook_id", "record_id"],
  indexes: {},
});
