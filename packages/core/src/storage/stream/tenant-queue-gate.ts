import type { DynamoDBRecord } from "aws-lambda";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { listFirstTenants } from "../read/tenants.ts";
import { Cache } from "../table/cache.ts";
import { parseTenant } from "./record-change.ts";
import { TenantQueue } from "./tenant-queue.ts";

export interface GateOptions {
  /** Where a drain of the queue parks records that fail by themselves. */
  deadLetterPrefix: string;
  /** Called with each tenant whose records were appended to its queue. */
  onAppend?: (tenant: string) => void;
}

/** Decides for one batch which tenants' records go to their queue. */
interface Gate {
  /** The tenants whose records go to the queue without a try, and why. */
  reasons: ReadonlyMap<string, string>;
  /** Appends records to the tenant's queue. Returns whether they are there. */
  append(tenant: string, records: readonly DynamoDBRecord[], reason: string): Promise<boolean>;
}

/** A batch is late if its oldest record was written this many seconds ago. Batches wait for up to a second. */
const LATE_SECONDS = 5;
/** A tenant floods a late batch if it has at least half of its records, and at least this many. */
const MIN_FLOOD_RECORDS = 20;

const MARK_REASON = "The tenant has been set aside before";
const FLOOD_REASON = "The records fill a batch that is late";

/**
 * Reads the marks after the batch was delivered, consistently: each earlier record of a tenant without a mark is derived then, so this
 * batch may be derived at once.
 */
export async function openGate(
  ports: Ports,
  records: readonly DynamoDBRecord[],
  { deadLetterPrefix, onAppend }: GateOptions,
): Promise<Gate> {
  const marks = await TenantQueue.readMarks(ports);
  const reasons = new Map([...marks.keys()].map((tenant) => [tenant, MARK_REASON]));
  const flood = findFlood(ports, records, marks);
  if (flood !== undefined && (await hasOtherTenants(ports))) reasons.set(flood, FLOOD_REASON);
  return {
    reasons,
    async append(tenant, tenantRecords, reason) {
      const isMarked = marks.has(tenant);
      try {
        await TenantQueue.append(ports, tenant, tenantRecords, { deadLetterPrefix, isMarked });
        onAppend?.(tenant);
        if (!isMarked) ports.log.write("warn", "A tenant was set aside", { tenant, reason, records: tenantRecords.length });
        return true;
      } catch (error) {
        const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
        ports.log.write("error", "Records could not be set aside", { tenant, reason, error: cause });
        return false;
      }
    },
  };
}

/**
 * A backlog of the stream. After a flood or conflicts of one tenant, the batches of the others are late too, although the stream catches up.
 * Another tenant floods only if the lag grows further, or if the stream does not catch up in time.
 */
interface Backlog {
  /** The tenant that filled a batch when the backlog was last measured. */
  tenant: string;
  lagMs: number;
  at: number;
}

const backlogs = new WeakMap<Ports, Backlog>();

/** How much the lag may vary while the stream catches up: the stream's times are whole seconds, and batches take different times. */
const LAG_TOLERANCE_MS = 2000;
/** The time in which a stream must have caught up, from the last batch that a tenant with a mark fills. */
const MAX_CATCH_UP_MS = 30_000;

/** Returns the tenant without a mark that floods a late batch. */
function findFlood(ports: Ports, records: readonly DynamoDBRecord[], marks: ReadonlyMap<string, unknown>): string | undefined {
  const now = Clock.machineTime();
  const lagMs = now - Math.min(...records.map(TenantQueue.writeTime));
  if (lagMs < LATE_SECONDS * 1000) {
    backlogs.delete(ports);
    return undefined;
  }
  const tenant = findDominantTenant(records);
  if (tenant === undefined) return undefined;
  const backlog = backlogs.get(ports);
  const isMarked = marks.has(tenant);
  const isFlood = !isMarked && (backlog ? extendsBacklog(backlog, tenant, lagMs, now) : marks.size === 0);
  if (!backlog || isMarked || isFlood) backlogs.set(ports, { tenant, lagMs, at: now });
  return isFlood ? tenant : undefined;
}

const extendsBacklog = (backlog: Backlog, tenant: string, lagMs: number, now: number): boolean =>
  tenant === backlog.tenant || lagMs > backlog.lagMs + LAG_TOLERANCE_MS || now > backlog.at + MAX_CATCH_UP_MS;

/** Returns the tenant with at least half of the records. */
function findDominantTenant(records: readonly DynamoDBRecord[]): string | undefined {
  for (const [tenant, { length }] of Map.groupBy(records, parseTenant))
    if (length >= MIN_FLOOD_RECORDS && length * 2 >= records.length) return tenant;
  return undefined;
}

/** A process keeps the answer for a minute. */
const otherTenantsCache = new Cache<boolean>(60, 1);

/** Returns whether a flood can delay anyone: the only tenant is not set aside. */
const hasOtherTenants = (ports: Ports): Promise<boolean> =>
  runIn(systemContext(ports, undefined, "stream", ["tenants"]), () =>
    otherTenantsCache.get("has", async () => (await listFirstTenants(2)).length > 1),
  );
