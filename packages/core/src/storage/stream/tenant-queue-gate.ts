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
  const flood = findFlood(records);
  if (flood !== undefined && !marks.has(flood) && (await hasOtherTenants(ports))) reasons.set(flood, FLOOD_REASON);
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

/** Returns the tenant that floods a late batch. */
function findFlood(records: readonly DynamoDBRecord[]): string | undefined {
  const oldest = Math.min(...records.map(TenantQueue.writeTime));
  if (Clock.machineTime() - oldest < LATE_SECONDS * 1000) return undefined;
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
