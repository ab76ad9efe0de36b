import type { Column } from "./column.ts";
import type { OrderedRows } from "./merged-rows.ts";
import type { Segment } from "./segment.ts";
import { createOrder, findColumn, type OrderRequest, type Place, type SegmentOrder } from "./segment-order.ts";
import { type ColumnExpression, countRows, listRows, type RowTest, select, testRow } from "./selection.ts";

/** What a list asks of the columns of a kind. */
interface ColumnQuery extends OrderRequest {
  readonly conditions: readonly ColumnExpression[];
  /** Only rows after this place. */
  readonly after: Place | undefined;
  /** How many rows are returned. */
  readonly limit: number;
}

interface FoundPlaces {
  /** All matching rows, those before `after` included. */
  readonly total: number;
  readonly places: OrderedRows<Place>;
}

/** Finds the matching rows of a segment: their number, and the first of them in the order. */
export function findInSegment(segment: Segment, query: ColumnQuery): FoundPlaces {
  const order = createOrder(segment, query);
  const first = query.after ? order.slotAfter(query.after) : 0;
  if (query.conditions.length === 0) return findUnfiltered(segment, query, order, first);
  const { rows, isFiltered } = planRows(segment, query.conditions);
  const best = new Smallest(query.limit);
  let total = 0;
  const { replaced } = segment;
  for (const { part, test } of rows)
    for (let index = 0; index < part.length; index++) {
      const row = part[index] as number;
      if ((replaced && replaced[row] === 1) || (isFiltered && !test(row))) continue;
      const slot = order.slotOf(row);
      if (slot >= order.length) continue;
      total++;
      if (slot >= first) best.add(slot);
    }
  return { total, places: toPlaces(best.sorted(), order) };
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

const toPlaces = (slots: ArrayLike<number>, order: SegmentOrder): OrderedRows<Place> => ({
  length: slots.length,
  at: (index) => order.placeAt(slots[index] as number),
});

/** Reads the rows in their order from a slot on, as far as the page needs. */
function findUnfiltered(segment: Segment, query: ColumnQuery, order: SegmentOrder, first: number): FoundPlaces {
  const [sort] = query.leavesOutEmpty ? query.sorts : [];
  const total = countUnfiltered(segment, sort && findColumn(segment, sort.column));
  const { replaced } = segment;
  if (!replaced) {
    const length = Math.max(0, Math.min(query.limit, order.length - first));
    return { total, places: { length, at: (index) => order.placeAt(first + index) } };
  }
  const slots: number[] = [];
  for (let slot = first; slot < order.length && slots.length < query.limit; slot++)
    if (replaced[order.rowAt(slot)] !== 1) slots.push(slot);
  return { total, places: toPlaces(slots, order) };
}

function countUnfiltered({ ids, replaced }: Segment, present: Column | undefined): number {
  let count = 0;
  if (!replaced) return present ? (present.starts[present.empty] ?? 0) : ids.length;
  for (let row = 0; row < replaced.length; row++)
    if (replaced[row] !== 1 && !(present && present.codes[row] === present.empty)) count++;
  return count;
}

interface RowPart {
  readonly part: ArrayLike<number>;
  readonly test: RowTest;
}

interface RowPlan {
  readonly rows: readonly RowPart[];
  readonly isFiltered: boolean;
}

/** Rows that fulfil one condition, with their number. */
interface Candidate {
  readonly count: number;
  readonly list: () => readonly ArrayLike<number>[];
  readonly test: RowTest;
}

/** Chooses the condition with the fewest rows; the others are tested on these. */
function planRows(segment: Segment, conditions: readonly ColumnExpression[]): RowPlan {
  const candidates = conditions.flatMap(flatten).map((condition) => findCandidate(segment, condition));
  const least = candidates.reduce<Candidate | undefined>(
    (smallest, candidate) => (candidate.count < (smallest?.count ?? Number.POSITIVE_INFINITY) ? candidate : smallest),
    undefined,
  );
  const tests = candidates.filter((candidate) => candidate !== least).map(({ test }) => test);
  const test = joinTests(tests);
  const parts = least ? least.list() : [allRows(segment.ids.length)];
  return { rows: parts.map((part) => ({ part, test })), isFiltered: tests.length > 0 };
}

function findCandidate(segment: Segment, expression: FlatExpression): Candidate {
  if ("or" in expression) return findAlternatives(segment, expression);
  const selection = select(findColumn(segment, expression.column), expression);
  return { count: countRows(selection), list: () => listRows(selection), test: testRow(selection) };
}

/** Finds the rows of each alternative by itself, and marks them, if these are fewer than all rows. */
function findAlternatives(segment: Segment, expression: Extract<ColumnExpression, { readonly or: unknown }>): Candidate {
  const plans = expression.or.map((alternative) => planRows(segment, [alternative]));
  const { length } = segment.ids;
  const visited = plans.reduce((sum, { rows }) => rows.reduce((count, { part }) => count + part.length, sum), 0);
  if (visited >= length) return { count: Number.POSITIVE_INFINITY, list: () => [], test: toTest(segment, expression) };
  const marks = new Uint8Array(length);
  const found = new Uint32Array(visited);
  let count = 0;
  for (const { rows, isFiltered } of plans)
    for (const { part, test } of rows)
      for (let index = 0; index < part.length; index++) {
        const row = part[index] as number;
        if (marks[row] === 1 || (isFiltered && !test(row))) continue;
        marks[row] = 1;
        found[count++] = row;
      }
  return { count, list: () => [found.subarray(0, count)], test: (row) => marks[row] === 1 };
}

type FlatExpression = Exclude<ColumnExpression, { readonly and: unknown }>;

const flatten = (expression: ColumnExpression): FlatExpression[] =>
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
  return testRow(select(findColumn(segment, expression.column), expression));
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
