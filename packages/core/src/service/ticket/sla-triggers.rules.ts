import type { Clock, Level } from "../sla/clock.rules.ts";
import type { Metric } from "../sla/policy.rules.ts";
import type { SlaState, TrackedClock } from "./sla-state.ts";

/** Decides which clocks of a ticket are active, and when a level or violation must be handled (docs/service/sla.md, A ticket's clocks). Pure. */

/** At any time, a ticket has at most one response clock and the resolution clock. */
export const slots = ["response", "resolution"] as const;
export type Slot = (typeof slots)[number];

const isSlotMetric = (slot: Slot, metric: Metric): boolean => (metric === "resolution") === (slot === "resolution");

/** Returns the active clock of a slot: the running response clock, or the resolution clock even if it has stopped. */
export const findActiveClock = (clocks: readonly Clock[], slot: Slot): Clock | undefined =>
  clocks.findLast(({ metric, stopped_at }) => isSlotMetric(slot, metric) && (slot === "resolution" || stopped_at === null));

/** Returns the tracked clock if it has stopped since. */
export const findStoppedClock = (clocks: readonly Clock[], owing: TrackedClock | null): Clock | undefined =>
  owing && !owing.stopped_at
    ? clocks.find(
        ({ metric, started_at, stopped_at }) =>
          metric === owing.metric && stopped_at !== null && (started_at === owing.started_at || metric === "resolution"),
      )
    : undefined;

/** A trigger of a clock: a level to notify, or a violation if `level` is null. */
export interface SlaTrigger {
  triggerTime: string;
  slot: Slot;
  level: Level | null;
}

/** Returns the triggers that are not handled yet, in order of time. A stopped clock has none. */
export function listPendingTriggers(state: Pick<SlaState, Slot>, clocks: readonly Clock[]): SlaTrigger[] {
  const points = slots.flatMap((slot): SlaTrigger[] => {
    const owing = state[slot];
    const clock = owing && !owing.stopped_at ? findActiveClock(clocks, slot) : undefined;
    if (!owing || !clock) return [];
    const levels = clock.levels
      .filter(({ percent }) => percent > owing.percent)
      .map((level) => ({ triggerTime: level.at, slot, level }));
    return clock.due_at && !owing.outcome ? [{ triggerTime: clock.due_at, slot, level: null }, ...levels] : levels;
  });
  return points.toSorted((point, b) => (point.triggerTime < b.triggerTime ? -1 : point.triggerTime > b.triggerTime ? 1 : 0));
}
