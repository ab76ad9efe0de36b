import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Notifications about tickets. */

/** Notifies the user who gets a ticket, from a colleague or from routing. */
export const assignmentNotification: NotificationType<TicketRecord> = {
  recipientField: "assigned_to_id",
  recipient: ({ assigned_to_id }) => assigned_to_id,
  title: ({ ticket_number, subject }) => `Assigned to you: ${ticket_number} ${subject}`,
  body: () => null,
};

const forClock: NotificationType<TicketRecord> = {
  recipient: () => null,
  title: ({ ticket_number, subject }) => `${ticket_number} ${subject}`,
  body: () => null,
};

/** The clocks themselves deliver these notifications (sla-escalation.ts, snooze.ts), so no event triggers them. */
export const slaNotification = forClock;
export const snoozeNotification = forClock;

/** Notifies only about escalations by users. The SLA clock notifies about its own escalations. */
export const escalationNotification: NotificationType<TicketRecord> = {
  recipient: ({ is_escalated, escalation_metric, escalated_to_id }) =>
    is_escalated && escalation_metric === null ? escalated_to_id : null,
  title: ({ ticket_number, subject }) => `Escalated to you: ${ticket_number} ${subject}`,
  body: ({ escalation_reason }) => escalation_reason,
};
