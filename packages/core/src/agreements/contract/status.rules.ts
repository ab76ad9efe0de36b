/** Pure rules: the statuses of contracts and deliverables, and the transitions between them (docs/agreements/contracts.md). */

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

/** All transitions. EXPIRED and TERMINATED are final. */
const transitions: Readonly<Record<ContractStatus, readonly ContractStatus[]>> = {
  DRAFT: ["UNDER_REVIEW", "PENDING_APPROVAL", "APPROVED"],
  // DRAFT again: rejected, expired, changed or withdrawn.
  UNDER_REVIEW: ["PENDING_APPROVAL", "APPROVED", "DRAFT"],
  PENDING_APPROVAL: ["APPROVED", "DRAFT"],
  APPROVED: ["ACTIVE", "TERMINATED", "DRAFT"],
  ACTIVE: ["EXPIRED", "TERMINATED"],
  EXPIRED: [],
  TERMINATED: [],
};

export const mayBecome = (from: ContractStatus, to: ContractStatus): boolean => transitions[from].includes(to);

export const isEnd = (status: ContractStatus): boolean => transitions[status].length === 0;

/** Returns whether approvers are asked at present. */
export const isAwaitingApproval = (status: ContractStatus): boolean => status === "UNDER_REVIEW" || status === "PENDING_APPROVAL";

/** Returns whether the contract is a DRAFT or can become one again, so that agreed fields can change. */
export const isOpen = (status: ContractStatus): boolean => status === "DRAFT" || mayBecome(status, "DRAFT");

/** Returns whether the contract is or was in force. */
export const hasBegun = (status: ContractStatus): boolean => status === "ACTIVE" || isEnd(status);

/** Returns whether the contract can be terminated before its last day. */
export const isTerminable = (status: ContractStatus): boolean => mayBecome(status, "TERMINATED");

export const deliverableStatuses = ["PENDING", "IN_PROGRESS", "DELIVERED", "ACCEPTED"] as const;
export type DeliverableStatus = (typeof deliverableStatuses)[number];

/** A delivered deliverable can go back to work until it is accepted. */
export const deliverableTransitions: Readonly<Record<DeliverableStatus, readonly DeliverableStatus[]>> = {
  PENDING: ["IN_PROGRESS", "DELIVERED"],
  IN_PROGRESS: ["PENDING", "DELIVERED"],
  DELIVERED: ["IN_PROGRESS", "ACCEPTED"],
  ACCEPTED: [],
};

/** Returns whether the deliverable is not delivered yet. */
export const isUndelivered = (status: DeliverableStatus): boolean => status === "PENDING" || status === "IN_PROGRESS";
