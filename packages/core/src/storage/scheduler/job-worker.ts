import { Clock } from "../../kernel/clock.ts";
import { type Context, runAsSystem, runIn } from "../../kernel/context.ts";
import { type Failure, forbidden, isFailure, ruleViolation } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { Job, type JobLease, LeaseLost, type Resumable } from "../write/job.ts";
import { Records } from "../write/records.ts";
import { transaction } from "../write/transaction.ts";
import { Clocks } from "./clocks.ts";

/**
 * Runs a job (storage/write/job.ts) for a record, in slices. A slice claims the job, works until its time is up, and requests the next
 * slice by a change of the record, whose event starts it. If a slice is killed, the next one continues at the saved progress. A job fails
 * if it makes no progress in `MAX_TRIES` slices or is refused.
 */
interface WorkerTask<R extends BaseRecord & Resumable, S> {
  /** The actor of the bookkeeping: `system:<name>`, such as `system:import`. */
  name: string;
  collection: Collection<R>;
  /** Returns whether there is still work to do. */
  isOpen: (record: R) => boolean;
  /** Milliseconds of one slice. Events that are processed one by one wait meanwhile. */
  sliceMs: number;
  /** Returns the context of the user for whom the work is done; undefined if the user may no longer sign in. */
  contextFor: (record: R) => Promise<Context | undefined>;
  /** Works until `until` (a time of `performance.now()`), and then ends the job or requests the next slice. */
  work: (record: R, from: JobLease<S>, until: number) => Promise<void>;
  /** Marks the job as failed, with the reason. */
  onFailed: (record: R, why: Failure) => Promise<void>;
  /** Cleans up when the clock of a completed job is due. */
  onOver?: (record: R) => Promise<void>;
}

interface Worker<R, S> {
  /** Runs one slice. Each event that requests a slice calls it; events may come twice and late. */
  run: (id: string, ms?: number) => Promise<void>;
  /** Requests the next slice. */
  requestNextSlice: (id: string) => Promise<void>;
  /** Schedules a job that must not be given up: it continues at its progress, or at `beginning`, with its tries reset. */
  retryLater: (id: string, beginning: S, seconds: number) => Promise<void>;
  /** Handles `<kind>.attention_due`: starts another worker if the former one has not come back. */
  scheduleRecovery: (id: string, due_at: string) => Promise<void>;
  /** Handles both events: runs a slice when one is requested, and recovers the job when its clock is due. */
  onContinueRequested: (event: DomainEvent) => Promise<void>;
  /** Changes the record as the system, unless the job has ended meanwhile. */
  change: (id: string, edit: (current: R) => Partial<R>) => Promise<R>;
}

/** Slices without progress after which the job fails. */
const MAX_TRIES = 8;

export function createWorker<R extends BaseRecord & Resumable, S>(task: WorkerTask<R, S>): Worker<R, S> {
  const { name, collection, isOpen } = task;

  const change: Worker<R, S>["change"] = (id, edit) =>
    runAsSystem(name, () =>
      Records.change(collection, id, (current) => (isOpen(current) ? { ...current, ...edit(current) } : current)),
    );

  const resumeLater = async (id: string): Promise<void> => {
    await change(id, ({ turn }) => Job.requestWorker(turn) as Partial<R>);
  };

  const tryLater: Worker<R, S>["retryLater"] = async (id, beginning, seconds) => {
    await transaction()
      .put(Job.initialProgressItem(id, (await Job.readProgress<S>(id)) ?? beginning))
      .commit(undefined);
    await change(id, () => ({ attention_at: Clock.addSeconds(seconds) }) as Partial<R>);
  };

  async function run(id: string, ms = task.sliceMs): Promise<void> {
    const record = await Records.load(collection, id, { live: true });
    if (!record || !isOpen(record)) return;
    const claimed = await Job.claim<S>(id);
    try {
      if (claimed.tries > MAX_TRIES) throw ruleViolation("The job made no progress in repeated attempts");
      const context = await task.contextFor(record);
      if (!context) throw forbidden("The user who started the job can no longer sign in");
      await runIn(context, () => task.work(record, claimed, performance.now() + ms));
    } catch (error) {
      if (error instanceof LeaseLost) return;
      if (!isFailure(error)) throw error;
      await task.onFailed(record, error);
    }
  }

  async function lookAfter(id: string, due_at: string): Promise<void> {
    const record = await Clocks.loadDue(collection, id, "attention", due_at);
    if (!record) return;
    if (!isOpen(record) && task.onOver) return task.onOver(record);
    await runAsSystem(name, () =>
      Clocks.runDue(collection, id, "attention", due_at, (current) =>
        isOpen(current) ? { ...current, ...Job.requestWorker(current.turn) } : { ...current, attention_at: null },
      ),
    );
  }

  const onContinueRequested: Worker<R, S>["onContinueRequested"] = ({ record_id, due_at }) =>
    due_at === undefined ? run(record_id) : lookAfter(record_id, due_at);

  return { run, requestNextSlice: resumeLater, retryLater: tryLater, scheduleRecovery: lookAfter, onContinueRequested, change };
}
