import type { Clock, Level } from "../sla/clock.rules.ts";
import type { Metric } from "../sla/policy.rules.ts";
import type { SlaState, TrackedClock } from "./sla-state.ts";

/** Pure: which clocks of a ticket are owed, and at which instants somebody has to act on them (docs/service/sla.md, A ticket's clocks). */

/** One response is owed at a time, and the resolution. */
export const slots = ["response", "resolution"] as const;
export type Slot = (typeof slots)[number];

const isSlotMetric = (slot: Slot, metric: Metric): boolean => (metric === "resolution") === (slot === "resolution");

/** The clock that is owed: of responses the one that runs; the resolution's, even while it has stopped. */
export const findActiveClock = (clocks: readonly Clock[], slot: Slot): Clock | undefined =>
  clocks.findLast(({ metric, stopped_at }) => isSlotMetric(slot, metric) && (slot === "resolution" || stopped_at === null));

/** A clock that was owed and has stopped by now. */
export const findStoppedClock = (clocks: readonly Clock[], owing: TrackedClock | null): Clock | undefined =>
  owing && !owing.stopped_at
    ? clocks.find(
        ({ metric, started_at, stopped_at }) =>
          metric === owing.metric && stopped_at !== null && (started_at === owing.started_at || metric === "resolution"),
      )
    : undefined;

/** Something to be done of a clock at an instant: it is violated, or a level is told. */
export interface SlaTrigger {
  at: string;
  slot: Slot;
  level: Level | null;
}

/** What has not been done yet, in order; of what has stopped nothing is left to do. */
export function listPendingTriggers(state: Pick<SlaState, Slot>, clocks: readonly Clock[]): SlaTrigger[] {
  const points = slots.flatMap((slot): SlaTrigger[] => {
    const owing = state[slot];
    const clock = owing && !owing.stopped_at ? findActiveClock(clocks, slot) : undefined;
    if (!owing || !clock) return [];
    const levels = clock.levels.filter(({ percent }) => percent > owing.percent).map((level) => ({ at: level.at, slot, level }));
    return clock.due_at && !owing.outcome ? [{ at: clock.due_at, slot, level: null }, ...levels] : levels;
  });
  return points.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}
