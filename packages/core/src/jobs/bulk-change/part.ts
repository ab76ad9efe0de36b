import { type Kept, LANES, Ledger, type Progress } from "../../bulk-change/ledger.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { deedFor } from "./deeds.ts";
import { type Became, type Deed, type Row, rowDone, type Spared, type Work } from "./row.ts";
import { takingBack, type Undone } from "./take-back.ts";

/** Rows of a dry run that are tried; the rest is only counted. */
export const TRIED = 100;

interface Task extends Row {
  decide: () => Promise<Deed | Spared>;
}

/** Does the rows of the next part that have not been done yet, and writes down what became of the others, and that all of it is. */
export async function part(
  work: Work,
  undone: Undone | undefined,
  lease: JobLease<Progress> & { state: Progress },
): Promise<JobLease<Progress> & { state: Progress }> {
  const { record } = work;
  const { state } = lease;
  const kept = await Ledger.doneIn(record.id, state.part);
  const tasks = await tasksOf(work, undone, state);
  const became = await allDone(
    work,
    tasks.filter(({ place }) => !kept.has(place.at)),
  );
  const counts = { ...state.counts, done: state.counts.done + kept.size };
  for (const { entry } of became.values()) counts[entry.outcome] += 1;
  const next = { ...state, part: state.part + 1, counts };
  const tx = transaction()
    .step(Ledger.gateStep(record.id, 0, lease))
    .step(Job.advancing(record.id, lease, next));
  for (const [{ place }, { entry, isKept }] of became) if (!isKept) tx.step(Ledger.entryStep(record.id, place, entry));
  await tx.commit(undefined);
  return { worker: lease.worker, tries: 0, state: next };
}

/** The rows of a part, each at its place, with what is to be done with it. */
async function tasksOf(work: Work, undone: Undone | undefined, { part, counts }: Progress): Promise<Task[]> {
  const { record } = work;
  if (undone) {
    const entries: readonly Kept[] = [...(await Ledger.doneIn(undone.original.id, part)).values()];
    return entries.map((entry, at) => taskAt(entry.id, { part, at: entry.place.at }, at, takingBack(work, undone, entry)));
  }
  const ids = await Ledger.idsOf(record.id, part);
  const tried = counts.done + counts.failed + counts.skipped;
  const meant = record.dry_run ? ids.slice(0, TRIED - tried) : ids;
  return meant.map((id, at) => taskAt(id, { part, at }, at, deedFor(work, id)));
}

const taskAt = (id: string, place: Row["place"], at: number, decide: Task["decide"]): Task => ({
  ...{ id, place, decide },
  lane: at % LANES,
});

/** Side by side, one after another where they go by the same gate. What is under way ends before anything is thrown. */
async function allDone(work: Work, tasks: readonly Task[]): Promise<Map<Task, Became>> {
  const became = new Map<Task, Became>();
  const along = async (lane: readonly Task[]): Promise<void> => {
    for (const task of lane) became.set(task, await rowDone(work, task, task.decide));
  };
  const ends = await Promise.allSettled([...Map.groupBy(tasks, ({ lane }) => lane).values()].map(along));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return became;
}
