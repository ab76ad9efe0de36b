import type { DynamoDBRecord } from "aws-lambda";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, useContext, usePorts } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { TenantQueue } from "../stream/tenant-queue.ts";
import { Cache } from "../table/cache.ts";
import { cacheTenant, put, queryAll } from "../table/database.ts";
import { systemKey } from "../table/key.ts";

/**
 * Measures how far the stream consumers lag, so that bulk writers can wait: otherwise one tenant's import would delay the changes of all
 * other tenants. Each consumer reports the age of the newest record of its batch, because what it has not read yet is younger. `readLag`
 * returns the largest lag reported recently. Times are the machine's, because the stream's are: tests cannot move them.
 */
const STREAM_PARTITION = systemKey("watermark", "stream");

/** Seconds between the reports of a consumer. */
const REPORT_INTERVAL_SECONDS = 2;
/** A consumer that has caught up reports nothing more, so bulk writers wait this long for nothing. A busy one reports again by then. */
const REPORT_VALID_SECONDS = 12;

/** The name of this process as a consumer, and when it last reported. */
const lastReports = new WeakMap<object, { name: string; reportedAt: number }>();

/** Called by a consumer with each batch before it starts. */
export const reportLag = (ports: Ports, records: readonly DynamoDBRecord[]): Promise<void> =>
  runIn(systemContext(ports, undefined, "stream", ["watermark"]), async () => {
    const { database, log } = usePorts();
    const createdAt = records.at(-1)?.dynamodb?.ApproximateCreationDateTime;
    const now = Clock.machineTime();
    const { name, reportedAt } = lastReports.get(database) ?? { name: crypto.randomUUID(), reportedAt: 0 };
    if (createdAt === undefined || reportedAt > now - REPORT_INTERVAL_SECONDS * 1000) return;
    lastReports.set(database, { name, reportedAt: now });
    const ttl = Math.ceil(now / 1000) + 3600;
    const item = {
      pk: STREAM_PARTITION,
      sk: name,
      said_at: now,
      lag: Math.max(0, Math.round(now / 1000 - Number(createdAt))),
      ttl,
    };
    await put(item).catch((error: Error) => log.write("warn", "A consumer could not report its lag", { error: error.message }));
  });

/** Uses the machine's clock: if a test clock stopped, a cached lag would never expire. */
const lagCache = new Cache<number>(1, 1, Clock.machineTime);
const queueLagCache = new Cache<number>(3, 100, Clock.machineTime);

/** Returns the lag, in seconds, of the consumer that is furthest behind; 0 if no consumer reported recently. */
export const readLag = (): Promise<number> =>
  lagCache.get("lag", () =>
    runIn({ ...useContext(), keyspaces: ["watermark"] }, async () => {
      const items = await queryAll(STREAM_PARTITION, { consistent: false });
      const now = Clock.machineTime();
      return Math.max(
        0,
        ...items.filter(({ said_at }) => Number(said_at) > now - REPORT_VALID_SECONDS * 1000).map((item) => Number(item.lag)),
      );
    }),
  );

/** Bulk work waits above this lag, before its tenant floods the stream and is set aside (stream/tenant-queue-gate.ts). */
export const MAX_LAG_SECONDS = 4;
/** Bulk work waits if the queue of its own tenant is further behind. A queue delays no other tenant, and is drained every minute. */
const MAX_QUEUE_LAG_SECONDS = 120;
/** Milliseconds between checks. */
const POLL_INTERVAL_MS = 200;

/** Waits while the stream or the tenant's queue lags and `isTime` returns true. Bulk writers call it between their transactions. */
export async function waitForStream(isTime: () => boolean): Promise<void> {
  while ((await mustWait()) && isTime()) await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
}

async function mustWait(): Promise<boolean> {
  if ((await readLag()) > MAX_LAG_SECONDS) return true;
  const tenant = cacheTenant();
  return tenant !== "" && (await readQueueLag(tenant)) > MAX_QUEUE_LAG_SECONDS;
}

/** Returns by how many seconds the queue of a tenant is behind; 0 if the tenant is not set aside. */
const readQueueLag = (tenant: string): Promise<number> =>
  queueLagCache.get(tenant, () => runIn({ ...useContext(), keyspaces: ["watermark"] }, () => TenantQueue.readLag(tenant)));
