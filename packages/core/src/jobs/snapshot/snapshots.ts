import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, usePorts, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import type { Ports } from "../../kernel/ports.ts";
import { dayAfter, daysBetween, startOfDay } from "../../kernel/zone.ts";
import type { Difference } from "../../storage/project/difference.ts";
import { allTenants } from "../../storage/read/tenants.ts";
import { dueAgain, dueTenants } from "../../storage/write/due-tenants.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { dailies } from "./daily.ts";
import { lastDay, missed } from "./days.ts";

/** Takes what domains keep of each day, once it is over in the tenant's time zone (docs/daily-figures.md). */

/** Takes the days that are over and were not taken yet, of each domain those that it misses; where one fails, the others are taken. */
export async function makeUp(): Promise<Difference[]> {
  const failed: unknown[] = [];
  const differences: Difference[] = [];
  for (const { kept, take } of await dailies())
    try {
      const [from, to] = missed(await lastDay(kept));
      if (from <= to) differences.push(...(await take(from, to)));
    } catch (error) {
      failed.push(error);
    }
  if (failed.length > 0) throw failed[0];
  return differences;
}

/** What came of taking days again. */
export interface TakenAgain {
  tenants: number;
  days: number;
  /** What was kept and was not what records say, the first of them; it was mended. */
  differences: (Difference & { tenant: string })[];
}

/** Takes days again that are over: of one tenant, or of all. */
export async function again(
  ports: Ports,
  { tenant_id, from, to }: { tenant_id?: string | undefined; from: string; to: string },
): Promise<TakenAgain> {
  if (from > to) throw invalid("from", "Later than `to`");
  if (daysBetween(from, to) >= MOST_AGAIN) throw invalid("from", `${MOST_AGAIN} days at most`);
  const tenants =
    tenant_id === undefined ? await runIn(systemContext(ports, undefined, "operator", ["tenants"]), allTenants) : [tenant_id];
  const done: TakenAgain = { tenants: tenants.length, days: 0, differences: [] };
  for (const tenant of tenants)
    await runIn(systemContext(ports, tenant, "operator"), () =>
      Tenant.asConfigured(async () => {
        const last = [to, dayAfter(today(), -1)].sort()[0] as string;
        if (from > last) return;
        for (const { take } of await dailies())
          for (const each of await take(from, last))
            if (done.differences.length < TOLD) done.differences.push({ tenant, ...each });
        done.days += daysBetween(from, last) + 1;
      }),
    );
  return done;
}

const MOST_AGAIN = 366;
const TOLD = 200;

/** Seconds after midnight: indexes show a write a moment late. */
const SETTLED = 10 * 60;

/** Takes what is over of each tenant whose day has ended: of each when its own midnight has passed. */
export async function nightly({ seconds = 13 * 60 } = {}): Promise<void> {
  const ports = usePorts();
  const until = Clock.ms() + seconds * 1000;
  const asSystem = <T>(work: () => Promise<T>): Promise<T> =>
    runIn(systemContext(ports, undefined, "snapshots", ["tenants", "watermark"]), work);
  const failed: unknown[] = [];
  for (const tenant of await asSystem(() => dueTenants("snapshots", Clock.now()))) {
    if (Clock.ms() >= until) break;
    try {
      const due_at = await runIn(systemContext(ports, tenant, "snapshots"), () =>
        Tenant.asConfigured(async () => {
          const next = startOfDay(useSettings().timezone, dayAfter(today(), 1));
          const differences = (await makeUp()).slice(0, TOLD);
          if (differences.length > 0)
            ports.log.write("error", "Figures of days were not what records say", { tenant, differences });
          return new Date(Date.parse(next) + SETTLED * 1000).toISOString();
        }),
      );
      await asSystem(() => dueAgain("snapshots", tenant, due_at));
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}

export * as Snapshots from "./snapshots.ts";
