import * as z from "zod";
import { requestTime } from "../../kernel/day.ts";
import { conflict, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { IdInput, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { isMilestoneUsed } from "../../people/activity/record-tasks.ts";
import { milestoneScope } from "../../people/activity/task-counts.rules.ts";
import { Counter } from "../../storage/read/counter.ts";
import { Records } from "../../storage/write/records.ts";
import { requireRight } from "./access.ts";
import {
  MAX_MILESTONES,
  Milestone,
  type MilestoneRecord,
  milestoneFields,
  type ProjectRecord,
  Projects,
} from "./project.entity.ts";
import { PROJECT_MILESTONE } from "./project.kind.ts";
import { parseTotals } from "./totals.rules.ts";

/** Milestones of projects: dates by which a part of the work is done. Tasks may name one. */

export const Info = Milestone.extend({ total_task: z.number().int(), total_task_completed: z.number().int() });

type MilestoneInput = z.output<z.ZodObject<typeof milestoneFields>>;

const byDueDate = (a: MilestoneRecord, b: MilestoneRecord): number => {
  const [dayOfA, dayOfB] = [a.due_date ?? NO_DATE, b.due_date ?? NO_DATE];
  return dayOfA < dayOfB ? -1 : dayOfA > dayOfB ? 1 : 0;
};
/** Sorts after every date. */
const NO_DATE = "~";

/** Returns milestones in order of their dates; those without one come last. */
export const sortMilestones = (milestones: readonly MilestoneRecord[]): MilestoneRecord[] => milestones.toSorted(byDueDate);

const buildMilestone = (input: MilestoneInput): MilestoneRecord => ({
  id: newId(PROJECT_MILESTONE),
  ...toStoredFields(milestoneFields, input),
  completed_at: null,
});

export const buildMilestones = (inputs: readonly MilestoneInput[]): MilestoneRecord[] =>
  sortMilestones(inputs.map(buildMilestone));

/** Lists the milestones of a project with the counts of their tasks, which follow within moments. */
export const list = fn(IdInput, async ({ id }) => {
  const { milestones } = await Records.read(Projects, id);
  const { scopes } = await Counter.read(
    ACTIVITY.name,
    milestones.map((milestone) => milestoneScope(milestone.id)),
  );
  return milestones.map((milestone) => {
    const { total_task, total_task_completed } = parseTotals(scopes.get(milestoneScope(milestone.id)) ?? {});
    return { ...milestone, total_task, total_task_completed };
  });
});

const change = (
  projectId: string,
  edit: (project: ProjectRecord) => readonly MilestoneRecord[] | Promise<readonly MilestoneRecord[]>,
): Promise<ProjectRecord> =>
  Records.change(Projects, projectId, async (current) => {
    await requireRight(current);
    return { ...current, milestones: sortMilestones(await edit(current)) };
  });

export const add = fn(IdInput.extend(milestoneFields), ({ id, ...input }) =>
  change(id, ({ milestones }) => {
    if (milestones.length >= MAX_MILESTONES)
      throw conflict(`A project has at most ${MAX_MILESTONES} milestones: delete one first`, [
        { field: "milestones", message: `${milestones.length} milestones` },
      ]);
    return [...milestones, buildMilestone(input)];
  }),
);

const MilestoneIdInput = IdInput.extend({ milestone_id: text(64) });

const changeOne = (
  { id, milestone_id }: z.output<typeof MilestoneIdInput>,
  edit: (milestone: MilestoneRecord) => MilestoneRecord,
): Promise<ProjectRecord> =>
  change(id, ({ milestones }) => {
    requireMilestone(milestones, milestone_id);
    return milestones.map((milestone) => (milestone.id === milestone_id ? edit(milestone) : milestone));
  });

export const update = fn(patchSchema(milestoneFields).extend(MilestoneIdInput.shape), ({ id, milestone_id, ...patch }) =>
  changeOne({ id, milestone_id }, (milestone) => ({ ...milestone, ...toStoredPatch(milestoneFields, patch) })),
);

export const complete = fn(MilestoneIdInput, (input) =>
  changeOne(input, (milestone) => {
    if (milestone.completed_at !== null)
      throw conflict("The milestone was already completed", [{ field: "completed_at", message: milestone.completed_at }]);
    return { ...milestone, completed_at: requestTime() };
  }),
);

export const reopen = fn(MilestoneIdInput, (input) => changeOne(input, (milestone) => ({ ...milestone, completed_at: null })));

/** Deletes a milestone that no task names. */
export const remove = fn(MilestoneIdInput, ({ id, milestone_id }) =>
  change(id, async ({ milestones }) => {
    requireMilestone(milestones, milestone_id);
    if (await isMilestoneUsed(milestone_id))
      throw conflict("Tasks name this milestone: give them another one first", [{ field: "milestone_id", message: "In use" }]);
    return milestones.filter((milestone) => milestone.id !== milestone_id);
  }),
);

function requireMilestone(milestones: readonly MilestoneRecord[], milestoneId: string): void {
  if (!milestones.some(({ id }) => id === milestoneId)) throw notFound();
}

export * as ProjectMilestones from "./milestones.ts";
