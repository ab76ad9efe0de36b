/** The statuses of tickets and their transitions (docs/service/tickets.md). Pure. */

export const ticketStatuses = ["NEW", "OPEN", "IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER", "RESOLVED", "CLOSED"] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

const workingStatuses = ["OPEN", "IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER"] as const;
const listNextStatuses = (currentStatus: TicketStatus): TicketStatus[] => [
  ...workingStatuses.filter((status) => status !== currentStatus),
  "RESOLVED",
  "CLOSED",
];

/** All allowed transitions. Those from RESOLVED and CLOSED to OPEN reopen the ticket. */
export const transitions: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  NEW: listNextStatuses("NEW"),
  OPEN: listNextStatuses("OPEN"),
  IN_PROGRESS: listNextStatuses("IN_PROGRESS"),
  PENDING: listNextStatuses("PENDING"),
  WAITING_ON_CUSTOMER: listNextStatuses("WAITING_ON_CUSTOMER"),
  RESOLVED: ["CLOSED", "OPEN"],
  CLOSED: ["OPEN"],
};

/** Returns whether no work is left, unless the ticket is reopened. */
export const isEnded = (status: TicketStatus): boolean => status === "RESOLVED" || status === "CLOSED";

/** Returns whether the ticket counts towards the load of its agent. NEW does not: no agent has started on it. */
const isHeld = (status: TicketStatus): boolean => status !== "NEW" && !isEnded(status);

interface HoldableTicket {
  status: TicketStatus;
  assigned_to_id: string | null;
  deleted_at: string | null;
}

/** Returns the agent for whose load the ticket counts. */
export const findHolder = (ticket: HoldableTicket | null | undefined): string | null =>
  ticket && ticket.deleted_at === null && isHeld(ticket.status) ? ticket.assigned_to_id : null;

/** Returns whether the ticket waits for an agent. */
export const isWaiting = (ticket: HoldableTicket): boolean =>
  ticket.deleted_at === null && isHeld(ticket.status) && ticket.assigned_to_id === null;
