/** The statuses of contracts and of what they deliver, and the ways between them (docs/agreements/contracts.md; seed 001, contracts). Pure. */

export const contractStatuses = [
  "DRAFT",
  "UNDER_REVIEW",
  "PENDING_APPROVAL",
  "APPROVED",
  "ACTIVE",
  "EXPIRED",
  "TERMINATED",
] as const;
export type ContractStatus = (typeof contractStatuses)[number];

/** Every way that there is. From an end there is none: what goes on is a contract of its own. */
export const transitions: Readonly<Record<ContractStatus, readonly ContractStatus[]>> = {
  DRAFT: ["UNDER_REVIEW", "PENDING_APPROVAL", "APPROVED"],
  // Refused, unanswered, changed or withdrawn it is a draft again.
  UNDER_REVIEW: ["PENDING_APPROVAL", "APPROVED", "DRAFT"],
  PENDING_APPROVAL: ["APPROVED", "DRAFT"],
  APPROVED: ["ACTIVE", "TERMINATED", "DRAFT"],
  ACTIVE: ["EXPIRED", "TERMINATED"],
  EXPIRED: [],
  TERMINATED: [],
};

export const mayBecome = (from: ContractStatus, to: ContractStatus): boolean => transitions[from].includes(to);

export const isEnd = (status: ContractStatus): boolean => transitions[status].length === 0;

/** Somebody is asked whether it may go on. */
export const isAwaitingApproval = (status: ContractStatus): boolean => status === "UNDER_REVIEW" || status === "PENDING_APPROVAL";

/** It can be a draft (again), in which what is agreed is written. */
export const isOpen = (status: ContractStatus): boolean => status === "DRAFT" || mayBecome(status, "DRAFT");

/** It is in force, or was. */
export const hasBegun = (status: ContractStatus): boolean => status === "ACTIVE" || isEnd(status);

/** It may end before its last day. */
export const isTerminable = (status: ContractStatus): boolean => mayBecome(status, "TERMINATED");

export const deliverableStatuses = ["PENDING", "IN_PROGRESS", "DELIVERED", "ACCEPTED"] as const;
export type DeliverableStatus = (typeof deliverableStatuses)[number];

/** What was delivered and is not accepted is worked on again; what was accepted stays so. */
export const deliverableTransitions: Readonly<Record<DeliverableStatus, readonly DeliverableStatus[]>> = {
  PENDING: ["IN_PROGRESS", "DELIVERED"],
  IN_PROGRESS: ["PENDING", "DELIVERED"],
  DELIVERED: ["IN_PROGRESS", "ACCEPTED"],
  ACCEPTED: [],
};

/** It is still owed. */
export const isOwed = (status: DeliverableStatus): boolean => status === "PENDING" || status === "IN_PROGRESS";
