import { type Deadlines, defaultDeadlines } from "./approver.rules.ts";
import type { ApproverSettings, LevelReasons } from "./level.rules.ts";

/** Pure rules: whether a record needs approval, and by whom, where a rule has one list of levels. */

/** A level of such a rule. */
export interface ApprovalLevel extends Omit<ApproverSettings, "patience"> {
  name: string;
  patience?: Deadlines;
}

export interface ApprovalNeed extends ApproverSettings, LevelReasons {
  /** null: no approval is needed. */
  level: string | null;
}

/** Returns whom the reached level asks, and why. */
export const toApprovalNeed = (reachedLevel: ({ level: ApprovalLevel } & LevelReasons) | undefined): ApprovalNeed => ({
  level: reachedLevel?.level.name ?? null,
  approvers: reachedLevel?.level.approvers ?? [],
  side_by_side: reachedLevel?.level.side_by_side ?? false,
  patience: reachedLevel?.level.patience ?? defaultDeadlines,
  reasons: reachedLevel?.reasons ?? [],
  conditions: reachedLevel?.conditions ?? [],
});
