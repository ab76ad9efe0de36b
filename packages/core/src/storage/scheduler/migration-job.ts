import { randomUUID } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import type { Ports } from "../../kernel/ports.ts";
import { pad } from "../table/collection.ts";
import { WriteConflict } from "../table/conflict.ts";
import { isConditionFailed, put, query, queryAll, readItem, tableName, update } from "../table/database.ts";
import type { Item, WriteStep } from "../table/item.ts";
import { type Key, systemKey } from "../table/key.ts";
import { SHAPE_KNOWLEDGE_SECONDS } from "../table/written-shapes.ts";
import { loadMigratedCollections, type MigrationResult, migrate } from "./migration.ts";
import type { WalkBatch, WalkMonitor } from "./record-walk.ts";
import { completeShapes, readTableShapes, type TableShapes } from "./table-shapes.ts";

/**
 * The migration as an operator's command. It runs in slices: a slice holds a lease, so that one runs at a time, and saves its progress with
 * each batch. A killed slice loses its lease after some minutes, and the next one goes on after the last batch. A job is all slices from the
 * first one until all records are migrated. Jobs, slices and the lease are items of one partition of the table.
 */
const PARTITION = (): string => systemKey("migration", "table");
const itemKey = (sk: string): Key => ({ pk: PARTITION(), sk });
const leaseKey = (): Key => itemKey("lease");
const jobKey = (): Key => itemKey("job");
const totalsPrefix = (job: number): string => `totals#${pad(job, 6)}#`;
const RUN_PREFIX = "run#";

/** A killed slice keeps its lease for this long. A batch and the pause after it take less. */
const LEASE_SECONDS = 5 * 60;
/** Runs that `readMigrationStatus` lists. */
const MAX_LISTED_RUNS = 20;
/** Failures that a run lists; it counts all. */
const MAX_LISTED_FAILURES = 100;
export const DEFAULT_RECORDS_PER_SECOND = 50;

interface SliceOptions {
  /** Who runs the command, for the list of runs. */
  actor?: string | undefined;
  dry_run: boolean;
  /** Maximum of records that are rewritten in a second, on average over a batch. */
  records_per_second: number;
  /** Seconds after which the slice ends. */
  seconds: number;
  /** Milliseconds after which every request that was running before has ended; 0 if this process is the only one. */
  grace: number;
}

export interface SliceResult {
  run: string;
  /** Records that this slice checked and rewrote; in a dry run, `rewritten` counts those that are due. */
  checked: number;
  rewritten: number;
  failed: number;
  /** The first failures. The records stay unchanged, and the next job tries them again. */
  failures: MigrationResult["failed"];
  /** Whether all records were checked. Otherwise the same command continues. */
  done: boolean;
  /** Whether `stop-migration` ended the slice. */
  stopped: boolean;
}

interface Lease {
  runner: string;
  actor: string;
  started_at: string;
  expires_at: string;
  stop_requested?: string;
}

/** A slice, as the list of runs shows it. Without `ended_at` it runs, or was killed. */
interface Run extends Partial<Omit<SliceResult, "run" | "failures">> {
  id: string;
  job: number | null;
  actor: string;
  started_at: string;
  ended_at?: string;
  dry_run: boolean;
  records_per_second: number;
  error?: string;
}

interface Job {
  number: number;
  is_done: boolean;
}

const runInMigration = <T>(ports: Ports, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(ports, undefined, "migrate", ["migration"]), work);

/** Runs a slice. Throws a CONFLICT while another one runs. */
export async function runMigrationSlice(ports: Ports, options: SliceOptions): Promise<SliceResult> {
  const { dry_run, records_per_second, actor = "unknown" } = options;
  const run: Run = { id: randomUUID(), job: null, actor, started_at: Clock.now(), dry_run, records_per_second };
  if (!dry_run) await runInMigration(ports, () => takeLease(run));
  try {
    if (!dry_run) run.job = (await runInMigration(ports, continueJob)).number;
    await saveRun(ports, run);
    const slice = new Slice(ports, run, options);
    const result = await slice.walk();
    await saveRun(ports, { ...run, ...toRunFields(result), ended_at: Clock.now() });
    return result;
  } catch (error) {
    await saveRun(ports, { ...run, ended_at: Clock.now(), error: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    if (!dry_run) await runInMigration(ports, () => releaseLease(run.id));
  }
}

const toRunFields = ({ run: _run, failures: _failures, ...fields }: SliceResult): Partial<Run> => fields;

async function saveRun(ports: Ports, run: Run): Promise<void> {
  ports.log.write("info", "migration", { ...run });
  await runInMigration(ports, () => put({ ...itemKey(`${RUN_PREFIX}${run.started_at}#${run.id}`), ...run }));
}

/** Takes the lease, unless another runner holds one that has not expired. */
async function takeLease({ id, actor, started_at }: Run): Promise<void> {
  try {
    await update({
      Key: leaseKey(),
      UpdateExpression: "SET runner = :runner, actor = :actor, started_at = :now, expires_at = :end REMOVE stop_requested",
      ConditionExpression: "attribute_not_exists(runner) OR expires_at < :now",
      ExpressionAttributeValues: { ":runner": id, ":actor": actor, ":now": started_at, ":end": Clock.addSeconds(LEASE_SECONDS) },
    });
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const lease = (await readItem(leaseKey())) as Lease | undefined;
    throw conflict(
      `A migration is running: ${lease?.actor} started it at ${lease?.started_at}, and it holds the lease until ${lease?.expires_at} unless it renews it. Wait for its end, or run the command stop-migration.`,
    );
  }
}

const releaseLease = (runner: string): Promise<unknown> =>
  update({
    Key: leaseKey(),
    UpdateExpression: "REMOVE runner, expires_at, stop_requested",
    ConditionExpression: "runner = :runner",
    ExpressionAttributeValues: { ":runner": runner },
  }).catch((error: unknown) => {
    // Another runner has taken it over.
    if (!isConditionFailed(error)) throw error;
  });

/** Returns the job in progress, or a new one. */
async function continueJob(): Promise<Job> {
  const last = (await readItem(jobKey())) as Job | undefined;
  if (last && !last.is_done) return last;
  const job: Job = { number: (last?.number ?? 0) + 1, is_done: false };
  await put({ ...jobKey(), ...job });
  return job;
}

/** One slice of a job, which watches its own walk. */
class Slice implements WalkMonitor {
  readonly #ports: Ports;
  readonly #run: Run;
  readonly #options: SliceOptions;
  readonly #end: number;
  /** When the last pause ended. */
  #pacedAt = Clock.machineTimeWithPauses();
  #renewedAt = Clock.machineTimeWithPauses();
  #isStopped = false;

  constructor(ports: Ports, run: Run, options: SliceOptions) {
    this.#ports = ports;
    this.#run = run;
    this.#options = options;
    this.#end = Clock.machineTimeWithPauses() + options.seconds * 1000;
  }

  async walk(): Promise<SliceResult> {
    const { job } = this.#run;
    const { grace } = this.#options;
    const { walked, rewritten, failed, failures, done } = await migrate(this.#ports, {
      monitor: this,
      isDryRun: this.#options.dry_run,
      grace: grace > 0 ? SHAPE_KNOWLEDGE_SECONDS * 1000 + grace : 0,
      ...(job === null ? {} : { job }),
    });
    if (done && job !== null) await this.#finish(job, failures);
    return {
      run: this.#run.id,
      checked: walked,
      rewritten,
      failed: failed.length,
      failures: failed.slice(0, MAX_LISTED_FAILURES),
      done,
      stopped: this.#isStopped,
    };
  }

  buildSteps({ walk, kind, tenant, after, walked, rewritten, failed }: WalkBatch): WriteStep[] {
    const { job, id } = this.#run;
    if (job === null) return [];
    const totals: WriteStep = {
      action: {
        Update: {
          TableName: tableName(),
          Key: itemKey(`${totalsPrefix(job)}${walk}#${kind}`),
          UpdateExpression: "SET #tenant = :tenant, #after = :after ADD checked :checked, rewritten :rewritten, failed :failed",
          ExpressionAttributeNames: { "#tenant": "tenant", "#after": "after" },
          ExpressionAttributeValues: {
            ":tenant": tenant,
            ":after": after,
            ":checked": walked,
            ":rewritten": rewritten,
            ":failed": failed,
          },
        },
      },
      rejection: () => new WriteConflict("The totals were written concurrently"),
    };
    const lease: WriteStep = {
      action: {
        ConditionCheck: {
          TableName: tableName(),
          Key: leaseKey(),
          ConditionExpression: "runner = :runner",
          ExpressionAttributeValues: { ":runner": id },
        },
      },
      rejection: () => lostLease(),
    };
    return [totals, lease];
  }

  async mayContinue({ walked, rewritten }: WalkBatch): Promise<boolean> {
    await this.#keepRate(rewritten);
    const isOver = Clock.machineTimeWithPauses() >= this.#end;
    // Batches of empty kinds take milliseconds, and there are many of them.
    const isLong = walked > 0 || Clock.machineTimeWithPauses() - this.#renewedAt > 1000;
    if (isLong && this.#run.job !== null) this.#isStopped = await runInMigration(this.#ports, () => this.#renewLease());
    return !isOver && !this.#isStopped;
  }

  async #keepRate(rewritten: number): Promise<void> {
    const due = this.#pacedAt + (rewritten * 1000) / this.#options.records_per_second;
    if (!this.#options.dry_run) await Clock.pause(due - Clock.machineTimeWithPauses());
    this.#pacedAt = Clock.machineTimeWithPauses();
  }

  /** Returns whether an operator wants the slice to stop. */
  async #renewLease(): Promise<boolean> {
    this.#renewedAt = Clock.machineTimeWithPauses();
    try {
      const { Attributes } = await update({
        Key: leaseKey(),
        UpdateExpression: "SET expires_at = :end",
        ConditionExpression: "runner = :runner",
        ExpressionAttributeValues: { ":runner": this.#run.id, ":end": Clock.addSeconds(LEASE_SECONDS) },
        ReturnValues: "ALL_NEW",
      });
      return Attributes?.stop_requested !== undefined;
    } catch (error) {
      throw isConditionFailed(error) ? lostLease() : error;
    }
  }

  /** Ends the job. A kind in which no record has failed is complete. */
  async #finish(number: number, failures: MigrationResult["failures"]): Promise<void> {
    const collections = await loadMigratedCollections(this.#ports);
    const isComplete = ({ name, shape }: { name: string; shape: number }): boolean => shape > 1 && (failures[name] ?? 0) === 0;
    await completeShapes(this.#ports, collections.filter(isComplete));
    const job: Job = { number, is_done: true };
    await runInMigration(this.#ports, () => put({ ...jobKey(), ...job }));
  }
}

const lostLease = (): Error =>
  conflict("Another runner has taken over the migration, because this one was silent for minutes. Nothing is lost.");

/** Asks the running slice to end after its current batch. Returns false if none runs. */
export const stopMigration = (ports: Ports, actor = "unknown"): Promise<boolean> =>
  runInMigration(ports, async () => {
    try {
      await update({
        Key: leaseKey(),
        UpdateExpression: "SET stop_requested = :actor",
        ConditionExpression: "attribute_exists(runner) AND expires_at >= :now",
        ExpressionAttributeValues: { ":actor": actor, ":now": Clock.now() },
      });
      ports.log.write("info", "migration", { stop_requested: actor });
      return true;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      return false;
    }
  });

interface MigrationStatus {
  /** The slice that runs; null if none does. */
  running: Pick<Lease, "actor" | "started_at" | "expires_at"> | null;
  /** The last job; null if there was none. */
  job: (Job & { kinds: KindProgress[] }) | null;
  shapes: Pick<TableShapes, "written" | "complete">;
  /** The last runs, the newest first. */
  runs: Run[];
}

interface KindProgress {
  walk: string;
  kind: string;
  checked: number;
  rewritten: number;
  failed: number;
  /** The position: the tenant, and the last record that was checked. */
  tenant: string;
  after: string;
}

export async function readMigrationStatus(ports: Ports): Promise<MigrationStatus> {
  const { written, complete } = await readTableShapes(ports);
  return runInMigration(ports, async () => {
    const lease = (await readItem(leaseKey())) as Partial<Lease> | undefined;
    const job = (await readItem(jobKey())) as Job | undefined;
    const totals = job ? await queryAll(PARTITION(), { prefix: totalsPrefix(job.number) }) : [];
    const { Items: runs = [] } = await query({
      KeyConditionExpression: "pk = :pk and begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": PARTITION(), ":prefix": RUN_PREFIX },
      ScanIndexForward: false,
      Limit: MAX_LISTED_RUNS,
      ConsistentRead: true,
    });
    const isRunning = lease?.runner !== undefined && String(lease.expires_at) >= Clock.now();
    const { actor = "", started_at = "", expires_at = "" } = lease ?? {};
    return {
      running: isRunning ? { actor, started_at, expires_at } : null,
      job: job ? { number: job.number, is_done: job.is_done, kinds: totals.map(toKindProgress) } : null,
      shapes: { written, complete },
      runs: runs.map(({ pk: _pk, sk: _sk, ...run }) => run as Run),
    };
  });
}

function toKindProgress({ sk, checked, rewritten, failed, tenant, after }: Item): KindProgress {
  const [, , walk = "", kind = ""] = String(sk).split("#");
  const counts = { checked: Number(checked), rewritten: Number(rewritten), failed: Number(failed) };
  return { walk, kind, ...counts, tenant: String(tenant), after: String(after) };
}
