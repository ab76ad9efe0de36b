import type { Column } from "./column.ts";
import { firstRowFrom, type Segment } from "./segment.ts";

/** One of the columns by which a list is sorted. Rows without a value are last in either direction. */
export interface ColumnSort {
  readonly column: string;
  readonly order: "asc" | "desc";
}

/** A place in an order: the sort key of each column, undefined for an empty value, and the id. */
export interface Place {
  readonly keys: readonly (string | undefined)[];
  readonly id: string;
}

export interface OrderRequest {
  readonly sorts: readonly ColumnSort[];
  /** The order of rows whose values are all equal: that of their ids. */
  readonly order: "asc" | "desc";
  /** Whether rows without a value are left out. Only for one column. */
  readonly leavesOutEmpty: boolean;
}

/** The order of the rows of a segment. Each row has a slot in it; the first row has the slot 0. */
export interface SegmentOrder {
  /** The number of rows in the order. Rows that it leaves out have later slots. */
  readonly length: number;
  slotOf(row: number): number;
  rowAt(slot: number): number;
  /** Returns the first slot behind a place, by binary search. */
  slotAfter(place: Place): number;
  placeAt(slot: number): Place;
}

export function createOrder(segment: Segment, request: OrderRequest): SegmentOrder {
  return request.sorts.length === 0 ? createIdOrder(segment, request) : createColumnOrder(segment, request);
}

function createIdOrder({ ids }: Segment, { order }: OrderRequest): SegmentOrder {
  const { length } = ids;
  const flip = (index: number): number => (order === "asc" ? index : length - 1 - index);
  return {
    length,
    slotOf: flip,
    rowAt: flip,
    slotAfter: ({ id }) => {
      const row = firstRowFrom(ids, id);
      if (order === "desc") return length - row;
      return row < length && ids.at(row) === id ? row + 1 : row;
    },
    placeAt: (slot) => ({ keys: [], id: ids.at(flip(slot)) }),
  };
}

function createColumnOrder(segment: Segment, request: OrderRequest): SegmentOrder {
  const { ids } = segment;
  const { sorts, order, leavesOutEmpty } = request;
  const ranked = sorts.map((sort) => new RankedColumn(findColumn(segment, sort.column), sort.order));
  const { rows, slots } = arrange(segment, request, ranked);
  const [first] = ranked as [RankedColumn];
  const rowAt = (slot: number): number => rows[slot] as number;
  return {
    length: leavesOutEmpty ? (first.column.starts[first.column.empty] as number) : ids.length,
    slotOf: (row) => slots[row] as number,
    rowAt,
    slotAfter: ({ keys, id }) => {
      const bounds = ranked.map((column, index) => column.boundOf(keys[index]));
      const next = firstRowFrom(ids, id);
      const place = next < ids.length && ids.at(next) === id ? next : next - 0.5;
      const compare = (row: number): number => {
        for (const [index, bound] of bounds.entries()) {
          const difference = (ranked[index] as RankedColumn).rankOf(row) - bound;
          if (difference !== 0) return difference;
        }
        return order === "asc" ? row - place : place - row;
      };
      let [low, high] = [0, ids.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(rowAt(middle)) <= 0) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    placeAt: (slot) => {
      const row = rowAt(slot);
      return { keys: ranked.map((column) => column.keyOf(row)), id: ids.at(row) };
    },
  };
}

export function findColumn({ columns }: Segment, name: string): Column {
  const column = columns.get(name);
  if (!column) throw new Error(`There is no column ${name}`);
  return column;
}

/** The ranks of a column in a direction. */
class RankedColumn {
  readonly column: Column;
  readonly #isAscending: boolean;
  /** The rank of the empty value. */
  readonly #last: number;

  constructor(column: Column, order: "asc" | "desc") {
    this.column = column;
    this.#isAscending = order === "asc";
    this.#last = column.ranks[column.empty] as number;
  }

  /** The number of ranks. */
  get count(): number {
    return this.#last + 1;
  }

  rankOf(row: number): number {
    return this.#direct(this.column.ranks[this.column.codes[row] as number] as number);
  }

  /** Returns the rank of a key; a number between two ranks if no row has it. */
  boundOf(key: string | undefined): number {
    if (key === undefined) return this.#last;
    const { column } = this;
    const [from, to] = column.codesOfKey(key);
    const rank = column.ranks[from] as number;
    return from < to ? this.#direct(rank) : this.#isAscending ? rank - 0.5 : this.#last - rank - 0.5;
  }

  keyOf(row: number): string | undefined {
    const { column } = this;
    const code = column.codes[row] as number;
    return code === column.empty ? undefined : column.keyAt(code);
  }

  #direct(rank: number): number {
    return this.#isAscending || rank === this.#last ? rank : this.#last - 1 - rank;
  }
}

/** Rows by slots, and slots by rows. */
interface Arrangement {
  readonly rows: Uint32Array;
  readonly slots: Uint32Array;
}

/** Arrangements that a segment keeps, of the orders that lists used last. */
const MAX_ARRANGEMENTS = 4;
const arrangementsByColumns = new WeakMap<Segment["columns"], Map<string, Arrangement>>();

/** Returns the bytes of a segment's arrangements in memory. */
export const arrangementSize = ({ columns, ids }: Pick<Segment, "columns" | "ids">): number =>
  8 * ids.length * (arrangementsByColumns.get(columns)?.size ?? 0);

/** Sorts all rows: by their ids, and then by one column after the other, the first one last. Each pass keeps the order of equal rows. */
function arrange(segment: Segment, { sorts, order }: OrderRequest, ranked: readonly RankedColumn[]): Arrangement {
  const { ids, columns } = segment;
  const known = arrangementsByColumns.get(columns) ?? new Map<string, Arrangement>();
  arrangementsByColumns.set(columns, known);
  const name = JSON.stringify([sorts, order]);
  const former = known.get(name);
  known.delete(name);
  if (former) {
    known.set(name, former);
    return former;
  }
  const { length } = ids;
  let rows = Uint32Array.from({ length }, (_, index) => (order === "asc" ? index : length - 1 - index));
  for (const column of ranked.toReversed()) rows = sortStably(rows, column);
  const slots = new Uint32Array(length);
  for (let slot = 0; slot < length; slot++) slots[rows[slot] as number] = slot;
  const arrangement = { rows, slots };
  known.set(name, arrangement);
  if (known.size > MAX_ARRANGEMENTS) known.delete(known.keys().next().value as string);
  return arrangement;
}

/** Sorts rows by their ranks in one pass over the counts of the ranks. */
function sortStably(rows: Uint32Array<ArrayBuffer>, column: RankedColumn): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(column.count + 1);
  for (const row of rows) next[column.rankOf(row) + 1] = (next[column.rankOf(row) + 1] as number) + 1;
  for (let rank = 0; rank < column.count; rank++) next[rank + 1] = (next[rank + 1] as number) + (next[rank] as number);
  const sorted = new Uint32Array(rows.length);
  for (const row of rows) {
    const rank = column.rankOf(row);
    sorted[next[rank] as number] = row;
    next[rank] = (next[rank] as number) + 1;
  }
  return sorted;
}
