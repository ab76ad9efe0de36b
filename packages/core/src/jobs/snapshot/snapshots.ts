import { countersOf } from "../../figures/asked.ts";
import { EVERYBODY, openIn } from "../../figures/cells.rules.ts";
import { openPlaces } from "../../figures/pipeline.ts";
import { key, sortOf } from "../../figures/snapshot-items.ts";
import { cellsOf, endOf, nameOf, OpenPipeline } from "../../figures/trend.rules.ts";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, usePorts, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import { atMost } from "../../kernel/pool.ts";
import type { Ports } from "../../kernel/ports.ts";
import { dayAfter, daysBetween, startOfDay } from "../../kernel/zone.ts";
import { PastStandings } from "../../opportunity/past-standing.ts";
import { allTenants } from "../../storage/read/tenants.ts";
import { getAll, put } from "../../storage/table/database.ts";
import { dueAgain, dueTenants } from "../../storage/write/due-tenants.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { TicketSnapshots } from "../../ticket/day-snapshots.ts";
import { daysFrom, lastDay, missed } from "./days.ts";

/**
 * The pipeline as it was at the end of each day in the tenant's time zone. A snapshot is the one of the day before with what changed
 * since: what an opportunity was at an instant is told by its history, which nobody changes. So a day that is taken again is the same,
 * and of two that take it at once it does not matter which is later. See docs/pipeline.md.
 */

/** The snapshot of a day; undefined where it was not taken. */
async function stored(day: string): Promise<OpenPipeline | undefined> {
  const [whole] = await getAll([{ pk: key(), sk: sortOf(EVERYBODY, day) }]);
  if (!whole) return undefined;
  const owners = JSON.parse(String(whole.owners)) as string[];
  const items = await getAll(owners.map((owner) => ({ pk: key(), sk: sortOf(owner, day) })));
  const open = new OpenPipeline();
  for (const [at, owner] of owners.entries())
    for (const { stage, currency, ...amounts } of cellsOf(String(items[at]?.cells ?? "{}")))
      open.put(owner, nameOf(stage, currency), amounts);
  return open;
}

const AT_ONCE = 8;

/** That of everybody comes last: where it is, the day was taken. */
async function store(day: string, open: OpenPipeline): Promise<void> {
  const limited = atMost(AT_ONCE);
  const before = await getAll([{ pk: key(), sk: sortOf(EVERYBODY, day) }]);
  // Who has nothing any more, where a day is taken again.
  const had = before.flatMap((item) => (item ? (JSON.parse(String(item.owners)) as string[]) : []));
  const of = (owner: string) => limited(() => put({ pk: key(), sk: sortOf(owner, day), cells: open.text(owner) }));
  await Promise.all([...new Set([...open.owners, ...had])].map(of));
  await put({ pk: key(), sk: sortOf(EVERYBODY, day), cells: open.text(), owners: JSON.stringify(open.owners) });
}

/** Takes the days anew from the first to the last; the one before the first is what they go on from, where it was taken. */
export async function take(from: string, to: string, options: { anew?: boolean } = {}): Promise<void> {
  const { timezone } = useSettings();
  const days = daysFrom(from, to);
  const before = dayAfter(from, -1);
  const instants = [before, ...days].map((day) => endOf(day, timezone));
  const known = options.anew ? undefined : await stored(before);
  const open = known ?? new OpenPipeline();
  const deltas = days.map(() => new OpenPipeline());
  const since = new OpenPipeline();
  const seen = new Set<string>();
  for await (const some of known ? PastStandings.changed(instants) : PastStandings.all(instants))
    for (const { id, then, now } of some) {
      // What changes while this goes on is found on two days.
      if (seen.has(id)) continue;
      seen.add(id);
      if (!known) open.add(then[0], 1);
      for (const [at, delta] of deltas.entries()) {
        delta.add(then[at], -1);
        delta.add(then[at + 1], 1);
      }
      since.add(then.at(-1), -1);
      since.add(now, 1);
    }
  for (const [at, day] of days.entries()) {
    open.join(deltas[at] as OpenPipeline);
    await store(day, open);
  }
  if (!known) return;
  open.join(since);
  if (open.isSame(await counted())) return;
  // History was brought in that is older than these days, or something was erased: then all are looked through.
  await take(to, to, { anew: true });
}

/** What is open now, as the counters have it. */
async function counted(): Promise<OpenPipeline> {
  const open = new OpenPipeline();
  for (const { owner, stage, currency, ...amounts } of (await countersOf(openPlaces, "all")).flatMap(openIn))
    open.put(owner, nameOf(stage, currency), amounts);
  return open;
}

/** Takes the days that are over and were not taken yet. */
export async function makeUp(): Promise<void> {
  const [from, to] = missed(await lastDay());
  if (from <= to) await take(from, to);
}

/** Takes days again that are over: of one tenant, or of all; how many of each. */
export async function again(
  ports: Ports,
  { tenant_id, from, to }: { tenant_id?: string | undefined; from: string; to: string },
): Promise<{ tenants: number; days: number }> {
  if (from > to) throw invalid("from", "Later than `to`");
  if (daysBetween(from, to) >= MOST_AGAIN) throw invalid("from", `${MOST_AGAIN} days at most`);
  const tenants =
    tenant_id === undefined ? await runIn(systemContext(ports, undefined, "operator", ["tenants"]), allTenants) : [tenant_id];
  let days = 0;
  for (const tenant of tenants)
    await runIn(systemContext(ports, tenant, "operator"), () =>
      Tenant.asConfigured(async () => {
        const last = [to, dayAfter(today(), -1)].sort()[0] as string;
        if (from > last) return;
        await take(from, last);
        await TicketSnapshots.take(from, last);
        days += daysBetween(from, last) + 1;
      }),
    );
  return { tenants: tenants.length, days };
}

const MOST_AGAIN = 366;

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
          await makeUp();
          await TicketSnapshots.makeUp();
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
