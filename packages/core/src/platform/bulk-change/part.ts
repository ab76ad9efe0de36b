import { Job, type JobLease } from "../../storage/write/job.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { actionFor } from "./actions.ts";
import { type Row, type RowAction, type RowResult, runRow, type SkippedRow, type Work } from "./row.ts";
import { LANE_COUNT, type LoggedRow, type Progress, RowLog } from "./row-log.ts";
import { type UndoTarget, undoActionFor } from "./undo.ts";

/** Rows that a dry run tries; the others are only counted. */
export const DRY_RUN_ROWS = 100;

interface RowTask extends Row {
  decide: () => Promise<RowAction | SkippedRow>;
}

/** Does the rows of the next part that are not done yet. Writes the results of the rows that were not done, together with the progress. */
export async function runPart(
  work: Work,
  undone: UndoTarget | undefined,
  lease: JobLease<Progress> & { state: Progress },
): Promise<JobLease<Progress> & { state: Progress }> {
  const { record } = work;
  const { state } = lease;
  const loggedRows = await RowLog.listLoggedRows(record.id, state.part);
  const tasks = await listTasks(work, undone, state);
  const became = await runTasks(
    work,
    tasks.filter(({ place }) => !loggedRows.has(place.index)),
  );
  const counts = { ...state.counts, done: state.counts.done + loggedRows.size };
  for (const { entry } of became.values()) counts[entry.outcome] += 1;
  const next = { ...state, part: state.part + 1, counts };
  const tx = transaction()
    .addStep(RowLog.buildLockCheck(record.id, 0, lease))
    .addStep(Job.saveProgressStep(record.id, lease, next));
  for (const [{ place }, { entry, isKept }] of became) if (!isKept) tx.addStep(RowLog.buildEntryStep(record.id, place, entry));
  await tx.commit(undefined);
  return { worker: lease.worker, tries: 0, state: next };
}

/** Returns the rows of a part, each with its place and the function that decides what to do with it. */
async function listTasks(work: Work, undone: UndoTarget | undefined, { part, counts }: Progress): Promise<RowTask[]> {
  const { record } = work;
  if (undone) {
    const entries: readonly LoggedRow[] = [...(await RowLog.listLoggedRows(undone.original.id, part)).values()];
    return entries.map((entry, index) =>
      buildTask(entry.id, { part, index: entry.place.index }, index, undoActionFor(work, undone, entry)),
    );
  }
  const ids = await RowLog.readIds(record.id, part);
  const tried = counts.done + counts.failed + counts.skipped;
  const taskIds = record.dry_run ? ids.slice(0, DRY_RUN_ROWS - tried) : ids;
  return taskIds.map((id, index) => buildTask(id, { part, index }, index, actionFor(work, id)));
}

const buildTask = (id: string, place: Row["place"], index: number, decide: RowTask["decide"]): RowTask => ({
  ...{ id, place, decide },
  lane: index % LANE_COUNT,
});

/** Runs lanes concurrently, and the rows of one lane one after another. Rows under way finish before an error is thrown. */
async function runTasks(work: Work, tasks: readonly RowTask[]): Promise<Map<RowTask, RowResult>> {
  const became = new Map<RowTask, RowResult>();
  const along = async (lane: readonly RowTask[]): Promise<void> => {
    for (const task of lane) became.set(task, await runRow(work, task, task.decide));
  };
  const ends = await Promise.allSettled([...Map.groupBy(tasks, ({ lane }) => lane).values()].map(along));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return became;
}
