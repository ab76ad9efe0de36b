/** An interval of time: from an instant up to, but without, another. In lists, intervals are sorted and do not overlap. */
export interface Interval {
  from: string;
  to: string;
}

/** Works for instants and for days. */
export const laterInstant = (a: string, b: string): string => (a > b ? a : b);
export const earlierInstant = (a: string, b: string): string => (a < b ? a : b);

/** Sorts intervals and merges those that overlap or touch. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const mergedIntervals: Interval[] = [];
  for (const { from, to } of intervals.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    if (from >= to) continue;
    const last = mergedIntervals.at(-1);
    if (last && from <= last.to) last.to = laterInstant(last.to, to);
    else mergedIntervals.push({ from, to });
  }
  return mergedIntervals;
}

/** Returns the time that is in both lists. */
export function intersectIntervals(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  const intersection: Interval[] = [];
  for (let [leftIndex, rightIndex] = [0, 0]; leftIndex < left.length && rightIndex < right.length; ) {
    const [a, b] = [left[leftIndex] as Interval, right[rightIndex] as Interval];
    const [from, to] = [laterInstant(a.from, b.from), earlierInstant(a.to, b.to)];
    if (from < to) intersection.push({ from, to });
    if (a.to < b.to) leftIndex++;
    else rightIndex++;
  }
  return intersection;
}

/** Returns the time of `intervals` that is in none of the others. */
export function subtractIntervals(intervals: readonly Interval[], excludedIntervals: readonly Interval[]): Interval[] {
  const between: Interval[] = [];
  let from = "";
  for (const excludedInterval of excludedIntervals) {
    between.push({ from, to: excludedInterval.from });
    from = excludedInterval.to;
  }
  return intersectIntervals(intervals, [...between, { from, to: "~" }]);
}
