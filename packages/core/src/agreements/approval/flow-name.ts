/** The flow that asks for approvals; each of its executions is a round of a subject. */
export const FLOW = "approval";

export const toExecutionName = ({ subject_id, round }: { subject_id: string; round: number }): string => `${subject_id}-${round}`;

/** Where its history is read. */
export const toFlowId = (round: { subject_id: string; round: number }): string => `${FLOW}.${toExecutionName(round)}`;
