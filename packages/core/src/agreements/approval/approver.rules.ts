/** Pure rules about approvers: who can stand in for a role, how long approvers have, and the outcome of a round. */

export const approverKinds = ["MANAGER", "DIRECTOR", "ADMIN"] as const;
export type ApproverKind = (typeof approverKinds)[number];

/** The role that is asked when no approver of a role has answered in time. */
export const escalationTargets: Readonly<Record<ApproverKind, ApproverKind>> = {
  MANAGER: "DIRECTOR",
  DIRECTOR: "ADMIN",
  ADMIN: "ADMIN",
};

/** Text for error messages: who can stand in for each role. */
export const approverDescriptions: Readonly<Record<ApproverKind, string>> = {
  MANAGER: "the owner's manager, the manager of the owner's team, a director or an administrator",
  DIRECTOR: "a director or an administrator",
  ADMIN: "an administrator",
};

/** Candidates of the tenant, in the order in which they are asked. */
interface ApproverPool {
  /** The owner's manager, and the manager of the owner's team. */
  managers: readonly string[];
  directors: readonly string[];
  admins: readonly string[];
}

/** Returns the user ids that can stand in for a role, nearest first, without duplicates. */
export function listCandidates(role: ApproverKind, { managers, directors, admins }: ApproverPool): string[] {
  const rungs = { MANAGER: [managers, directors, admins], DIRECTOR: [directors, admins], ADMIN: [admins] };
  return [...new Set(rungs[role].flat())];
}

/** How long an approver has, in calendar hours from the moment they are asked. */
export interface Deadlines {
  /** null: no reminder is sent. */
  remind_after_hours: number | null;
  /** null: the approval is not escalated. */
  escalate_after_hours: number | null;
  expire_after_hours: number;
}

/** Used unless a rule sets its own deadlines. */
export const defaultDeadlines = {
  remind_after_hours: 24,
  escalate_after_hours: 72,
  expire_after_hours: 168,
} as const satisfies Deadlines;

/** What happens if the approver does not answer, and how many seconds after the previous step. */
interface DeadlineStep {
  next: "remind" | "escalate" | "expire";
  seconds: number;
}

export function listDeadlineSteps({ remind_after_hours, escalate_after_hours, expire_after_hours }: Deadlines): DeadlineStep[] {
  const deadlines = [
    { next: "remind" as const, hours: remind_after_hours },
    { next: "escalate" as const, hours: escalate_after_hours },
    { next: "expire" as const, hours: expire_after_hours },
  ].flatMap(({ next, hours }) => (hours === null ? [] : [{ next, hours }]));
  return deadlines.map(({ next, hours }, nth) => ({
    next,
    seconds: Math.round((hours - (deadlines[nth - 1]?.hours ?? 0)) * 3600),
  }));
}

/** Returns the outcome of a round, or undefined while it is undecided. One rejection or one expiry decides it. */
export function resolveOutcome(statuses: readonly ApprovalStatus[]): "APPROVED" | "REJECTED" | "EXPIRED" | undefined {
  if (statuses.includes("rejected")) return "REJECTED";
  if (statuses.includes("expired")) return "EXPIRED";
  return statuses.length > 0 && statuses.every((status) => status === "approved") ? "APPROVED" : undefined;
}

export const approvalStatuses = ["pending", "approved", "rejected", "expired", "cancelled"] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];
