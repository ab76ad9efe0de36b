import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";
import { walking } from "../kernel/uses.ts";

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

export const ticket = domain({
  name: "ticket",
  kinds: [TICKET, TICKET_COMMENT, TICKET_MACRO, TICKET_DUTY, SLA_OUTCOME, TICKET_REVIEW],
  grants: [ticketGrants],
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
    "ticket-reviews": {
      events: [
        "sla_policy.created",
        "sla_policy.updated",
        "sla_policy.deleted",
        "sla_policy.restored",
        "support_calendar.updated",
        "customer.updated",
        "ticket.customer_changed",
        "ticket_review.work_due",
      ],
      inTurns: true,
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem"] },
        { actions: ["Query"], on: ["by_status", "by_related"] },
      ],
      load: async () => (await import("./review.ts")).hear,
    },
    "ticket-queue": {
      events: [
        "ticket.queued",
        "ticket.released",
        "user.created",
        "user.updated",
        "user.restored",
        "availability.created",
        "availability.updated",
        "ticket_duty.queue_due",
      ],
      inTurns: true,
      table: [...walking, { actions: ["Query"] }],
      load: async () => (await import("./queue.listener.ts")).offer,
    },
    "ticket-owners": {
      events: [
        "customer.assigned",
        "customer.deleted",
        "customer.restored",
        "ticket.customer_changed",
        "ticket.restored",
        "ticket_duty.owners_due",
      ],
      inTurns: true,
      table: [...walking, { actions: ["Query"], on: ["by_related"] }],
      load: async () => (await import("./owners.listener.ts")).follow,
    },
    "ticket-mail": {
      events: ["inbound_mail.created"],
      uses: ["domains", "secrets", "objects:mails:get", "objects:attachments:put"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"] },
        { actions: ["Query"], on: ["table", "by_time"] },
        { actions: ["UpdateItem"], within: "throttle" },
      ],
      load: async () => (await import("./mail/incoming.ts")).takeIn,
    },
    "ticket-answers": {
      events: ["ticket_comment.created"],
      uses: ["domains", "mail", "secrets", "inbound_domain"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem"] },
        { actions: ["Query"], on: ["by_time", "by_related"] },
        { actions: ["UpdateItem"], within: "throttle" },
      ],
      load: async () => (await import("./mail/outgoing.ts")).sendOut,
    },
    "ticket-first-answers": {
      events: ["ticket.created"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], on: ["table"] }],
      load: async () => (await import("./mail/first-answer.ts")).answer,
    },
  },
  notifications: {
    ticket_sla_warning: { events: [], load: async () => (await import("./ticket.notifications.ts")).byClock },
    ticket_sla_violated: { events: [], load: async () => (await import("./ticket.notifications.ts")).byClock },
    ticket_escalated: { events: ["ticket.escalated"], load: async () => (await import("./ticket.notifications.ts")).escalated },
    ticket_mail_bounced: {
      events: ["ticket_comment.bounced"],
      load: async () => (await import("./mail/notifications.ts")).bounced,
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
