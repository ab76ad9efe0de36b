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
export const toApprovalNeed = (reached: { level: OfferLevel; reasons: readonly string[] } | undefined): ApprovalNeed => ({
  level: reached?.level.name ?? null,
  approvers: reached?.level.approvers ?? [],
  side_by_side: reached?.level.side_by_side ?? false,
  patience: reached?.level.patience ?? defaultDeadlines,
  reasons: reached?.reasons ?? [],
});
