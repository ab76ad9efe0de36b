import type { TrackedState } from "./history.entity.ts";
import type { Move } from "./stage-move.rules.ts";

/** The state of an opportunity at an instant, from its current state and its history. Pure. */

/** The fields of a history entry that are used here. */
export interface HistoryEntry {
  move: Move;
  before: TrackedState | null;
  changed_at: string;
}

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
