/** The statuses of batches, and the ways between them (docs/engagement/reengagement.md; seed 000, crm_reengaged_batches). Pure. */

export const batchStatuses = ["DRAFT", "ACTIVE", "PAUSED", "COMPLETED", "CANCELLED"] as const;
export type BatchStatus = (typeof batchStatuses)[number];

/** Every way that there is. */
export const transitions: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  DRAFT: ["ACTIVE", "CANCELLED"],
  ACTIVE: ["PAUSED", "COMPLETED", "CANCELLED"],
  PAUSED: ["ACTIVE", "COMPLETED", "CANCELLED"],
  COMPLETED: [],
  CANCELLED: [],
};

export const isTransitionAllowed = (from: BatchStatus, to: BatchStatus): boolean => transitions[from].includes(to);

/** Nobody is added to it any more, and it holds nobody. */
export const isOver = (status: BatchStatus): boolean => transitions[status].length === 0;
