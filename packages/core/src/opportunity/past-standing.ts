import { atMost } from "../kernel/pool.ts";
import { idsOf } from "../storage/project/recount-ids.ts";
import { changedSince } from "../storage/read/changed.ts";
import { merged } from "../storage/read/scan.ts";
import { Records } from "../storage/write/records.ts";
import { StageHistory, type Standing } from "./history.entity.ts";
import { standingOf } from "./history.ts";
import { Opportunities, type OpportunityRecord } from "./opportunity.entity.ts";
import { standingBefore, type Told } from "./past-standing.rules.ts";

/** How opportunities stood at instants of the past: their history says it, which nobody changes. */
export interface PastStanding {
  id: string;
  /** Just before each of the instants; undefined where there was none. */
  then: (Standing | undefined)[];
  now: Standing | undefined;
}

/** All opportunities, at each of some instants in their order. */
export const all = (instants: readonly string[]): AsyncGenerator<PastStanding[]> =>
  standings(idsOf(Opportunities, undefined), instants);

/** Those alone that changed since the first of the instants. */
export const changed = (instants: readonly string[]): AsyncGenerator<PastStanding[]> =>
  standings(changedSince(Opportunities, instants[0] ?? ""), instants);

const AT_ONCE = 8;

async function* standings(ids: AsyncIterable<readonly string[]>, instants: readonly string[]): AsyncGenerator<PastStanding[]> {
  const limited = atMost(AT_ONCE);
  const [first = ""] = instants;
  for await (const some of ids) {
    const records = (await Records.loadMany(Opportunities, some)).filter((record) => record !== undefined);
    yield await Promise.all(
      records.map((record) =>
        limited(async () => {
          // What nobody changed since then was as it is now.
          const told = record.updated_at < first ? [] : await toldSince(record, first);
          const { id, created_at, deleted_at } = record;
          const standing = standingOf(record);
          const kept = { ...standing, created_at, deleted_at };
          const then = instants.map((instant) => standingBefore(kept, told, instant));
          return { id, then, now: deleted_at === null ? standing : undefined };
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

export * as PastStandings from "./past-standing.ts";
