import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, usePorts, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import type { Ports } from "../../kernel/ports.ts";
import { addDays, daysBetween, startOfDay } from "../../kernel/time-zone.ts";
import { listTenants } from "../../storage/read/tenants.ts";
import type { Difference } from "../../storage/stream/recount-difference.ts";
import { listDueTenants, scheduleTenant } from "../../storage/write/due-tenants.ts";
import { Tenant } from "../tenant/tenant.ts";
import { loadDailyFigures } from "./daily-figure.ts";
import { findLastDay, findMissedDays } from "./days.ts";

/** Takes the daily figures of domains once a day is over in the tenant's time zone (docs/platform/daily-figures.md). */

/** Takes for each domain the finished days that it misses. If one domain fails, the others are still taken. */
export async function takeMissed(): Promise<Difference[]> {
  const failed: unknown[] = [];
  const differences: Difference[] = [];
  for (const { storageKey, take } of await loadDailyFigures())
    try {
      const [from, to] = findMissedDays(await findLastDay(storageKey));
      if (from <= to) differences.push(...(await take(from, to)));
    } catch (error) {
      failed.push(error);
    }
  if (failed.length > 0) throw failed[0];
  return differences;
}

/** The result of taking days again. */
export interface RetakeResult {
  tenants: number;
  days: number;
  /** The first of the stored figures that differed from the records; they were repaired. */
  differences: (Difference & { tenant: string })[];
}

/** Takes finished days again, for one tenant or for all. */
export async function retake(
  ports: Ports,
  { tenant_id, from, to }: { tenant_id?: string | undefined; from: string; to: string },
): Promise<RetakeResult> {
  if (from > to) throw invalid("from", "Must not be later than `to`");
  if (daysBetween(from, to) >= MAX_RETAKEN_DAYS) throw invalid("from", `The period must be at most ${MAX_RETAKEN_DAYS} days`);
  const tenants =
    tenant_id === undefined ? await runIn(systemContext(ports, undefined, "operator", ["tenants"]), listTenants) : [tenant_id];
  const done: RetakeResult = { tenants: tenants.length, days: 0, differences: [] };
  for (const tenant of tenants)
    await runIn(systemContext(ports, tenant, "operator"), () =>
      Tenant.runWithSettings(async () => {
        const last = [to, addDays(today(), -1)].sort()[0] as string;
        if (from > last) return;
        for (const { take } of await loadDailyFigures())
          for (const difference of await take(from, last))
            if (done.differences.length < MAX_DIFFERENCES) done.differences.push({ tenant, ...difference });
        done.days += daysBetween(from, last) + 1;
      }),
    );
  return done;
}

const MAX_RETAKEN_DAYS = 366;
const MAX_DIFFERENCES = 200;

/** Seconds after midnight to wait, because indexes show a write a moment late. */
const SETTLE_SECONDS = 10 * 60;

/** Takes the missing days of each tenant whose own midnight has passed. */
export async function runNightly({ seconds = 13 * 60 } = {}): Promise<void> {
  const ports = usePorts();
  const until = Clock.ms() + seconds * 1000;
  const asSystem = <T>(work: () => Promise<T>): Promise<T> =>
    runIn(systemContext(ports, undefined, "snapshots", ["tenants", "watermark"]), work);
  const failed: unknown[] = [];
  for (const tenant of await asSystem(() => listDueTenants("snapshots", Clock.now()))) {
    if (Clock.ms() >= until) break;
    try {
      const due_at = await runIn(systemContext(ports, tenant, "snapshots"), () =>
        Tenant.runWithSettings(async () => {
          const next = startOfDay(useSettings().timezone, addDays(today(), 1));
          const differences = (await takeMissed()).slice(0, MAX_DIFFERENCES);
          if (differences.length > 0)
            ports.log.write("error", "Daily figures did not match the records", { tenant, differences });
          return new Date(Date.parse(next) + SETTLE_SECONDS * 1000).toISOString();
        }),
      );
      await asSystem(() => scheduleTenant("snapshots", tenant, due_at));
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}

export * as Snapshots from "./snapshots.ts";
