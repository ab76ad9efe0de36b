import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

export const TICKET = kind("ticket", "tic", {
  path: "/support/tickets",
  load: () => import("./ticket.entity.ts"),
  shown: { icon: "life-buoy", board: "status", title: "{ticket_number}" },
});

/** What was said about a ticket, to the requester or among staff. */
export const TICKET_COMMENT = kind("ticket_comment", "tco", { load: () => import("./comment.entity.ts"), alone: true });

/** What is done by itself for many tickets at a time. */
export const TICKET_DUTY = kind("ticket_duty", "tdu", { derived: true, load: () => import("./duty.entity.ts") });

/** How a clock of a ticket was judged. */
export const SLA_OUTCOME = kind("sla_outcome", "slo", {
  path: "/support/sla/violations",
  load: () => import("./outcome.entity.ts"),
  shown: { label: "SLA violation", labels: "SLA violations", icon: "timer-off" },
});

/** Goes through the open tickets that a change elsewhere concerns. */
export const TICKET_REVIEW = kind("ticket_review", "trv", { load: () => import("./review.entity.ts") });

/** Several changes and a comment, which agents make of tickets at once. */
export const TICKET_MACRO = kind("ticket_macro", "tma", {
  path: "/support/macros",
  alone: true,
  load: () => import("./macro.entity.ts"),
  shown: { icon: "wand" },
});

/** What the requester of a ticket is asked once it is resolved, and what they answered; who sees the ticket sees it. */
export const TICKET_SURVEY = kind("ticket_survey", "tsv", {
  path: "/support/surveys",
  load: () => import("./survey/survey.entity.ts"),
  shown: { icon: "star", board: "status", title: "{ticket_number}" },
});

/** Who works on tickets; SALES_REP and USER open them for their customers. */
const agents = [...leaders, "SUPPORT_AGENT"] as const;

export const ticketGrants = grants(
  "ticket",
  {
    read: everyone,
    write: [...agents, "SALES_REP", "USER"],
    /** Assigning, resolving, closing, reopening, escalating. */
    work: [...agents, "SALES_REP", "USER"],
    delete: leaders,
    assign: agents,
    /** How agents do and how tickets were kept, as far as they see whose they are. */
    report: [...agents, "ANALYST"],
  },
  { asked: ["assign"] },
);

/** What goes through many tickets, and at which events. */
export const walks = {
  /** Tickets that nobody has go to whoever is free. */
  queue: [
    "ticket.queued",
    "ticket.released",
    "user.created",
    "user.updated",
    "user.restored",
    "availability.created",
    "availability.updated",
    "ticket_duty.queue_due",
  ],
  /** Tickets know the owner of their customer. */
  owners: [
    "customer.assigned",
    "customer.deleted",
    "customer.restored",
    "ticket.customer_changed",
    "ticket.restored",
    "ticket_duty.owners_due",
  ],
  /** Clocks go by policies, calendars and customers as these are now. */
  reviews: [
    "sla_policy.created",
    "sla_policy.updated",
    "sla_policy.deleted",
    "sla_policy.restored",
    "support_calendar.updated",
    "customer.updated",
    "ticket.customer_changed",
    "ticket_review.work_due",
  ],
} as const;

export const ticket = domain({
  name: "ticket",
  kinds: [TICKET, TICKET_COMMENT, TICKET_MACRO, TICKET_DUTY, SLA_OUTCOME, TICKET_REVIEW, TICKET_SURVEY],
  grants: [ticketGrants],
  days: { tickets: async () => (await import("./day-snapshots.ts")).daily },
  exports: { tickets: async () => (await import("./ticket.export.ts")).tickets },
  rules: {
    ticket_routing: async () => (await import("./rehearsal.ts")).ticketRouting,
    ticket_answer: async () => (await import("./mail/answer.kind.ts")).TicketAnswer,
  },
  listens: {
    "ticket-clocks": {
      events: ["ticket.sla_due"],
      uses: ["domains", "mail", "secrets"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // Users and teams of the tenant.
        { actions: ["Query"], on: ["by_time"] },
        { actions: ["UpdateItem"], within: "throttle" },
      ],
      load: async () => (await import("./clock-acts.ts")).onDue,
    },
    "ticket-walks": {
      events: [...new Set(Object.values(walks).flat())],
      inTurns: true,
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"] },
        { actions: ["Query"], on: ["by_time", "by_status", "by_related"] },
      ],
      load: async () => (await import("./walks.listener.ts")).walk,
    },
    "ticket-mail": {
      events: ["inbound_mail.created", "ticket.created"],
      uses: ["domains", "secrets", "objects:mails:get", "objects:attachments:put"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"] },
        { actions: ["Query"], on: ["table", "by_time"] },
        { actions: ["UpdateItem"], within: "throttle" },
      ],
      load: async () => (await import("./mail/mail.listener.ts")).begin,
    },
    "inbound-tickets": {
      events: ["message.received"],
      uses: ["domains"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        { actions: ["Query"], on: ["table", "by_time"] },
      ],
      load: async () => (await import("./text/incoming.ts")).takeIn,
    },
    "ticket-letters": {
      events: ["ticket_comment.created", "ticket_survey.sent", "ticket_survey.reminded"],
      uses: ["domains", "mail", "secrets", "inbound_domain"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem"] },
        { actions: ["Query"], on: ["by_time", "by_related"] },
        { actions: ["UpdateItem"], within: "throttle" },
      ],
      load: async () => (await import("./mail/mail.listener.ts")).write,
    },
    "ticket-surveys": {
      events: [
        "ticket.resolved",
        "ticket.reopened",
        "ticket.restored",
        "ticket_survey.sending_due",
        "ticket_survey.reminder_due",
        "ticket_survey.expiry_due",
      ],
      uses: ["secrets"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem"] }],
      load: async () => (await import("./survey/survey.listener.ts")).follow,
    },
  },
  notifications: {
    ticket_assigned: {
      events: ["ticket.assigned", "ticket.created"],
      load: async () => (await import("./ticket.notifications.ts")).assigned,
    },
    ticket_sla_warning: { events: [], load: async () => (await import("./ticket.notifications.ts")).byClock },
    ticket_sla_violated: { events: [], load: async () => (await import("./ticket.notifications.ts")).byClock },
    ticket_escalated: { events: ["ticket.escalated"], load: async () => (await import("./ticket.notifications.ts")).escalated },
    ticket_mail_bounced: {
      events: ["ticket_comment.bounced"],
      load: async () => (await import("./mail/notifications.ts")).bounced,
    },
    survey_rated_low: {
      events: ["ticket_survey.rated_low"],
      load: async () => (await import("./survey/survey.notifications.ts")).ratedLow,
    },
  },
  bulk: {
    ticket: {
      write: ticketGrants.write,
      remove: ticketGrants.delete,
      load: async () => (await import("./ticket.ts")).Ticket,
    },
  },
  takes: { custom_fields: [TICKET], activities: [TICKET], notes: [TICKET], attachments: [TICKET] },
});
