import { idTime, type Kind, minIdAt } from "../../kernel/id.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { Row } from "../table/row.ts";
import type { IndexName } from "../table/table.ts";
import type { Partition } from "./list-query.ts";
import { mergeSorted, queryPartitions } from "./partition-query.ts";
import { indexOrder, personPartitions, toIdBounds } from "./query-plan.ts";

/**
 * Merges records of several kinds into one timeline, newest first. Each kind is read page by page in this order, so the cost of a page does
 * not depend on the length of the timeline.
 */
export interface TimelineSource<R extends BaseRecord = BaseRecord> {
  kind: Kind;
  /** Parses a row of the kind. */
  read(row: Row): R;
  /** Returns the partitions with the records of a person. */
  partitions(person: string): readonly Partition[];
  /** Whether an index orders the records by an instant, with which its sort key begins; if not, the time in their ids is the order. */
  isDated: boolean;
  collection: Collection<BaseRecord>;
  title(record: R): string;
  /** Returns the id of the actor. */
  readActor(record: R): string | null;
}

export interface TimelineMoment {
  /** `<instant>#<id>`: the sort key in the timeline. */
  key: string;
  at: string;
  kind: Kind;
  id: string;
  title: string;
  by: string | null;
  /** The record as lists of its kind show it. */
  record: BaseRecord & Record<string, unknown>;
}

/**
 * Builds the timeline source of a kind: from the person's collection, from the index of the field that names the person, or from the given
 * partitions.
 */
export function buildTimelineSource<R extends BaseRecord>(
  collection: Collection<R>,
  presentation: Pick<TimelineSource<R>, "title" | "readActor"> &
    Partial<Pick<TimelineSource<R>, "partitions">> & { index?: IndexName },
): TimelineSource {
  const { index, title, readActor, partitions } = presentation;
  const field = index && collection.definition.indexes[index]?.field;
  const moments: TimelineSource<R> = {
    kind: collection.kind,
    collection: collection as Collection<BaseRecord>,
    read: (row) => collection.fromRow(row),
    partitions:
      partitions ?? ((person) => (index && field ? [{ index, facets: { [field]: person } }] : personPartitions([person]))),
    isDated: index !== undefined && indexOrder(collection, index) !== "by_time",
    title,
    readActor,
  };
  return moments as TimelineSource;
}

interface TimelineRange {
  /** Only entries after this key. */
  after: string | undefined;
  from: string | undefined;
  to: string | undefined;
  /** The number of entries wanted, to limit the size of queries. */
  limit: number;
}

/** Yields the timeline of a person, under all of the person's ids, newest first. */
export const readNewestFirst = (
  kinds: readonly TimelineSource[],
  persons: readonly string[],
  reading: TimelineRange,
): AsyncGenerator<TimelineMoment> => {
  const chunk = computeChunk(reading.limit, kinds.length, persons.length);
  return mergeSorted(
    kinds.map((moments) => readKind(moments, persons, reading, chunk)),
    "desc",
  );
};

/** Each of several sources rarely has the whole page. Missing rows are read when the merge reaches the source again. */
function computeChunk(need: number, kinds: number, persons: number): number {
  const share = Math.min(kinds === 1 ? 1 : 0.55, 2 / persons);
  return Math.min(need, Math.max(5, Math.ceil(need * share)));
}

async function* readKind(
  moments: TimelineSource,
  persons: readonly string[],
  reading: TimelineRange,
  chunk: number,
): AsyncGenerator<TimelineMoment> {
  const { kind, collection, isDated } = moments;
  const { from, to } = reading;
  const bounds = isDated ? { from, to } : toIdBounds(kind, { from, to });
  const partitions = persons.flatMap((person) => moments.partitions(person).map((partition) => ({ ...partition, ...bounds })));
  const after = reading.after === undefined || isDated ? reading.after : positionAfter(kind, reading.after);
  for await (const row of queryPartitions(collection, partitions, { order: "desc", after, chunk })) {
    const { key } = row;
    const instant = isDated ? key.slice(0, key.indexOf("#")) : new Date(idTime(key)).toISOString();
    const record = moments.read(row) as TimelineMoment["record"];
    const { id } = record;
    yield { key: `${instant}#${id}`, at: instant, kind, id, title: moments.title(record), by: moments.readActor(record), record };
  }
}

/** Returns the id after which the records of a kind follow the key. At the same instant, kinds are ordered by prefix. */
function positionAfter(kind: Kind, key: string): string {
  const [instant = "", id = ""] = key.split("#");
  const prefix = id.slice(0, 3);
  if (prefix === kind.prefix) return id;
  const floor = minIdAt(kind, Date.parse(instant));
  return kind.prefix < prefix ? `${floor}~` : floor;
}
