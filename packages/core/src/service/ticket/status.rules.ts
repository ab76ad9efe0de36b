/** The statuses of tickets and the ways between them (docs/service/tickets.md; seed 001, ticket_statuses; decisions, Tickets). Pure. */

export const ticketStatuses = ["NEW", "OPEN", "IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER", "RESOLVED", "CLOSED"] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

const workingStatuses = ["OPEN", "IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER"] as const;
const listNextStatuses = (own: TicketStatus): TicketStatus[] => [
  ...workingStatuses.filter((status) => status !== own),
  "RESOLVED",
  "CLOSED",
];

/** Every way that there is; the two back to OPEN are those of reopening. */
export const transitions: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  NEW: listNextStatuses("NEW"),
  OPEN: listNextStatuses("OPEN"),
  IN_PROGRESS: listNextStatuses("IN_PROGRESS"),
  PENDING: listNextStatuses("PENDING"),
  WAITING_ON_CUSTOMER: listNextStatuses("WAITING_ON_CUSTOMER"),
  RESOLVED: ["CLOSED", "OPEN"],
  CLOSED: ["OPEN"],
};

/** Nothing is left to do, unless it is reopened. */
export const isEnded = (status: TicketStatus): boolean => status === "RESOLVED" || status === "CLOSED";

/** Clocks stand still (seed 001, SLA Tracking: "Waiting on Customer"). */
export const isPaused = (status: TicketStatus): boolean => status === "WAITING_ON_CUSTOMER";

/** It counts towards what its agent holds: NEW has not been taken up by anybody. */
export const isHeld = (status: TicketStatus): boolean => status !== "NEW" && !isEnded(status);

interface HoldableTicket {
  status: TicketStatus;
  assigned_to_id: string | null;
  deleted_at: string | null;
}

/** Whom it counts for. */
export const findHolder = (ticket: HoldableTicket | null | undefined): string | null =>
  ticket && ticket.deleted_at === null && isHeld(ticket.status) ? ticket.assigned_to_id : null;

/** It waits for an agent: somebody has to take it up, and nobody has it. */
export const isWaiting = (ticket: HoldableTicket): boolean =>
  ticket.deleted_at === null && isHeld(ticket.status) && ticket.assigned_to_id === null;
