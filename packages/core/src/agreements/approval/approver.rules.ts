/** Who is asked to approve (decisions, Quotes). Pure. */

export const approverKinds = ["MANAGER", "DIRECTOR", "ADMIN"] as const;
export type ApproverKind = (typeof approverKinds)[number];

/** Whom what nobody of a kind has answered goes to. */
export const escalationTargets: Readonly<Record<ApproverKind, ApproverKind>> = {
  MANAGER: "DIRECTOR",
  DIRECTOR: "ADMIN",
  ADMIN: "ADMIN",
};

/** Who can stand for a kind of approver, for people. */
export const approverDescriptions: Readonly<Record<ApproverKind, string>> = {
  MANAGER: "the owner's manager, their team's, a director or an administrator",
  DIRECTOR: "a director or an administrator",
  ADMIN: "an administrator",
};

/** Those of the tenant who could be asked, in the order in which they are. */
export interface ApproverPool {
  /** The owner's manager, and the manager of the owner's team. */
  managers: readonly string[];
  directors: readonly string[];
  admins: readonly string[];
}

/** Whoever can stand for a kind of approver: the nearest first, each once. */
export function listCandidates(role: ApproverKind, { managers, directors, admins }: ApproverPool): string[] {
  const rungs = { MANAGER: [managers, directors, admins], DIRECTOR: [directors, admins], ADMIN: [admins] };
  return [...new Set(rungs[role].flat())];
}

/** How long an approver has, in hours of the calendar from when they are asked. */
export interface Deadlines {
  /** null: nobody is reminded. */
  remind_after_hours: number | null;
  /** null: it goes to nobody else. */
  escalate_after_hours: number | null;
  expire_after_hours: number;
}

/** Unless a rule says otherwise. */
export const defaultDeadlines = {
  remind_after_hours: 24,
  escalate_after_hours: 72,
  expire_after_hours: 168,
} as const satisfies Deadlines;

/** What follows where nobody answers, and seconds after what came before it. */
export interface DeadlineStep {
  next: "remind" | "escalate" | "expire";
  seconds: number;
}

export function listDeadlineSteps({ remind_after_hours, escalate_after_hours, expire_after_hours }: Deadlines): DeadlineStep[] {
  const at = [
    { next: "remind" as const, hours: remind_after_hours },
    { next: "escalate" as const, hours: escalate_after_hours },
    { next: "expire" as const, hours: expire_after_hours },
  ].flatMap(({ next, hours }) => (hours === null ? [] : [{ next, hours }]));
  return at.map(({ next, hours }, nth) => ({ next, seconds: (hours - (at[nth - 1]?.hours ?? 0)) * 3600 }));
}

/** What comes of a round once that is decided; undefined as long as it is not. */
export function resolveOutcome(statuses: readonly ApprovalStatus[]): "APPROVED" | "REJECTED" | "EXPIRED" | undefined {
  if (statuses.includes("rejected")) return "REJECTED";
  if (statuses.includes("expired")) return "EXPIRED";
  return statuses.length > 0 && statuses.every((status) => status === "approved") ? "APPROVED" : undefined;
}

export const approvalStatuses = ["pending", "approved", "rejected", "expired", "cancelled"] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];
