import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { listDueTenants, scheduleTenant } from "../write/due-tenants.ts";
import { LeaseLost } from "../write/job.ts";
import { recount } from "./recount.ts";

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
  const {
    seconds = 13 * 60,
    sliceSeconds: turn = 3 * 60,
    recordsPerNight: recordsANight = 200_000,
    maxNights: longest = 89,
  } = options;
  const until = Clock.ms() + seconds * 1000;
  const asSystem = <T>(work: () => Promise<T>): Promise<T> =>
    runIn(systemContext(ports, undefined, "recount", ["tenants", "watermark"]), work);
  const waiting = await asSystem(() => listDueTenants("recount", Clock.addSeconds(EARLY_START_SECONDS)));
  const failed: unknown[] = [];
  // A removed record that the stream has not delivered yet looks like a wrong counter. A tenant with differences is counted again after the
  // other waiting tenants, before its counters are repaired.
  const doubted = new Set<string>();
  for (let tenant = waiting.shift(); tenant !== undefined && Clock.ms() < until; tenant = waiting.shift()) {
    const remainingSeconds = Math.min(turn, (until - Clock.ms()) / 1000);
    try {
      const mend = doubted.has(tenant);
      const result = await runIn(systemContext(ports, tenant, "recount"), () =>
        recount({ seconds: remainingSeconds, repair: mend }),
      );
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
      if (!result.done || isDoubted) continue;
      const { records, differences, mended: repairCount, busy } = result;
      const level = differences.length > 0 ? "error" : "info";
      ports.log.write(level, "recount", {
        tenant,
        records,
        differences: differences.slice(0, 20),
        mended: repairCount,
        busy: busy.slice(0, 20),
      });
      const due_at = Clock.addSeconds(Math.min(Math.floor(records / recordsANight), longest) * DAY_SECONDS);
      await asSystem(() => scheduleTenant("recount", String(tenant), due_at, { records }));
    } catch (error) {
      // Another process recounts the tenant.
      if (!(error instanceof LeaseLost)) failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}
