import { conflict, ruleViolation } from "../../kernel/error.ts";

/** The statuses of campaigns and of their members (docs/engagement/campaigns.md). Pure. */

export const campaignStatuses = ["DRAFT", "PLANNING", "IN_PROGRESS", "ON_HOLD", "COMPLETED", "CANCELLED"] as const;
export type CampaignStatus = (typeof campaignStatuses)[number];

/** Other names of statuses that inputs and filters accept. Responses never contain them. */
export const statusAliases = { PLANNED: "PLANNING", ACTIVE: "IN_PROGRESS", PAUSED: "ON_HOLD" } as const satisfies Readonly<
  Record<string, CampaignStatus>
>;

const statusByName: ReadonlyMap<string, CampaignStatus> = new Map([
  ...campaignStatuses.map((status) => [status, status] as const),
  ...Object.entries(statusAliases),
]);

/** Returns the status with this name or alias; undefined for any other text. Names are in upper case. */
export const parseStatus = (name: string): CampaignStatus | undefined => statusByName.get(name);

/** All transitions. `activate` starts a DRAFT too, so a campaign that needs no planning is never PLANNING. COMPLETED and CANCELLED are final. */
export const transitions: Readonly<Record<CampaignStatus, readonly CampaignStatus[]>> = {
  DRAFT: ["PLANNING", "IN_PROGRESS", "CANCELLED"],
  PLANNING: ["IN_PROGRESS", "CANCELLED"],
  IN_PROGRESS: ["ON_HOLD", "COMPLETED", "CANCELLED"],
  ON_HOLD: ["IN_PROGRESS", "COMPLETED", "CANCELLED"],
  COMPLETED: [],
  CANCELLED: [],
};

/** Returns whether a campaign may change from one status to another. No status may become itself. */
export const isTransitionAllowed = (from: CampaignStatus, to: CampaignStatus): boolean => transitions[from].includes(to);

/** Returns whether the campaign has not ended, so that it can be changed and cancelled. */
export const isOpenCampaign = (status: CampaignStatus): boolean => transitions[status].length > 0;

/** Throws CONFLICT on `status` if a campaign may not change from one status to the other. */
export function requireTransition(from: CampaignStatus, to: CampaignStatus): void {
  if (isTransitionAllowed(from, to)) return;
  const allowed = transitions[from].join(", ");
  throw conflict(`A campaign that is ${from} cannot become ${to}`, [
    {
      field: "status",
      message: allowed
        ? `A campaign that is ${from} can only become ${allowed}`
        : `${from} is a final status: clone the campaign or create another one`,
    },
  ]);
}

/** Throws RULE_VIOLATION on `status` if a campaign sends nothing. It sends while it is IN_PROGRESS. While it is PLANNING, sends can be scheduled. */
export function requireSending(status: CampaignStatus, isLater: boolean): void {
  if (status === "IN_PROGRESS" || (status === "PLANNING" && isLater)) return;
  throw ruleViolation(`A campaign that is ${status} sends nothing`, [
    {
      field: "status",
      message: isOpenCampaign(status)
        ? `The campaign is ${status}: activate it first`
        : `The campaign is ${status}: clone it, or choose another campaign`,
    },
  ]);
}

/** The steps of a member in their order. `status` is the furthest one that has an instant. */
export const memberSteps = ["ADDED", "SENT", "OPENED", "CLICKED", "RESPONDED", "CONVERTED"] as const;
export type MemberStep = (typeof memberSteps)[number];

/** Why a member is inactive. Inputs and filters accept the reasons as statuses; the `status` of a member stays a step. */
export const inactiveReasons = ["BOUNCED", "OPTED_OUT"] as const;
export type InactiveReason = (typeof inactiveReasons)[number];

type Instant = string | null | undefined;

/** The instants of a member's steps, in ISO 8601. A step without an instant has not happened. */
export interface MemberInstants {
  sent_at?: Instant;
  /** When a tracked mail left. It is no step. */
  tracked_at?: Instant;
  opened_at?: Instant;
  clicked_at?: Instant;
  responded_at?: Instant;
  converted_at?: Instant;
  bounced_at?: Instant;
  opted_out_at?: Instant;
}

const instantFieldByStep = {
  SENT: "sent_at",
  OPENED: "opened_at",
  CLICKED: "clicked_at",
  RESPONDED: "responded_at",
  CONVERTED: "converted_at",
} as const satisfies Record<Exclude<MemberStep, "ADDED">, keyof MemberInstants>;

/** The instant that each step and each reason sets. */
export const instantFieldByStatus = {
  ...instantFieldByStep,
  BOUNCED: "bounced_at",
  OPTED_OUT: "opted_out_at",
} as const satisfies Record<Exclude<MemberStep, "ADDED"> | InactiveReason, keyof MemberInstants>;

/**
 * Returns the furthest step of a member. Neither the order of the instants nor a missing step before it matters: a member who converted without a click
 * is CONVERTED. A bounce or an opt-out does not change the step.
 */
export const computeMemberStatus = (instants: MemberInstants): MemberStep =>
  memberSteps.findLast((step) => step === "ADDED" || Boolean(instants[instantFieldByStep[step]])) ?? "ADDED";

export interface MemberState {
  status: MemberStep;
  is_active: boolean;
  /** Null while the member is active. */
  inactive_reason: InactiveReason | null;
}

/** Returns the status of a member and whether messages may go to them. After a bounce and an opt-out, the opt-out is the reason: it is the person's will. */
export function computeMemberState(instants: MemberInstants): MemberState {
  const inactive_reason = instants.opted_out_at ? "OPTED_OUT" : instants.bounced_at ? "BOUNCED" : null;
  return { status: computeMemberStatus(instants), is_active: inactive_reason === null, inactive_reason };
}
