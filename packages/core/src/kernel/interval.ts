/** Stretches of time: from an instant on, up to and without another. Several are in order, and apart from each other. */
export interface Interval {
  from: string;
  to: string;
}

/** Of two instants or days. */
export const laterInstant = (one: string, other: string): string => (one > other ? one : other);
export const earlierInstant = (one: string, other: string): string => (one < other ? one : other);

/** The same time in order, where some follow on each other or overlap. */
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

/** The time that is in both. */
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

/** The time of some that is in none of the others. */
export function subtractIntervals(some: readonly Interval[], others: readonly Interval[]): Interval[] {
  const between: Interval[] = [];
  let from = "";
  for (const other of others) {
    between.push({ from, to: other.from });
    from = other.to;
  }
  return intersectIntervals(some, [...between, { from, to: "~" }]);
}
