import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const TICKET = kind("ticket", "tic", {
  path: "/support/tickets",
  load: () => import("./ticket.entity.ts"),
  display: { icon: "life-buoy", board: "status", title: "{ticket_number}" },
});

/** Comments on tickets: public ones and internal notes. */
export const TICKET_COMMENT = kind("ticket_comment", "tco", { load: () => import("./comment.entity.ts"), standalone: true });

/** Background jobs over many tickets. */
export const TICKET_DUTY = kind("ticket_duty", "tdu", { derived: true, load: () => import("./background-job.entity.ts") });

/** Outcomes of SLA clocks. */
export const SLA_OUTCOME = kind("sla_outcome", "slo", {
  path: "/support/sla/violations",
  load: () => import("./sla-outcome.entity.ts"),
  display: { label: "SLA violation", labels: "SLA violations", icon: "timer-off" },
});

/** Walks over the open tickets that a change elsewhere affects. */
export const TICKET_REVIEW = kind("ticket_review", "trv", { load: () => import("./sla-review.entity.ts") });

/** Macros: several changes and a comment that agents apply in one step. */
export const TICKET_MACRO = kind("ticket_macro", "tma", {
  path: "/support/macros",
  standalone: true,
  load: () => import("../macro/macro.entity.ts"),
  display: { icon: "wand" },
});

/** Surveys of requesters after the resolution. A user who can see the ticket can see its survey. */
export const TICKET_SURVEY = kind("ticket_survey", "tsv", {
  path: "/support/surveys",
  load: () => import("../survey/survey.entity.ts"),
  display: { icon: "star", board: "status", title: "{ticket_number}" },
});

/** The roles that work on tickets. SALES_REP and USER open tickets for their customers. */
const agentRoles = [...leaders, "SUPPORT_AGENT"] as const;

export const ticketGrants = declarePermissions(
  "ticket",
  {
    read: everyone,
    write: [...agentRoles, "SALES_REP", "USER"],
    /** Assign, resolve, close, reopen and escalate tickets. */
    work: [...agentRoles, "SALES_REP", "USER"],
    delete: leaders,
    assign: agentRoles,
    /** Read reports on agents and SLA outcomes, limited to the agents that the user can see. */
    report: [...agentRoles, "ANALYST"],
  },
  { checkedByVerbs: ["assign"] },
);

/** The events that trigger work on many tickets. */
export const fanOutEvents = {
  /** Offer waiting tickets to free agents. */
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
  /** Update `customer_owner_id` of tickets. */
  owners: [
    "customer.assigned",
    "customer.deleted",
    "customer.restored",
    "ticket.customer_changed",
    "ticket.restored",
    "ticket_duty.owners_due",
  ],
  /** Review clocks against the current policies, calendars and customers. */
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
  days: { tickets: async () => (await import("../ticket-reports/daily-snapshot.ts")).dailyFigures },
  exports: { tickets: async () => (await import("./ticket.export.ts")).tickets },
  rules: {
    ticket_routing: async () => (await import("./routing-rehearsal.ts")).ticketRouting,
    ticket_answer: async () => (await import("../ticket-message/first-answer.rule-kind.ts")).TicketAnswer,
  },
  subscribers: {
    "ticket-clocks": {
      events: ["ticket.sla_due"],
      uses: ["domains", "mail", "secrets"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // Reads the users and teams of the tenant.
        { actions: ["Query"], indexes: ["by_time"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./sla-escalation.ts")).onSlaDue,
    },
    "ticket-walks": {
      events: [...new Set(Object.values(fanOutEvents).flat())],
      isSliced: true,
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"] },
        { actions: ["Query"], indexes: ["by_time", "by_status", "by_related"] },
      ],
      load: async () => (await import("./fan-out.listener.ts")).onFanOutEvent,
    },
    "ticket-mail": {
      events: ["inbound_mail.created", "ticket.created"],
      uses: ["domains", "secrets", "objects:mails:get", "objects:attachments:put"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"] },
        { actions: ["Query"], indexes: ["table", "by_time"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("../ticket-message/mail.listener.ts")).onInboundEvent,
    },
    "inbound-tickets": {
      events: ["message.received"],
      uses: ["domains"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        { actions: ["Query"], indexes: ["table", "by_time"] },
      ],
      load: async () => (await import("../ticket-message/incoming-text-message.ts")).onMessageReceived,
    },
    "ticket-letters": {
      events: ["ticket_comment.created", "ticket_survey.sent", "ticket_survey.reminded"],
      uses: ["domains", "mail", "secrets", "inbound_domain"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem"] },
        { actions: ["Query"], indexes: ["by_time", "by_related"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("../ticket-message/mail.listener.ts")).onOutboundEvent,
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
  features: { custom_fields: [TICKET], activities: [TICKET], notes: [TICKET], attachments: [TICKET] },
});
