import { Clock } from "../kernel/clock.ts";
import { atMost } from "../kernel/pool.ts";
import { dayAfter } from "../kernel/zone.ts";
import { idsOf } from "../storage/project/recount-ids.ts";
import { keysBehind, merged } from "../storage/read/scan.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { StageHistory, type Standing } from "./history.entity.ts";
import { standingOf } from "./history.ts";
import { Opportunities, type OpportunityRecord } from "./opportunity.entity.ts";
import { stoodBefore, type Told } from "./stood.rules.ts";

/** How opportunities stood at instants of the past: their history says it, which nobody changes. */
export interface StoodOne {
  id: string;
  /** Just before each of the instants; undefined where there was none. */
  stood: (Standing | undefined)[];
  /** Now. */
  stands: Standing | undefined;
}

/** All opportunities, at each of some instants in their order. */
export const all = (instants: readonly string[]): AsyncGenerator<StoodOne[]> =>
  standings(idsOf(Opportunities as unknown as Collection<BaseRecord>, undefined), instants);

/** Those alone that changed since the first of the instants. */
export const changed = (instants: readonly string[]): AsyncGenerator<StoodOne[]> =>
  standings(changedSince(instants[0] ?? ""), instants);

const AT_ONCE = 8;

async function* standings(ids: AsyncIterable<readonly string[]>, instants: readonly string[]): AsyncGenerator<StoodOne[]> {
  const limited = atMost(AT_ONCE);
  const [first = ""] = instants;
  for await (const some of ids) {
    const records = (await Records.loadMany(Opportunities, some)).filter((record) => record !== undefined);
    yield await Promise.all(
      records.map((record) =>
        limited(async () => {
          // What nobody changed since stood as it stands.
          const told = record.updated_at < first ? [] : await toldSince(record, first);
          const kept = { ...standingOf(record), created_at: record.created_at, deleted_at: record.deleted_at };
          const stood = instants.map((instant) => stoodBefore(kept, told, instant));
          return { id: record.id, stood, stands: record.deleted_at === null ? standingOf(record) : undefined };
        }),
      ),
    );
  }
}

const ENTRIES = 25;

async function toldSince({ id }: OpportunityRecord, instant: string): Promise<Told[]> {
  const told: Told[] = [];
  // No release before has kept entries elsewhere.
  const within = StageHistory.below(id).slice(0, 1);
  for await (const row of merged(StageHistory, within, { order: "desc", after: undefined, chunk: ENTRIES, consistent: true })) {
    const entry = StageHistory.fromRow(row);
    if (entry.changed_at < instant) break;
    told.push(entry);
  }
  return told;
}

const TOGETHER = 100;

/** The ids of what changed since an instant, deleted or not: the index has them by the day of their last change, in UTC. */
async function* changedSince(instant: string): AsyncGenerator<readonly string[]> {
  for (let day = instant.slice(0, 10); day <= Clock.now().slice(0, 10); day = dayAfter(day, 1))
    for (const life of ["live", "deleted"]) {
      const partition = { index: "by_change", facets: { life, changed_on: day } } as const;
      for (let ids: string[] = [], after: string | undefined; ; after = ids.at(-1)) {
        ids = await keysBehind(Opportunities, [partition], { order: "asc", after, most: TOGETHER });
        if (ids.length > 0) yield ids;
        if (ids.length < TOGETHER) break;
      }
    }
}

export * as Stood from "./stood.ts";
