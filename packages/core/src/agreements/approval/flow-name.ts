/** Name of the approval flow. Each execution is one round of a subject. */
export const FLOW = "approval";

export const toExecutionName = ({ subject_id, round }: { subject_id: string; round: number }): string => `${subject_id}-${round}`;

/** Id under which the API serves the execution's history. */
export const toFlowId = (round: { subject_id: string; round: number }): string => `${FLOW}.${toExecutionName(round)}`;
