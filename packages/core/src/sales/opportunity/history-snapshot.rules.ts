import type { TrackedState } from "./history.entity.ts";
import type { Move } from "./stage-move.rules.ts";

/** The state of an opportunity at an instant, from its current state and its history. Pure. */

/** The fields of a history entry that are used here. */
export interface HistoryEntry {
  move: Move;
  before: TrackedState | null;
  changed_at: string;
  from_stage_id: string | null;
  seconds_in_stage: number | null;
}

/** How an opportunity left an open stage. */
export interface StageExit {
  stage_id: string;
  /** The owner before the move. */
  owner_id: string | null;
  move: "FORWARD" | "BACK" | "WON" | "LOST";
  seconds: number;
  changed_at: string;
}

/** Returns the moves out of open stages in a history, the newest first. */
export const listStageExits = (history: readonly HistoryEntry[]): StageExit[] =>
  history.flatMap(({ move, before, from_stage_id, seconds_in_stage, changed_at }): StageExit[] => {
    if (!before || before.is_closed || from_stage_id === null || seconds_in_stage === null) return [];
    if (move !== "FORWARD" && move !== "BACK" && move !== "WON" && move !== "LOST") return [];
    return [{ stage_id: from_stage_id, owner_id: before.owner_id, move, seconds: seconds_in_stage, changed_at }];
  });

type CurrentState = TrackedState & { created_at: string; deleted_at: string | null };

/** Returns the state just before an instant; undefined if the opportunity did not exist. `history` is its history, newest first. */
export function stateBefore(
  currentState: CurrentState,
  history: readonly HistoryEntry[],
  instant: string,
): TrackedState | undefined {
  if (currentState.created_at >= instant) return undefined;
  const next = history.findLast(({ changed_at }) => changed_at >= instant);
  if (next) return next.move === "RESTORED" ? undefined : (next.before ?? undefined);
  return currentState.deleted_at === null ? currentState : undefined;
}
