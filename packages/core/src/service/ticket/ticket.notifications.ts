import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** What users are told of tickets. */

/** Whoever is given a ticket, by a colleague or by routing. */
export const assignmentNotification: NotificationType<TicketRecord> = {
  recipientField: "assigned_to_id",
  recipient: ({ assigned_to_id }) => assigned_to_id,
  title: ({ ticket_number, subject }) => `Assigned to you: ${ticket_number} ${subject}`,
  body: () => null,
};

/** Whom a level means is told by the clock itself (clock-acts.ts): no event tells of it. */
export const slaNotification: NotificationType<TicketRecord> = {
  recipient: () => null,
  title: ({ ticket_number, subject }) => `${ticket_number} ${subject}`,
  body: () => null,
};

/** Of what a clock escalates, the clock itself tells. */
export const escalationNotification: NotificationType<TicketRecord> = {
  recipient: ({ is_escalated, escalation_metric, escalated_to_id }) =>
    is_escalated && escalation_metric === null ? escalated_to_id : null,
  title: ({ ticket_number, subject }) => `Escalated to you: ${ticket_number} ${subject}`,
  body: ({ escalation_reason }) => escalation_reason,
};
