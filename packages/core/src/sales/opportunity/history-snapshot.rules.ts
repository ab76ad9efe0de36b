import type { TrackedState } from "./history.entity.ts";
import type { Move } from "./stage-move.rules.ts";

/** How an opportunity stood at an instant, from what it is and what its history tells. Pure. */

/** An entry of the history, as far as it matters here. */
export interface HistoryEntry {
  move: Move;
  before: TrackedState | null;
  changed_at: string;
}

export type CurrentState = TrackedState & { created_at: string; deleted_at: string | null };

/** How an opportunity stood just before an instant; undefined where there was none. `told` is its history, the newest first. */
export function stateBefore(kept: CurrentState, told: readonly HistoryEntry[], instant: string): TrackedState | undefined {
  if (kept.created_at >= instant) return undefined;
  const next = told.findLast(({ changed_at }) => changed_at >= instant);
  if (next) return next.move === "RESTORED" ? undefined : (next.before ?? undefined);
  return kept.deleted_at === null ? kept : undefined;
}
