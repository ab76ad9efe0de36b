import type { DynamoDBRecord } from "aws-lambda";
import { Clock } from "../../kernel/clock.ts";
import type { Ports } from "../../kernel/ports.ts";
import { createDeadLetterWriter } from "./dead-letter.ts";
import { projectBatch } from "./projector.ts";
import { TenantQueue } from "./tenant-queue.ts";

/** Derives the records of tenants that were set aside, beside the stream. */
interface DrainOptions {
  /** Seconds until no further slice begins. */
  seconds?: number;
  /** Records of one slice of a tenant. The records of an object are never divided. */
  sliceRecords?: number;
  /** Waits while the stream lags and `isTime` returns true. A drain that competes with the stream would delay the other tenants. */
  waitForStream?: (isTime: () => boolean) => Promise<void>;
}

interface DrainResult {
  /** Tenants that were set aside when the drain began. */
  tenants: number;
  /** Records that left the queues. */
  records: number;
  /** Tenants that are set aside no longer. */
  emptied: number;
  /** Tenants whose first records failed again. */
  stuck: string[];
}

/** The longest wait for the stream before a slice: a stream that lags for another reason must not stop the drain. */
const MAX_WAIT_MS = 20_000;
/** Tenants that are drained at the same time. */
const MAX_CONCURRENT_TENANTS = 4;
/** After this time in the queue, records that fail one by one become dead letters, like records of the stream. */
const MAX_AGE_SECONDS = 12 * 3600;

/**
 * Drains the queues in slices, tenants in rotation. Any drain can be killed at any point, and several may run at once: an object is deleted
 * after its records are derived, and each drain begins at the front. A tenant whose slice fails waits for the next drain.
 */
export async function drainTenantQueues(ports: Ports, options: DrainOptions = {}): Promise<DrainResult> {
  const { seconds = 4 * 60, sliceRecords = 500, waitForStream } = options;
  const until = performance.now() + seconds * 1000;
  const marks = await TenantQueue.readMarks(ports);
  const waiting = [...new Set([...marks.keys(), ...(await TenantQueue.listQueues(ports.files))])];
  const result: DrainResult = { tenants: waiting.length, records: 0, emptied: 0, stuck: [] };
  if (waiting.length === 0) return result;
  const now = Clock.machineTime();
  const oldest_s = Math.max(...[...marks.values()].map(({ oldest }) => Math.round((now - oldest) / 1000)), 0);
  const fields = { waiting: waiting.length, oldest_s, tenants: waiting.slice(0, 20) };
  ports.log.write("warn", "set_aside", fields, { waiting: "Count", oldest_s: "Seconds" });
  const worker = crypto.randomUUID();
  const drainNext = async (): Promise<void> => {
    for (let tenant = waiting.shift(); tenant !== undefined; tenant = waiting.shift()) {
      const waitUntil = Math.min(until, performance.now() + MAX_WAIT_MS);
      await waitForStream?.(() => performance.now() < waitUntil);
      if (performance.now() >= until) {
        await TenantQueue.release(ports, tenant, worker);
        continue;
      }
      const { end, records } = await drainSlice(ports, tenant, worker, sliceRecords).catch((error: Error) => {
        ports.log.write("error", "A tenant's queue could not be drained", { tenant, error: error.stack ?? error.message });
        return { end: "stuck", records: 0 } as const;
      });
      result.records += records;
      if (end === "more") waiting.push(tenant);
      else if (end === "empty") result.emptied++;
      else if (end === "stuck") {
        result.stuck.push(tenant);
        await TenantQueue.release(ports, tenant, worker);
      }
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_TENANTS }, drainNext));
  return result;
}

interface SliceResult {
  /** `held`: another drain has the lease. */
  end: "more" | "empty" | "stuck" | "held";
  records: number;
}

async function drainSlice(ports: Ports, tenant: string, worker: string, sliceRecords: number): Promise<SliceResult> {
  // The revision must be read before the queue is listed.
  const mark = await TenantQueue.lease(ports, tenant, worker);
  if (!mark) return { end: "held", records: 0 };
  // Expired records may be tried one by one, which takes longer.
  const isExpired = Clock.machineTime() - mark.oldest > MAX_AGE_SECONDS * 1000;
  const { keys, records, deadLetterPrefix } = await TenantQueue.readFront(ports.files, tenant, isExpired ? 1 : sliceRecords);
  const [first] = records;
  if (!first) return { end: (await TenantQueue.removeMark(ports, mark)) ? "empty" : "more", records: 0 };
  const oldest = TenantQueue.writeTime(first);
  if (oldest !== mark.oldest) await TenantQueue.lease(ports, tenant, worker, oldest);
  const options = {
    park: createDeadLetterWriter(ports, deadLetterPrefix),
    parksConflicts: isExpired && oldest === mark.oldest,
  };
  for (const batch of splitByVersion(records))
    if ((await projectBatch(ports, batch, options)).batchItemFailures.length > 0) return { end: "stuck", records: 0 };
  for (const key of keys) await ports.files.delete(key);
  return { end: "more", records: records.length };
}

/**
 * Splits records into batches with one version of each item, in order. A consumer may have failed after it wrote search words of a version:
 * only the checkpoint of this version tells the next one to remove them.
 */
function splitByVersion(records: readonly DynamoDBRecord[]): DynamoDBRecord[][] {
  const batches: DynamoDBRecord[][] = [];
  const counts = new Map<string, number>();
  for (const record of records) {
    const { pk, sk } = record.dynamodb?.Keys ?? {};
    const name = `${pk?.S}\n${sk?.S}`;
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    batches[index] ??= [];
    batches[index].push(record);
  }
  return batches;
}
