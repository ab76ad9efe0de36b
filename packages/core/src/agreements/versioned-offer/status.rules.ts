/** Pure rules: the statuses of quotes and proposals, and the transitions between them (docs/agreements/quotes.md). */

export const offerStatuses = [
  "DRAFT",
  "PENDING_APPROVAL",
  "APPROVED",
  "SENT",
  "VIEWED",
  "PRESENTED",
  "ACCEPTED",
  "REJECTED",
  "EXPIRED",
] as const;
export type OfferStatus = (typeof offerStatuses)[number];

/** All transitions. ACCEPTED, REJECTED and EXPIRED are final; a new version starts again. */
export const transitions: Readonly<Record<OfferStatus, readonly OfferStatus[]>> = {
  // REJECTED: another quote of the opportunity was accepted before this one was offered.
  DRAFT: ["PENDING_APPROVAL", "APPROVED", "REJECTED"],
  PENDING_APPROVAL: ["APPROVED", "DRAFT", "REJECTED", "EXPIRED"],
  // DRAFT: a change of an approved quote.
  APPROVED: ["SENT", "DRAFT", "REJECTED", "EXPIRED"],
  SENT: ["VIEWED", "PRESENTED", "ACCEPTED", "REJECTED", "EXPIRED"],
  VIEWED: ["PRESENTED", "ACCEPTED", "REJECTED", "EXPIRED"],
  PRESENTED: ["ACCEPTED", "REJECTED", "EXPIRED"],
  ACCEPTED: [],
  REJECTED: [],
  EXPIRED: [],
};

export const isEnd = (status: OfferStatus): boolean => transitions[status].length === 0;

/** Returns whether the customer has it and may answer. */
export const isOffered = (status: OfferStatus): boolean => transitions[status].includes("ACCEPTED");

/** Returns whether the content can change. A submitted record becomes a DRAFT again by that. */
export const isOpen = (status: OfferStatus): boolean => status === "DRAFT" || transitions[status].includes("DRAFT");

/** Returns whether the record expires at the end of its last day. */
export const isExpirable = (status: OfferStatus): boolean => transitions[status].includes("EXPIRED");

/** Returns whether the record was approved and the approval still holds. */
export const hasApproval = (status: OfferStatus): boolean => status === "APPROVED" || status === "ACCEPTED" || isOffered(status);
