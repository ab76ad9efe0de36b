import { formatInstant } from "../../kernel/date-bounds.ts";
import type { Interval } from "../../kernel/interval.ts";

/** Pure rules for times at which people can meet. */

const MINUTE_MS = 60_000;
const roundUp = (ms: number, step: number): number => Math.ceil(ms / step) * step;

/** Returns the grid on which a meeting begins: every half hour, or every quarter of an hour for meetings shorter than 30 minutes. */
export const slotMinutes = (minutes: number): number => (minutes < 30 ? 15 : 30);

/**
 * Iterates over the slots of the given length in free time: those on the grid, or the first minute of a free interval in which none
 * on the grid fits. So every interval that is long enough has a slot.
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
