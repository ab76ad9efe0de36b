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
 * Work in turns (storage/write/job.ts) on a record that asks for it. A turn takes the job over, does what its time allows, and
 * calls for the next by a change of the record, whose event starts it. Whatever ends a turn before, the next goes on where
 * the job was; one that gets no further, or is refused as a whole, fails.
 */
export interface WorkerTask<R extends BaseRecord & Resumable, S> {
  /** Who is said to have done the bookkeeping: `system:import`. */
  name: string;
  collection: Collection<R>;
  /** Whether there is something to be done yet. */
  isOpen: (record: R) => boolean;
  /** Milliseconds of one turn: others wait meanwhile where events come one by one. */
  sliceMs: number;
  /** In whose place the work is done; undefined for who may not sign in any more. */
  contextFor: (record: R) => Promise<Context | undefined>;
  /** Does parts of it until the time is up (of `performance.now()`), and then either ends it or calls for the next turn. */
  work: (record: R, from: JobLease<S>, until: number) => Promise<void>;
  /** Says that the whole has failed, and why. */
  onFailed: (record: R, why: Failure) => Promise<void>;
  /** What is left to be done when a record is due that has ended. */
  onOver?: (record: R) => Promise<void>;
}

export interface Worker<R, S> {
  /** One turn; started by each event that calls for it, twice and late too. */
  run: (id: string, ms?: number) => Promise<void>;
  /** Calls for the next turn. */
  requestNextSlice: (id: string) => Promise<void>;
  /** What is never given up goes on from where it is, or from its beginning, when it is looked after, and is tried as often as before. */
  retryLater: (id: string, beginning: S, seconds: number) => Promise<void>;
  /** At `<kind>.attention_due`: another worker for a record whose worker has not come back. */
  recover: (id: string, due_at: string) => Promise<void>;
  /** Hears both: one turn, by the event of each call for one; another worker, when one has not come back. */
  onContinueRequested: (event: DomainEvent) => Promise<void>;
  /** Changes a record that has not ended meanwhile; as nobody in particular. */
  change: (id: string, edit: (current: R) => Partial<R>) => Promise<R>;
}

/** Turns without getting further, after which the whole has failed. */
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
    const record = await Records.load(collection, id);
    if (!record || !isOpen(record)) return;
    const claimed = await Job.claim<S>(id);
    try {
      if (claimed.tries > MAX_TRIES) throw ruleViolation("It was tried again and again without getting any further");
      const context = await task.contextFor(record);
      if (!context) throw forbidden("Who asked for it may not sign in any more");
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

  return { run, requestNextSlice: resumeLater, retryLater: tryLater, recover: lookAfter, onContinueRequested, change };
}
