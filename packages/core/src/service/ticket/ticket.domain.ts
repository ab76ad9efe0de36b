import { domain } from "../../kernel/domain.ts";
import {
  fanOutEvents,
  SLA_OUTCOME,
  TICKET,
  TICKET_BACKGROUND_JOB,
  TICKET_COMMENT,
  TICKET_MACRO,
  TICKET_REVIEW,
  TICKET_SURVEY,
  ticketGrants,
} from "./ticket.kind.ts";

export const ticket = domain({
  name: "ticket",
  kinds: [TICKET, TICKET_COMMENT, TICKET_MACRO, TICKET_BACKGROUND_JOB, SLA_OUTCOME, TICKET_REVIEW, TICKET_SURVEY],
  layouts: {
    ticket: async () => (await import("./ticket.layout.ts")).ticket,
    ticket_macro: async () => (await import("../macro/macro.layout.ts")).ticketMacro,
    ticket_survey: async () => (await import("../survey/survey.layout.ts")).ticketSurvey,
  },
  grants: [ticketGrants],
  authorities: {
    survey_link: { rights: "visitor", basis: "request" },
    ticket_answer_mail: { rights: "user", basis: "request" },
  },
  days: { tickets: async () => (await import("../ticket-reports/daily-snapshot.ts")).dailyFigures },
  exports: { tickets: { read: ticketGrants.read, load: async () => (await import("./ticket.ts")).listDefinition } },
  rules: {
    ticket_routing: async () => (await import("./routing-rehearsal.ts")).ticketRouting,
  },
  subscribers: {
    "ticket-clocks": {
      basis: "release",
      events: ["ticket.sla_due", "ticket.snooze_due"],
      uses: ["domains", "mail", "secrets:links"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // Reads the users and teams of the tenant.
        { actions: ["Query"], indexes: ["by_time"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./clocks.listener.ts")).onTicketClockDue,
    },
    "ticket-walks": {
      basis: "release",
      events: [...new Set(Object.values(fanOutEvents).flat())],
      isSliced: true,
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"] },
        { actions: ["Query"], indexes: ["by_time", "by_status", "by_related"] },
      ],
      load: async () => (await import("./fan-out.listener.ts")).onFanOutEvent,
    },
    absences: {
      basis: "release",
      events: [
        "availability.absence_due",
        "ticket.created",
        "ticket.updated",
        "activity.created",
        "activity.updated",
        "conversation.created",
        "conversation.updated",
      ],
      isSliced: true,
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"] },
        { actions: ["Query"], indexes: ["by_time", "by_owner"] },
      ],
      load: async () => (await import("./absence.listener.ts")).onAbsenceEvent,
    },
    "ticket-mail": {
      basis: "release",
      events: ["inbound_mail.created"],
      uses: ["domains", "secrets:links", "objects:mails:get", "objects:attachments:put"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"] },
        { actions: ["Query"], indexes: ["table", "by_time"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("../ticket-message/incoming-mail.ts")).onInboundMail,
    },
    "inbound-tickets": {
      basis: "release",
      events: ["message.received"],
      uses: ["domains"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        { actions: ["Query"], indexes: ["table", "by_time"] },
      ],
      load: async () => (await import("../ticket-message/incoming-text-message.ts")).onMessageReceived,
    },
    "ticket-letters": {
      basis: "release",
      events: ["ticket_comment.created", "ticket_comment.mentioned", "ticket_survey.sent", "ticket_survey.reminded"],
      uses: [
        "domains",
        "mail",
        "secrets:links",
        "secrets:lookups",
        "secrets:requests",
        "inbound_domain",
        "objects:attachments:get",
        "objects:records:get",
      ],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // The table itself: users and teams, which decide who sees a ticket.
        { actions: ["Query"], indexes: ["table", "by_time", "by_related"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("../ticket-message/mail.listener.ts")).onOutboundEvent,
    },
    "ticket-surveys": {
      basis: "release",
      events: [
        "ticket.resolved",
        "ticket.reopened",
        "ticket.restored",
        "ticket_survey.sending_due",
        "ticket_survey.reminder_due",
        "ticket_survey.expiry_due",
      ],
      uses: ["secrets:lookups"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem"] }],
      load: async () => (await import("../survey/survey.listener.ts")).onSurveyEvent,
    },
  },
  notifications: {
    ticket_assigned: {
      events: ["ticket.assigned", "ticket.created"],
      load: async () => (await import("./ticket.notifications.ts")).assignmentNotification,
    },
    ticket_sla_warning: { events: [], load: async () => (await import("./ticket.notifications.ts")).slaNotification },
    ticket_sla_violated: { events: [], load: async () => (await import("./ticket.notifications.ts")).slaNotification },
    ticket_escalated: {
      events: ["ticket.escalated"],
      load: async () => (await import("./ticket.notifications.ts")).escalationNotification,
    },
    ticket_snooze_ended: { events: [], load: async () => (await import("./ticket.notifications.ts")).snoozeNotification },
    ticket_mail_bounced: {
      events: ["ticket_comment.bounced"],
      load: async () => (await import("../ticket-message/bounce.notifications.ts")).bounceNotification,
    },
    survey_rated_low: {
      events: ["ticket_survey.rated_low"],
      load: async () => (await import("../survey/survey.notifications.ts")).lowRatingNotification,
    },
  },
  bulk: {
    ticket: {
      write: ticketGrants.write,
      remove: ticketGrants.delete,
      load: async () => (await import("./ticket.ts")).Ticket,
    },
  },
  features: {
    custom_fields: [TICKET],
    activities: [TICKET],
    notes: [TICKET],
    comments: [TICKET],
    attachments: [TICKET],
    tags: [TICKET],
  },
});
