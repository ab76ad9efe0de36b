import type { ExactNumber } from "./exact-number.rules.ts";
import { type GroupKey, type KeyValue, TOTALS_KEY } from "./group-key.rules.ts";
import {
  createState,
  joinStates,
  type MeasureState,
  type MeasureSummary,
  middlePositions,
  parseExactSortText,
} from "./measure.rules.ts";
import type { ReportPlan } from "./plan.rules.ts";
import type { GroupFold } from "./report.rules.ts";

/**
 * Groups of a part of the rows as sorted entries, and their merge. A group has one entry with its states, and one for each value of its
 * measures `distinct` and `median`. Entries of several parts, merged in their order, give the summaries of all rows with memory for one group.
 */
export type GroupEntry =
  | readonly [key: string, measure: -1, text: "", head: GroupHead]
  | readonly [key: string, measure: number, text: string, occurrences: number];

interface GroupHead {
  readonly values: readonly KeyValue[];
  readonly parts: readonly string[];
  readonly states: readonly StoredState[];
}

/** A number is stored as a text after `n`, another value after `t`. */
type StoredState = readonly [count: number, over: number, sum: string, low: string | null, high: string | null];

const storeBound = (bound: ExactNumber | string | undefined): string | null =>
  bound === undefined ? null : typeof bound === "bigint" ? `n${bound}` : `t${bound}`;

const parseBound = (bound: string | null): ExactNumber | string | undefined =>
  bound === null ? undefined : bound.startsWith("n") ? BigInt(bound.slice(1)) : bound.slice(1);

/** Lists the entries of a fold in their order. */
export function* listEntries(fold: GroupFold): Generator<GroupEntry> {
  for (const { key, states } of fold.sorted()) {
    const stored = states.map(
      ({ count, over, sum, low, high }): StoredState => [count, over, String(sum), storeBound(low), storeBound(high)],
    );
    yield [key.text, -1, "", { values: key.values, parts: key.parts, states: stored }];
    for (const [measure, { values }] of states.entries())
      for (const [text, occurrences] of [...(values ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)))
        yield [key.text, measure, text, occurrences];
  }
}

export function compareEntries(a: GroupEntry, b: GroupEntry): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  if (a[1] !== b[1]) return a[1] - b[1];
  return a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0;
}

interface MergedGroup {
  readonly key: GroupKey;
  readonly summaries: MeasureSummary[];
}

/** Yields the groups of merged entries. The totals are the first. */
export async function* mergeGroups(plan: ReportPlan, entries: AsyncIterable<GroupEntry>): AsyncGenerator<MergedGroup> {
  let group: GroupMerge | undefined;
  for await (const entry of entries) {
    const [key, measure, text, payload] = entry;
    if (group && group.text !== key) yield group.finish();
    if (!group || group.text !== key) group = new GroupMerge(plan, key);
    if (typeof payload === "object") group.addHead(payload);
    else group.addValue(measure, text, payload);
  }
  if (group) yield group.finish();
}

/** The totals of a report without records. */
export const emptyTotals = (plan: ReportPlan): MergedGroup => new GroupMerge(plan, TOTALS_KEY.text).finish();

class GroupMerge {
  readonly text: string;
  readonly #plan: ReportPlan;
  readonly #states: MeasureState[];
  readonly #walks = new Map<number, ValueWalk>();
  #head: GroupHead | undefined;

  constructor(plan: ReportPlan, text: string) {
    this.#plan = plan;
    this.text = text;
    this.#states = plan.measures.map(createState);
  }

  addHead(head: GroupHead): void {
    this.#head ??= head;
    for (const [index, [count, over, sum, low, high]] of head.states.entries()) {
      const state = this.#states[index];
      if (state) joinStates(state, { count, over, sum: BigInt(sum), low: parseBound(low), high: parseBound(high) });
    }
  }

  /** Values come after all heads, in their order; one that is in several parts comes several times. */
  addValue(measure: number, text: string, occurrences: number): void {
    const isMedian = this.#plan.measures[measure]?.do === "median";
    const walk = this.#walks.get(measure) ?? new ValueWalk(isMedian ? (this.#states[measure]?.count ?? 0) : 0);
    this.#walks.set(measure, walk);
    walk.add(text, occurrences);
  }

  finish(): MergedGroup {
    const summaries = this.#states.map(({ values: _values, ...state }, index): MeasureSummary => {
      const walk = this.#walks.get(index);
      return { ...state, distinct: walk?.distinct ?? 0, middle: walk?.middle ?? [] };
    });
    return { key: { text: this.text, values: this.#head?.values ?? [], parts: this.#head?.parts ?? [] }, summaries };
  }
}

/** Counts sorted values, and picks those in the middle of `count`. */
class ValueWalk {
  readonly middle: ExactNumber[] = [];
  distinct = 0;
  readonly #positions: readonly number[];
  #passed = 0;
  #last: string | undefined;

  constructor(count: number) {
    this.#positions = middlePositions(count);
  }

  add(text: string, occurrences: number): void {
    if (text !== this.#last) this.distinct++;
    this.#last = text;
    for (const position of this.#positions)
      if (position >= this.#passed && position < this.#passed + occurrences) this.middle.push(parseExactSortText(text));
    this.#passed += occurrences;
  }
}
