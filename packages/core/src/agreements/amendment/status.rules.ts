/** Pure rules: the statuses of amendments and the transitions between them (docs/agreements/amendments.md, Status). */

export const amendmentStatuses = [
  "DRAFT",
  "LEGAL_REVIEW",
  "INTERNAL_APPROVAL",
  "CUSTOMER_APPROVAL",
  "SIGNING",
  "SIGNED",
  "EFFECTIVE",
  "REJECTED",
  "WITHDRAWN",
  "VOID",
] as const;
export type AmendmentStatus = (typeof amendmentStatuses)[number];

/** Acts on an amendment. `agree`, `refuse` and `lapse` are the outcomes of internal approvals; `accept` and `decline` are the customer's answers. */
export const amendmentActs = [
  "change",
  "submit",
  "agree",
  "refuse",
  "lapse",
  "accept",
  "decline",
  "complete",
  "withdraw",
  "effect",
  "void",
] as const;
export type AmendmentAct = (typeof amendmentActs)[number];

/** The steps that an amendment must pass, as determined at its submission. */
export interface RequiredSteps {
  legal_review: boolean;
  internal_approval: boolean;
  customer_approval: boolean;
  signature: boolean;
}

/** Placeholder for the next required step. */
const NEXT = Symbol("next");

const openStatuses = ["DRAFT", "LEGAL_REVIEW", "INTERNAL_APPROVAL", "CUSTOMER_APPROVAL", "SIGNING"] as const;
const mapStatuses = <T>(statuses: readonly AmendmentStatus[], to: T): Partial<Record<AmendmentStatus, T>> =>
  Object.fromEntries(statuses.map((status) => [status, to]));

/** All transitions. EFFECTIVE, WITHDRAWN and VOID have none. */
const transitions: Readonly<Record<AmendmentAct, Readonly<Partial<Record<AmendmentStatus, AmendmentStatus | typeof NEXT>>>>> = {
  // Earlier approvals do not cover the changed text.
  change: mapStatuses([...openStatuses, "REJECTED"], "DRAFT"),
  submit: mapStatuses(["DRAFT"], NEXT),
  agree: mapStatuses(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], NEXT),
  refuse: mapStatuses(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], "REJECTED"),
  lapse: mapStatuses(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], "DRAFT"),
  accept: mapStatuses(["CUSTOMER_APPROVAL"], NEXT),
  decline: mapStatuses(["CUSTOMER_APPROVAL", "SIGNING"], "REJECTED"),
  complete: mapStatuses(["SIGNING"], "SIGNED"),
  // SIGNED is not included: an amendment that both sides have signed is binding.
  withdraw: mapStatuses(openStatuses, "WITHDRAWN"),
  effect: mapStatuses(["SIGNED"], "EFFECTIVE"),
  void: mapStatuses([...openStatuses, "SIGNED"], "VOID"),
};

/** Order of the steps. */
const stepOrder = [
  ["LEGAL_REVIEW", "legal_review"],
  ["INTERNAL_APPROVAL", "internal_approval"],
  ["CUSTOMER_APPROVAL", "customer_approval"],
  ["SIGNING", "signature"],
] as const satisfies readonly (readonly [AmendmentStatus, keyof RequiredSteps])[];

function findNextStatus(status: AmendmentStatus, requiredSteps: RequiredSteps): AmendmentStatus {
  const index = stepOrder.findIndex(([name]) => name === status);
  return stepOrder.slice(index + 1).find(([, step]) => requiredSteps[step])?.[0] ?? "SIGNED";
}

/** Returns the status after an act, or undefined if the act is not allowed. */
export function resolveStatus(
  status: AmendmentStatus,
  act: AmendmentAct,
  requiredSteps: RequiredSteps,
): AmendmentStatus | undefined {
  const to = transitions[act][status];
  return to === NEXT ? findNextStatus(status, requiredSteps) : to;
}

/** Returns whether an act is allowed in this status. */
export const isActAllowed = (status: AmendmentStatus, act: AmendmentAct): boolean => transitions[act][status] !== undefined;

/** Returns whether the amendment can still take effect. The end of the contract makes such an amendment VOID. */
export const isPending = (status: AmendmentStatus): boolean => isActAllowed(status, "void");

/** Returns whether internal approvers are asked at present. */
export const isAwaitingApproval = (status: AmendmentStatus): boolean => isActAllowed(status, "agree");

/** Returns whether the amendment can be deleted: it waits for no answer and is not signed. */
export const isRemovable = (status: AmendmentStatus): boolean =>
  status === "DRAFT" || status === "REJECTED" || status === "WITHDRAWN";
