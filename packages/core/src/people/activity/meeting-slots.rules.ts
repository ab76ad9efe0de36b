import type { Interval } from "../../kernel/interval.ts";

/** Pure rules of when people can meet. */

const MINUTE_MS = 60_000;
const formatInstant = (ms: number): string => new Date(ms).toISOString();
const roundUp = (ms: number, step: number): number => Math.ceil(ms / step) * step;

/** Of how long a meeting takes follows at which minutes one begins: at whole and half hours, or at quarters where it is short. */
export const slotMinutes = (minutes: number): number => (minutes < 30 ? 15 : 30);

/**
 * When what takes so many minutes can begin in free time: each time from which a calendar would count, and of free time that has
 * none, its first minute. So whoever can meet at all is told of a time.
 */
export function* iterateSlots(free: readonly Interval[], minutes: number): Generator<{ start: string; end: string }> {
  const [length, step] = [minutes * MINUTE_MS, slotMinutes(minutes) * MINUTE_MS];
  for (const { from, to } of free) {
    const [begins, ends] = [roundUp(Date.parse(from), MINUTE_MS), Date.parse(to)];
    const even = roundUp(begins, step);
    for (let start = even + length <= ends ? even : begins; start + length <= ends; start += step)
      yield { start: formatInstant(start), end: formatInstant(start + length) };
  }
}
