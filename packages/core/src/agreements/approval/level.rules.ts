import type { ApproverKind, Deadlines } from "./approver.rules.ts";

/** Pure rules: the levels of a tenant's approval rule. */

export interface CurrencyAmount {
  currency: string;
  amount: string;
}

/** Whom a level asks. */
export interface ApproverSettings {
  approvers: readonly ApproverKind[];
  /** All approvers are asked at once instead of one after another. */
  side_by_side: boolean;
  patience: Deadlines;
}

/** Returns the last level that is reached, with the reasons. A level is reached if there is a reason. */
export function findReachedLevel<L>(
  levels: readonly L[],
  listReasons: (level: L) => string[],
): { level: L; reasons: string[] } | undefined {
  return levels.map((level) => ({ level, reasons: listReasons(level) })).findLast(({ reasons }) => reasons.length > 0);
}

/** A round of legal review or approval that a contract or an amendment needs. */
export interface NeededRound extends ApproverSettings {
  step: "LEGAL_REVIEW" | "APPROVAL";
  level: string;
  reasons: readonly string[];
}

export const buildRound = (
  step: NeededRound["step"],
  level: string,
  reasons: readonly string[],
  { approvers, side_by_side, patience }: ApproverSettings,
): NeededRound => ({ step, level, reasons, approvers, side_by_side, patience });
