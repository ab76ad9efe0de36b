/** The statuses of batches and their transitions (docs/engagement/reengagement.md). Pure. */

export const batchStatuses = ["DRAFT", "ACTIVE", "PAUSED", "COMPLETED", "CANCELLED"] as const;
export type BatchStatus = (typeof batchStatuses)[number];

/** All allowed transitions. */
export const transitions: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  DRAFT: ["ACTIVE", "CANCELLED"],
  ACTIVE: ["PAUSED", "COMPLETED", "CANCELLED"],
  PAUSED: ["ACTIVE", "COMPLETED", "CANCELLED"],
  COMPLETED: [],
  CANCELLED: [],
};

export const isTransitionAllowed = (from: BatchStatus, to: BatchStatus): boolean => transitions[from].includes(to);

/** Returns whether the batch has ended: it accepts no new members and holds no person. */
export const isOver = (status: BatchStatus): boolean => transitions[status].length === 0;
