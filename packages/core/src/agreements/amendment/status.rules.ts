/** The statuses of amendments, and the ways between them (docs/agreements/amendments.md; seed 001, Contract Amendment Process). Pure. */

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

/**
 * What may happen with an amendment. `agree`, `refuse` and `lapse` are the outcomes of those who are asked in the house, `accept` and
 * `decline` what the customer says.
 */
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

/** What is asked of an amendment on its way, as it was found at its submission. */
export interface RequiredSteps {
  legal_review: boolean;
  internal_approval: boolean;
  customer_approval: boolean;
  signature: boolean;
}

/** The next one that is asked for. */
const NEXT = Symbol("next");

const openStatuses = ["DRAFT", "LEGAL_REVIEW", "INTERNAL_APPROVAL", "CUSTOMER_APPROVAL", "SIGNING"] as const;
const mapStatuses = <T>(statuses: readonly AmendmentStatus[], to: T): Partial<Record<AmendmentStatus, T>> =>
  Object.fromEntries(statuses.map((status) => [status, to]));

/** Every way that there is. From EFFECTIVE, WITHDRAWN and VOID there is none. */
const transitions: Readonly<Record<AmendmentAct, Readonly<Partial<Record<AmendmentStatus, AmendmentStatus | typeof NEXT>>>>> = {
  // Whatever was agreed to before, it is another text now.
  change: mapStatuses([...openStatuses, "REJECTED"], "DRAFT"),
  submit: mapStatuses(["DRAFT"], NEXT),
  agree: mapStatuses(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], NEXT),
  refuse: mapStatuses(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], "REJECTED"),
  lapse: mapStatuses(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], "DRAFT"),
  accept: mapStatuses(["CUSTOMER_APPROVAL"], NEXT),
  decline: mapStatuses(["CUSTOMER_APPROVAL", "SIGNING"], "REJECTED"),
  complete: mapStatuses(["SIGNING"], "SIGNED"),
  // What both sides have signed binds both.
  withdraw: mapStatuses(openStatuses, "WITHDRAWN"),
  effect: mapStatuses(["SIGNED"], "EFFECTIVE"),
  void: mapStatuses([...openStatuses, "SIGNED"], "VOID"),
};

/** In which order it goes through what is asked. */
const stepOrder = [
  ["LEGAL_REVIEW", "legal_review"],
  ["INTERNAL_APPROVAL", "internal_approval"],
  ["CUSTOMER_APPROVAL", "customer_approval"],
  ["SIGNING", "signature"],
] as const satisfies readonly (readonly [AmendmentStatus, keyof RequiredSteps])[];

function findNextStatus(status: AmendmentStatus, asked: RequiredSteps): AmendmentStatus {
  const at = stepOrder.findIndex(([name]) => name === status);
  return stepOrder.slice(at + 1).find(([, what]) => asked[what])?.[0] ?? "SIGNED";
}

/** The status after an act; undefined where there is no such way. */
export function resolveStatus(status: AmendmentStatus, act: AmendmentAct, asked: RequiredSteps): AmendmentStatus | undefined {
  const to = transitions[act][status];
  return to === NEXT ? findNextStatus(status, asked) : to;
}

/** Whether something may happen with one that is in this status. */
export const isActAllowed = (status: AmendmentStatus, act: AmendmentAct): boolean => transitions[act][status] !== undefined;

/** It may still come to something: whatever ends the contract makes it VOID. */
export const isPending = (status: AmendmentStatus): boolean => isActAllowed(status, "void");

/** Somebody in the house is asked. */
export const isAwaitingApproval = (status: AmendmentStatus): boolean => isActAllowed(status, "agree");

/** It can be deleted: nobody waits for it, and nobody has signed it. */
export const isRemovable = (status: AmendmentStatus): boolean =>
  status === "DRAFT" || status === "REJECTED" || status === "WITHDRAWN";
