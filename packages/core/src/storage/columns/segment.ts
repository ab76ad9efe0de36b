import type { Column } from "./column.ts";
import { TextList } from "./text-list.ts";

/** Some rows of a kind, in the order of their ids, by columns. It never changes; newer segments replace single rows of it. */
export interface Segment {
  readonly ids: TextList;
  readonly columns: ReadonlyMap<string, Column>;
  /** Rows that a newer segment replaces, or that are gone: 1 for each. Undefined if there are none. */
  readonly replaced: Uint8Array | undefined;
}

/** Returns the row of an id; undefined if the segment has none. */
export function findRow({ ids }: Segment, id: string): number | undefined {
  const row = firstRowFrom(ids, id);
  return row < ids.length && ids.at(row) === id ? row : undefined;
}

/** Returns the first row whose id is not before this one. */
export const firstRowFrom = (ids: TextList, id: string): number => TextList.lowerBound(ids.length, id, (row) => ids.at(row));
