import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

export const TICKET = kind("ticket", "tic", {
  path: "/support/tickets",
  load: () => import("./ticket.entity.ts"),
  shape: 3,
  display: { menu: "service", icon: "life-buoy", title: "{subject}" },
});

/** Comments on tickets: public ones and internal notes. */
export const TICKET_COMMENT = kind("ticket_comment", "tco", { load: () => import("./comment.entity.ts"), isStandalone: true });

/** Background jobs over many tickets. */
export const TICKET_BACKGROUND_JOB = kind("ticket_duty", "tdu", {
  derived: true,
  load: () => import("./background-job.entity.ts"),
});

/** Outcomes of SLA clocks. */
export const SLA_OUTCOME = kind("sla_outcome", "slo", {
  path: "/support/sla/violations",
  load: () => import("./sla-outcome.entity.ts"),
  display: { menu: "service", label: "SLA violation", labels: "SLA violations", icon: "timer-off" },
});

/** Walks over the open tickets that a change elsewhere affects. */
export const TICKET_REVIEW = kind("ticket_review", "trv", { load: () => import("./sla-review.entity.ts") });

/** Macros: several changes and a comment that agents apply in one step. */
export const TICKET_MACRO = kind("ticket_macro", "tma", {
  path: "/support/macros",
  isStandalone: true,
  load: () => import("../macro/macro.entity.ts"),
  display: { menu: "settings", icon: "wand" },
});

/** Surveys of requesters after the resolution. A user who can see the ticket can see its survey. */
export const TICKET_SURVEY = kind("ticket_survey", "tsv", {
  path: "/support/surveys",
  load: () => import("../survey/survey.entity.ts"),
  display: { menu: "service", icon: "star", title: "{ticket_number}" },
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
