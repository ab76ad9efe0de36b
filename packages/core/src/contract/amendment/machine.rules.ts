/** The statuses of amendments, and the ways between them (docs/amendments.md; seed 001, Contract Amendment Process). Pure. */

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
export interface Asked {
  legal_review: boolean;
  internal_approval: boolean;
  customer_approval: boolean;
  signature: boolean;
}

/** The next one that is asked for. */
const NEXT = Symbol("next");

const before = ["DRAFT", "LEGAL_REVIEW", "INTERNAL_APPROVAL", "CUSTOMER_APPROVAL", "SIGNING"] as const;
const all = <T>(statuses: readonly AmendmentStatus[], to: T): Partial<Record<AmendmentStatus, T>> =>
  Object.fromEntries(statuses.map((status) => [status, to]));

/** Every way that there is. From EFFECTIVE, WITHDRAWN and VOID there is none. */
const ways: Readonly<Record<AmendmentAct, Readonly<Partial<Record<AmendmentStatus, AmendmentStatus | typeof NEXT>>>>> = {
  // Whatever was agreed to before, it is another text now.
  change: all([...before, "REJECTED"], "DRAFT"),
  submit: all(["DRAFT"], NEXT),
  agree: all(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], NEXT),
  refuse: all(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], "REJECTED"),
  lapse: all(["LEGAL_REVIEW", "INTERNAL_APPROVAL"], "DRAFT"),
  accept: all(["CUSTOMER_APPROVAL"], NEXT),
  decline: all(["CUSTOMER_APPROVAL", "SIGNING"], "REJECTED"),
  complete: all(["SIGNING"], "SIGNED"),
  // What both sides have signed binds both.
  withdraw: all(before, "WITHDRAWN"),
  effect: all(["SIGNED"], "EFFECTIVE"),
  void: all([...before, "SIGNED"], "VOID"),
};

/** In which order it goes through what is asked. */
const course = [
  ["LEGAL_REVIEW", "legal_review"],
  ["INTERNAL_APPROVAL", "internal_approval"],
  ["CUSTOMER_APPROVAL", "customer_approval"],
  ["SIGNING", "signature"],
] as const satisfies readonly (readonly [AmendmentStatus, keyof Asked])[];

function nextOf(status: AmendmentStatus, asked: Asked): AmendmentStatus {
  const at = course.findIndex(([name]) => name === status);
  return course.slice(at + 1).find(([, what]) => asked[what])?.[0] ?? "SIGNED";
}

/** The status after an act; undefined where there is no such way. */
export function statusAfter(status: AmendmentStatus, act: AmendmentAct, asked: Asked): AmendmentStatus | undefined {
  const to = ways[act][status];
  return to === NEXT ? nextOf(status, asked) : to;
}

/** Whether something may happen with one that is in this status. */
export const may = (status: AmendmentStatus, act: AmendmentAct): boolean => ways[act][status] !== undefined;

/** It may still come to something: whatever ends the contract makes it VOID. */
export const isPending = (status: AmendmentStatus): boolean => may(status, "void");

/** Somebody in the house is asked. */
export const isAsked = (status: AmendmentStatus): boolean => may(status, "agree");

/** It can be deleted: nobody waits for it, and nobody has signed it. */
export const isRemovable = (status: AmendmentStatus): boolean =>
  status === "DRAFT" || status === "REJECTED" || status === "WITHDRAWN";
