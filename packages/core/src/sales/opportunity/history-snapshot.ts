import { limitConcurrency } from "../../kernel/concurrency.ts";
import { readChangedIds } from "../../storage/read/change-index.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { readIdPages } from "../../storage/stream/recount-pages.ts";
import { Records } from "../../storage/write/records.ts";
import { StageHistory, type TrackedState } from "./history.entity.ts";
import { toTrackedState } from "./history.ts";
import { type HistoryEntry, listStageExits, type StageExit, stateBefore } from "./history-snapshot.rules.ts";
import { Opportunities, type OpportunityRecord } from "./opportunity.entity.ts";

/** The states of an opportunity at instants of the past, from its immutable history. */
export interface HistorySnapshot {
  id: string;
  created_at: string;
  /** The state just before each instant; undefined if the opportunity did not exist. */
  atInstants: (TrackedState | undefined)[];
  current: TrackedState | undefined;
  /** The moves out of open stages since the first instant. */
  exits: StageExit[];
}

/** Reads the snapshots of all opportunities. `instants` must be sorted. */
export const readAll = (instants: readonly string[]): AsyncGenerator<HistorySnapshot[]> =>
  readSnapshots(readIdPages(Opportunities, undefined), instants);

/** Reads the snapshots of opportunities that changed since the first instant. `instants` must be sorted. */
export const readChanged = (instants: readonly string[]): AsyncGenerator<HistorySnapshot[]> =>
  readSnapshots(readChangedIds(Opportunities, instants[0] ?? ""), instants);

const MAX_CONCURRENCY = 8;

async function* readSnapshots(
  ids: AsyncIterable<readonly string[]>,
  instants: readonly string[],
): AsyncGenerator<HistorySnapshot[]> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const [first = ""] = instants;
  for await (const chunk of ids) {
    const records = (await Records.loadMany(Opportunities, chunk)).filter((record) => record !== undefined);
    yield await Promise.all(
      records.map((record) =>
        limited(async () => {
          // A record without changes since the first instant had its present state then.
          const entries = record.updated_at < first ? [] : await readEntriesSince(record, first);
          const { id, created_at, deleted_at } = record;
          const standing = toTrackedState(record);
          const currentState = { ...standing, created_at, deleted_at };
          const states = instants.map((instant) => stateBefore(currentState, entries, instant));
          return {
            id,
            created_at,
            atInstants: states,
            current: deleted_at === null ? standing : undefined,
            exits: listStageExits(entries),
          };
        }),
      ),
    );
  }
}

const ENTRY_CHUNK_SIZE = 25;

async function readEntriesSince({ id }: OpportunityRecord, instant: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  // The first partition is enough: no earlier release stored these entries elsewhere.
  const partitions = StageHistory.childPartitions(id).slice(0, 1);
  for await (const row of queryPartitions(StageHistory, partitions, {
    order: "desc",
    after: undefined,
    chunk: ENTRY_CHUNK_SIZE,
    consistent: true,
  })) {
    const entry = StageHistory.fromRow(row);
    if (entry.changed_at < instant) break;
    entries.push(entry);
  }
  return entries;
}

export * as HistorySnapshots from "./history-snapshot.ts";
