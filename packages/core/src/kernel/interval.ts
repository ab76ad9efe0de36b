/** An interval of time: from an instant up to, but without, another. In lists, intervals are sorted and do not overlap. */
export interface Interval {
  from: string;
  to: string;
}

/** Works for instants and for days. */
export const laterInstant = (one: string, other: string): string => (one > other ? one : other);
export const earlierInstant = (one: string, other: string): string => (one < other ? one : other);

/** Sorts intervals and merges those that overlap or touch. */
export function mergeIntervals(some: readonly Interval[]): Interval[] {
  const whole: Interval[] = [];
  for (const { from, to } of some.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    if (from >= to) continue;
    const last = whole.at(-1);
    if (last && from <= last.to) last.to = laterInstant(last.to, to);
    else whole.push({ from, to });
  }
  return whole;
}

/** Returns the time that is in both lists. */
export function intersectIntervals(some: readonly Interval[], others: readonly Interval[]): Interval[] {
  const both: Interval[] = [];
  for (let [one, other] = [0, 0]; one < some.length && other < others.length; ) {
    const [a, b] = [some[one] as Interval, others[other] as Interval];
    const [from, to] = [laterInstant(a.from, b.from), earlierInstant(a.to, b.to)];
    if (from < to) both.push({ from, to });
    if (a.to < b.to) one++;
    else other++;
  }
  return both;
}

/** Returns the time of `some` that is in none of the others. */
export function subtractIntervals(some: readonly Interval[], others: readonly Interval[]): Interval[] {
  const between: Interval[] = [];
  let from = "";
  for (const other of others) {
    between.push({ from, to: other.from });
    from = other.to;
  }
  return intersectIntervals(some, [...between, { from, to: "~" }]);
}
