import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { listDueTenants, scheduleTenant } from "../write/due-tenants.ts";
import { LeaseLost } from "../write/job.ts";
import { isRepairUnfinished, recount } from "./recount.ts";

/**
 * Options of the nightly recount. Due tenants get slices in rotation, the most overdue first, until the time is up; the next night
 * continues.
 */
interface NightlyOptions {
  /** Seconds of one night. */
  seconds?: number;
  /** Seconds of one tenant's slice. */
  sliceSeconds?: number;
  /** The interval of a tenant: one night for each so many records. Small tenants are recounted every night. */
  recordsPerNight?: number;
  /** Maximum nights between recounts of the largest tenants. */
  maxNights?: number;
}

const DAY_SECONDS = 24 * 60 * 60;
/** Milliseconds after which the stream has delivered earlier writes. */
const STREAM_SETTLE_MS = 1000;
/** A night may start a little earlier than the one before. */
const EARLY_START_SECONDS = 60 * 60;

export async function recountTenants(ports: Ports, options: NightlyOptions = {}): Promise<void> {
  const { seconds = 13 * 60, sliceSeconds = 3 * 60, recordsPerNight = 200_000, maxNights = 89 } = options;
  const until = Clock.ms() + seconds * 1000;
  const asSystem = <T>(work: () => Promise<T>): Promise<T> =>
    runIn(systemContext(ports, undefined, "recount", ["tenants", "watermark"]), work);
  const waiting = await asSystem(() => listDueTenants("recount", Clock.addSeconds(EARLY_START_SECONDS)));
  const failed: unknown[] = [];
  // A removed record that the stream has not delivered yet looks like a wrong counter. A tenant with differences is counted again after the
  // other waiting tenants, before its counters are repaired.
  const doubted = new Set<string>();
  const recountSlice = async (tenant: string, sliceSeconds: number): Promise<void> => {
    const asTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(ports, tenant, "recount"), work);
    try {
      const mend = doubted.has(tenant) || (await asTenant(isRepairUnfinished));
      const result = await asTenant(() => recount({ seconds: sliceSeconds, repair: mend }));
      const isDoubted = result.done && !mend && result.differences.length > 0;
      if (!result.done || isDoubted) waiting.push(tenant);
      if (isDoubted) {
        doubted.add(tenant);
        ports.log.write("warn", "Differences were found and are counted again", {
          tenant,
          differences: result.differences.slice(0, 20),
        });
        await Clock.pause(STREAM_SETTLE_MS);
      }
      if (!result.done || isDoubted) return;
      doubted.delete(tenant);
      const { records, differences, mended: repairCount, busy } = result;
      const level = differences.length > 0 ? "error" : "info";
      ports.log.write(level, "recount", {
        tenant,
        records,
        differences: differences.slice(0, 20),
        mended: repairCount,
        busy: busy.slice(0, 20),
      });
      const due_at = Clock.addSeconds(Math.min(Math.floor(records / recordsPerNight), maxNights) * DAY_SECONDS);
      await asSystem(() => scheduleTenant("recount", tenant, due_at, { records }));
    } catch (error) {
      doubted.delete(tenant);
      // Another process recounts the tenant.
      if (!(error instanceof LeaseLost)) failed.push(error);
    }
  };
  for (let tenant = waiting[0]; tenant !== undefined && Clock.ms() < until; tenant = waiting[0]) {
    waiting.shift();
    await recountSlice(tenant, Math.min(sliceSeconds, (until - Clock.ms()) / 1000));
  }
  // The stored progress says that the next night repairs. Without it, that night would look for the differences again.
  for (const tenant of doubted) await recountSlice(tenant, 0);
  if (failed.length > 0) throw failed[0];
}
