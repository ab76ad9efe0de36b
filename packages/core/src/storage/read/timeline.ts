import { idTime, type Kind, minIdAt } from "../../kernel/id.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { Row } from "../table/row.ts";
import type { IndexName } from "../table/table.ts";
import type { Partition } from "./list-query.ts";
import { mergeSorted, queryPartitions } from "./partition-query.ts";
import { indexOrder, personPartitions, toIdBounds } from "./query-plan.ts";

/**
 * Records of several kinds in one order of time, newest first. Each kind is read by pages where it stands in that order
 * already, and the kinds are merged; so a page costs the same however long the whole is.
 */
export interface TimelineSource<R extends BaseRecord = BaseRecord> {
  kind: Kind;
  /** One of a person's records of the kind, as lists show it. */
  read(row: Row): R;
  /** Where those of a person are. */
  partitions(person: string): readonly Partition[];
  /** Whether an index orders them by an instant, which its sort key begins with; otherwise the time in their ids does. */
  isDated: boolean;
  collection: Collection<BaseRecord>;
  title(record: R): string;
  /** Id of the user, or whoever it was. */
  by(record: R): string | null;
}

export interface TimelineMoment {
  /** `<instant>#<id>`: the place in the order of time. */
  key: string;
  at: string;
  kind: Kind;
  id: string;
  title: string;
  by: string | null;
  /** As lists of its kind show it. */
  record: BaseRecord & Record<string, unknown>;
}

/**
 * How a kind of record is shown in time: read from the person's collection, from an index by the field that names the person, or
 * from where the kind says.
 */
export function buildTimelineSource<R extends BaseRecord>(
  collection: Collection<R>,
  shown: Pick<TimelineSource<R>, "title" | "by"> & Partial<Pick<TimelineSource<R>, "partitions">> & { index?: IndexName },
): TimelineSource {
  const { index, title, by, partitions } = shown;
  const field = index && collection.definition.indexes[index]?.field;
  const moments: TimelineSource<R> = {
    kind: collection.kind,
    collection: collection as Collection<BaseRecord>,
    read: (row) => collection.fromRow(row),
    partitions:
      partitions ?? ((person) => (index && field ? [{ index, facets: { [field]: person } }] : personPartitions([person]))),
    isDated: index !== undefined && indexOrder(collection, index) !== "by_time",
    title,
    by,
  };
  return moments as TimelineSource;
}

export interface TimelineRange {
  /** Only what lies behind this key. */
  after: string | undefined;
  from: string | undefined;
  to: string | undefined;
  /** How many are wanted, so that no more are asked for at a time. */
  limit: number;
}

/** What is known of a person, under all of their ids, newest first. */
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

/** Each of several parts rarely holds the whole page: what it lacks is asked for when its turn comes again. */
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
  const { kind, collection, isDated: dated } = moments;
  const { from, to } = reading;
  const bounds = dated ? { from, to } : toIdBounds(kind, { from, to });
  const partitions = persons.flatMap((person) => moments.partitions(person).map((each) => ({ ...each, ...bounds })));
  const after = reading.after === undefined || dated ? reading.after : positionAfter(kind, reading.after);
  for await (const row of queryPartitions(collection, partitions, { order: "desc", after, chunk })) {
    const { key: place } = row;
    const at = dated ? place.slice(0, place.indexOf("#")) : new Date(idTime(place)).toISOString();
    const record = moments.read(row) as TimelineMoment["record"];
    const { id } = record;
    yield { key: `${at}#${id}`, at, kind, id, title: moments.title(record), by: moments.by(record), record };
  }
}

/** The id behind which those of a kind lie behind a key: among those of one instant, kinds follow by their prefixes. */
function positionAfter(kind: Kind, key: string): string {
  const [at = "", id = ""] = key.split("#");
  const prefix = id.slice(0, 3);
  if (prefix === kind.prefix) return id;
  const floor = minIdAt(kind, Date.parse(at));
  return kind.prefix < prefix ? `${floor}~` : floor;
}
