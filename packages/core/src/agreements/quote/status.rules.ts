/** The statuses of quotes, and of proposals too, and the ways between them (docs/agreements/quotes.md; seed 001 and 003, quotes). Pure. */

export const quoteStatuses = [
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
export type QuoteStatus = (typeof quoteStatuses)[number];

/** Every way that there is. From an end there is none: a new version begins again. */
export const transitions: Readonly<Record<QuoteStatus, readonly QuoteStatus[]>> = {
  // One that is not offered yet is closed where another of its opportunity is accepted.
  DRAFT: ["PENDING_APPROVAL", "APPROVED", "REJECTED"],
  PENDING_APPROVAL: ["APPROVED", "DRAFT", "REJECTED", "EXPIRED"],
  // A change of what was approved leads back.
  APPROVED: ["SENT", "DRAFT", "REJECTED", "EXPIRED"],
  SENT: ["VIEWED", "PRESENTED", "ACCEPTED", "REJECTED", "EXPIRED"],
  VIEWED: ["PRESENTED", "ACCEPTED", "REJECTED", "EXPIRED"],
  PRESENTED: ["ACCEPTED", "REJECTED", "EXPIRED"],
  ACCEPTED: [],
  REJECTED: [],
  EXPIRED: [],
};

export const isEnd = (status: QuoteStatus): boolean => transitions[status].length === 0;

/** The customer has it, and may answer. */
export const isOffered = (status: QuoteStatus): boolean => transitions[status].includes("ACCEPTED");

/** What stands in it may be changed: in place, where it goes back to DRAFT. */
export const isOpen = (status: QuoteStatus): boolean => status === "DRAFT" || transitions[status].includes("DRAFT");

/** The day is over on which it ends by itself: of one that waits for something. */
export const isExpirable = (status: QuoteStatus): boolean => transitions[status].includes("EXPIRED");

/** It was approved, and nothing took that back: the customer may have it, or has agreed to it. */
export const hasApproval = (status: QuoteStatus): boolean => status === "APPROVED" || status === "ACCEPTED" || isOffered(status);
