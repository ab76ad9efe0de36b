import { type Deadlines, defaultDeadlines } from "../approval/approver.rules.ts";
import type { ApproverSettings } from "../approval/level.rules.ts";

/** A level of the tenant's rule for quotes or proposals. */
export interface OfferLevel extends Omit<ApproverSettings, "patience"> {
  name: string;
  patience?: Deadlines;
}

export interface ApprovalNeed extends ApproverSettings {
  /** null: no approval is needed. */
  level: string | null;
  reasons: readonly string[];
}

/** Returns whom the reached level asks, and why. */
export const toApprovalNeed = (reachedLevel: { level: OfferLevel; reasons: readonly string[] } | undefined): ApprovalNeed => ({
  level: reachedLevel?.level.name ?? null,
  approvers: reachedLevel?.level.approvers ?? [],
  side_by_side: reachedLevel?.level.side_by_side ?? false,
  patience: reachedLevel?.level.patience ?? defaultDeadlines,
  reasons: reachedLevel?.reasons ?? [],
});
