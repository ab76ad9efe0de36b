import { countersOf } from "../../figures/asked.ts";
import { EVERYBODY, openIn } from "../../figures/cells.rules.ts";
import { openPlaces } from "../../figures/pipeline.ts";
import { key, sortOf, storeDay, TREND } from "../../figures/snapshot-items.ts";
import { cellsOf, endOf, nameOf, OpenPipeline } from "../../figures/trend.rules.ts";
import { useSettings } from "../../kernel/context.ts";
import { dayAfter } from "../../kernel/zone.ts";
import { PastStandings } from "../../opportunity/past-standing.ts";
import { getAll } from "../../storage/table/database.ts";
import type { Daily } from "./daily.ts";
import { daysFrom } from "./days.ts";

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
    await storeDay(TREND, day, { owners: open.owners, text: (owner) => open.text(owner) });
  }
  if (!known) return;
  open.join(since);
  if (open.isSame(await counted())) return;
  // History was brought in that is older than these days, something was erased, or the day before ended in another time zone: then all
  // are looked through.
  await take(from, to, { anew: true });
}

/** What is open now, as the counters have it. */
async function counted(): Promise<OpenPipeline> {
  const open = new OpenPipeline();
  for (const { owner, stage, currency, ...amounts } of (await countersOf(openPlaces, "all")).flatMap(openIn))
    open.put(owner, nameOf(stage, currency), amounts);
  return open;
}

/** As the schedule takes it. */
export const daily: Daily = {
  kept: TREND,
  async take(from, to) {
    await take(from, to);
    return [];
  },
};

export * as PipelineDays from "./pipeline-days.ts";
