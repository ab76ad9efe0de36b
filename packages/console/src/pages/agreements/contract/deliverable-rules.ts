/** Rules of deliverables of contracts that need no browser (docs/agreements/contracts.md). */

export type DeliverableStatus = "PENDING" | "IN_PROGRESS" | "DELIVERED" | "ACCEPTED";

const transitions: Readonly<Record<DeliverableStatus, readonly DeliverableStatus[]>> = {
  PENDING: ["IN_PROGRESS", "DELIVERED"],
  IN_PROGRESS: ["PENDING", "DELIVERED"],
  DELIVERED: ["IN_PROGRESS", "ACCEPTED"],
  ACCEPTED: [],
};

/** Statuses of contracts that have been in force. */
const begun: ReadonlySet<unknown> = new Set(["ACTIVE", "EXPIRED", "TERMINATED"]);

/** Lists the statuses that a deliverable can have next. None before the contract is in force. */
export const listNextStatuses = (contractStatus: unknown, status: DeliverableStatus): readonly DeliverableStatus[] =>
  begun.has(contractStatus) ? transitions[status] : [];

/** Whether the content of deliverables can change: until one side has signed, and before the contract is in force. */
export const canEditDeliverables = ({ status, customer_signed, company_signed }: Readonly<Record<string, unknown>>): boolean =>
  !begun.has(status) && customer_signed !== true && company_signed !== true;
