import { type Column, valueSortKey } from "./column.ts";
import type { OrderedRows } from "./merged-rows.ts";
import { firstRowFrom, type Segment } from "./segment.ts";
import { type ColumnExpression, countRows, listRows, type RowTest, type Selection, select, testRow } from "./selection.ts";

/** What a list asks of the columns of a kind. */
interface ColumnQuery {
  readonly conditions: readonly ColumnExpression[];
  /** The column of the order; undefined for the order of ids. */
  readonly sort: string | undefined;
  /** Whether rows without a value are left out of the order; otherwise they are last. */
  readonly leavesOutEmpty: boolean;
  readonly order: "asc" | "desc";
  /** Only rows after this place. */
  readonly after: Place | undefined;
  /** How many rows are returned. */
  readonly limit: number;
}

/** A place in the order: the sort key of its value, undefined for an empty one, and the id. */
export interface Place {
  readonly key: string | undefined;
  readonly id: string;
}

interface FoundPlaces {
  /** All matching rows, those before `after` included. */
  readonly total: number;
  readonly places: OrderedRows<Place>;
}

/** Finds the matching rows of a segment: their number, and the first of them in the order. */
export function findInSegment(segment: Segment, query: ColumnQuery): FoundPlaces {
  const ranking = createRanking(segment, query);
  if (query.conditions.length === 0) return findUnfiltered(segment, query, ranking);
  const { rows, isFiltered } = planRows(segment, query.conditions);
  const best = new Smallest(query.limit);
  let total = 0;
  const { replaced } = segment;
  for (const { part, test } of rows)
    for (let index = 0; index < part.length; index++) {
      const row = part[index] as number;
      if ((replaced && replaced[row] === 1) || (isFiltered && !test(row))) continue;
      const weight = ranking.weigh(row);
      if (weight === LEFT_OUT) continue;
      total++;
      if (weight > ranking.after) best.add(weight);
    }
  return { total, places: toPlaces(best.sorted(), ranking) };
}

/** Lists the rows of a segment that fulfil all conditions, in the order of their ids. */
export function listMatchingRows(segment: Segment, conditions: readonly ColumnExpression[]): Uint32Array {
  const { rows, isFiltered } = planRows(segment, conditions);
  const { replaced } = segment;
  const found = new Uint32Array(rows.reduce((sum, { part }) => sum + part.length, 0));
  let [count, last, isOrdered] = [0, -1, true];
  for (const { part, test } of rows)
    for (let index = 0; index < part.length; index++) {
      const row = part[index] as number;
      if ((replaced && replaced[row] === 1) || (isFiltered && !test(row))) continue;
      found[count++] = row;
      isOrdered &&= row > last;
      last = row;
    }
  const matching = found.subarray(0, count);
  return isOrdered ? matching : matching.sort();
}

const toPlaces = (weights: ArrayLike<number>, ranking: Ranking): OrderedRows<Place> => ({
  length: weights.length,
  at: (index) => ranking.placeOf(weights[index] as number),
});

/** Walks the rows in their order, as far as the page needs. */
function findUnfiltered(segment: Segment, { limit, sort, order, leavesOutEmpty }: ColumnQuery, ranking: Ranking): FoundPlaces {
  const { replaced } = segment;
  const weights: number[] = [];
  const column = sort === undefined ? undefined : segment.columns.get(sort);
  const walk = column ? walkColumn(column, order) : walkIds(segment.ids.length, order);
  for (const row of walk) {
    if (replaced && replaced[row] === 1) continue;
    const weight = ranking.weigh(row);
    if (weight === LEFT_OUT) continue;
    if (weight > ranking.after && weights.push(weight) === limit) break;
  }
  return { total: countUnfiltered(segment, leavesOutEmpty ? column : undefined), places: toPlaces(weights, ranking) };
}

function countUnfiltered({ ids, replaced }: Segment, present: Column | undefined): number {
  let count = 0;
  if (!replaced) return present ? (present.starts[present.empty] ?? 0) : ids.length;
  for (let row = 0; row < replaced.length; row++)
    if (replaced[row] !== 1 && !(present && present.codes[row] === present.empty)) count++;
  return count;
}

function* walkIds(rows: number, order: "asc" | "desc"): Generator<number> {
  if (order === "asc") for (let row = 0; row < rows; row++) yield row;
  else for (let row = rows - 1; row >= 0; row--) yield row;
}

/** Yields the rows in the order of a column; those without a value are last. */
function* walkColumn(column: Column, order: "asc" | "desc"): Generator<number> {
  const { empty, ranks, starts, rowsByCode } = column;
  const rowsBetween = (from: number, to: number): Uint32Array => {
    const rows = rowsByCode.subarray(starts[from], starts[to]);
    // Rows of several codes with one rank are in the order of their ids.
    return to - from === 1 && order === "asc" ? rows : rows.toSorted((a, b) => (order === "asc" ? a - b : b - a));
  };
  if (order === "asc")
    for (let from = 0, to = 0; from < empty; from = to) {
      for (to = from + 1; to < empty && ranks[to] === ranks[from]; ) to++;
      yield* rowsBetween(from, to);
    }
  else
    for (let to = empty, from = 0; to > 0; to = from) {
      for (from = to - 1; from > 0 && ranks[from - 1] === ranks[to - 1]; ) from--;
      yield* rowsBetween(from, to);
    }
  yield* rowsBetween(empty, empty + 1);
}

interface RowPart {
  readonly part: ArrayLike<number>;
  readonly test: RowTest;
}

/** Chooses the condition with the fewest rows; the others are tested on these. */
function planRows(segment: Segment, conditions: readonly ColumnExpression[]): { rows: RowPart[]; isFiltered: boolean } {
  const tests: RowTest[] = [];
  let least: { selection: Selection; count: number } | undefined;
  for (const condition of conditions.flatMap(flatten)) {
    if ("and" in condition || "or" in condition) {
      tests.push(toTest(segment, condition));
      continue;
    }
    const column = segment.columns.get(condition.column);
    if (!column) throw new Error(`There is no column ${condition.column}`);
    const selection = select(column, condition);
    const count = countRows(selection);
    if (least && count >= least.count) tests.push(testRow(selection));
    else {
      if (least) tests.push(testRow(least.selection));
      least = { selection, count };
    }
  }
  const test = joinTests(tests);
  if (!least || least.count === Number.POSITIVE_INFINITY) {
    const all = least ? joinTests([...tests, testRow(least.selection)]) : test;
    return { rows: [{ part: allRows(segment.ids.length), test: all }], isFiltered: least !== undefined || tests.length > 0 };
  }
  return { rows: listRows(least.selection).map((part) => ({ part, test })), isFiltered: tests.length > 0 };
}

const flatten = (expression: ColumnExpression): ColumnExpression[] =>
  "and" in expression ? expression.and.flatMap(flatten) : [expression];

let everyRow = new Uint32Array(0);

function allRows(length: number): Uint32Array {
  if (everyRow.length < length) everyRow = Uint32Array.from({ length }, (_, row) => row);
  return everyRow.subarray(0, length);
}

function joinTests(tests: readonly RowTest[]): RowTest {
  const [first = () => true, second, ...more] = tests;
  if (!second) return first;
  if (more.length === 0) return (row) => first(row) && second(row);
  const rest = joinTests(more);
  return (row) => first(row) && second(row) && rest(row);
}

function toTest(segment: Segment, expression: ColumnExpression): RowTest {
  if ("and" in expression) return joinTests(expression.and.map((part) => toTest(segment, part)));
  if ("or" in expression) {
    const tests = expression.or.map((part) => toTest(segment, part));
    return (row) => tests.some((test) => test(row));
  }
  const column = segment.columns.get(expression.column);
  if (!column) throw new Error(`There is no column ${expression.column}`);
  return testRow(select(column, expression));
}

/** The weight of a row that the order leaves out. */
const LEFT_OUT = Number.NEGATIVE_INFINITY;

/** Orders the rows of a segment by numbers: the smaller one comes first. */
interface Ranking {
  weigh(row: number): number;
  /** Rows up to this weight come before the place from which the list continues. */
  readonly after: number;
  placeOf(weight: number): Place;
}

function createRanking(segment: Segment, { sort, order, after, leavesOutEmpty }: ColumnQuery): Ranking {
  const { ids } = segment;
  const rows = ids.length;
  const sign = order === "asc" ? 1 : -1;
  if (sort === undefined) {
    const bound = after && firstRowFrom(ids, after.id);
    const isAt = bound !== undefined && bound < rows && ids.at(bound) === after?.id;
    const limit = bound === undefined ? LEFT_OUT : sign === 1 ? (isAt ? bound : bound - 0.5) : -(isAt ? bound : bound - 0.5);
    return { weigh: (row) => sign * row, after: limit, placeOf: (weight) => ({ key: undefined, id: ids.at(Math.abs(weight)) }) };
  }
  const column = segment.columns.get(sort);
  if (!column) throw new Error(`There is no column ${sort}`);
  const { codes, ranks, empty } = column;
  const lastRank = ranks[empty] as number;
  // Rows without a value are last in both directions.
  const rankOf = (code: number): number =>
    code === empty ? lastRank : sign === 1 ? (ranks[code] as number) : lastRank - 1 - (ranks[code] as number);
  return {
    weigh: (row) => {
      const code = codes[row] as number;
      if (leavesOutEmpty && code === empty) return LEFT_OUT;
      return rankOf(code) * rows + (sign === 1 ? row : rows - 1 - row);
    },
    after: after ? weighPlace(segment, column, after, sign) : LEFT_OUT,
    placeOf: (weight) => {
      const position = weight % rows;
      const row = sign === 1 ? position : rows - 1 - position;
      const code = codes[row] as number;
      return { key: code === empty ? undefined : valueSortKey(column.type, column.valueAt(code)), id: ids.at(row) };
    },
  };

  function weighPlace({ ids }: Segment, { type: _type }: typeof column & object, place: Place, direction: number): number {
    const at = firstRowFrom(ids, place.id);
    const isAt = at < rows && ids.at(at) === place.id;
    // The position between rows of the same rank, in the direction of the list.
    const position = direction === 1 ? (isAt ? at : at - 0.5) : isAt ? rows - 1 - at : rows - 1 - at + 0.5;
    if (place.key === undefined) return lastRank * rows + position;
    const [from, to] = (column as NonNullable<typeof column>).codesOfKey(place.key);
    if (from < to) return rankOf(from) * rows + position;
    // No row has this key: all rows of the ranks before it are passed.
    const next = from === empty ? lastRank : (ranks[from] as number);
    return (direction === 1 ? next : lastRank - next) * rows - 0.5;
  }
}

/** Keeps the smallest numbers, as many as a page needs: a heap with the largest of them on top. */
class Smallest {
  readonly #limit: number;
  readonly #heap: Float64Array;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#heap = new Float64Array(limit);
  }

  add(value: number): void {
    const heap = this.#heap;
    if (this.#size < this.#limit) {
      let index = this.#size++;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if ((heap[parent] as number) >= value) break;
        heap[index] = heap[parent] as number;
        index = parent;
      }
      heap[index] = value;
      return;
    }
    if (this.#limit === 0 || value >= (heap[0] as number)) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && (heap[child + 1] as number) > (heap[child] as number)) child++;
      if ((heap[child] as number) <= value) break;
      heap[index] = heap[child] as number;
      index = child;
    }
    heap[index] = value;
  }

  sorted(): Float64Array {
    return this.#heap.subarray(0, this.#size).sort();
  }
}
