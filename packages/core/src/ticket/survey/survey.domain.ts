import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";

/** What the requester of a ticket is asked once it is resolved, and what they answered; who sees the ticket sees it. */
export const TICKET_SURVEY = kind("ticket_survey", "tsv", {
  path: "/support/surveys",
  load: () => import("./survey.entity.ts"),
  shown: { icon: "star", board: "status", title: "{ticket_number}" },
});

export const ticketSurvey = domain({
  name: "ticket_survey",
  kinds: [TICKET_SURVEY],
  listens: {
    "ticket-surveys": {
      events: ["ticket.resolved", "ticket.reopened", "ticket.restored"],
      table: [{ actions: ["GetItem", "PutItem", "ConditionCheckItem"] }],
      load: async () => (await import("./follow.ts")).onTicket,
    },
    "survey-clocks": {
      events: ["ticket_survey.sending_due", "ticket_survey.reminder_due", "ticket_survey.expiry_due"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem"] }],
      load: async () => (await import("./clocks.ts")).onDue,
    },
    "survey-mails": {
      events: ["ticket_survey.sent", "ticket_survey.reminded"],
      uses: ["mail", "secrets"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], within: "throttle" }],
      load: async () => (await import("./mail.ts")).tell,
    },
  },
  notifications: {
    survey_rated_low: {
      events: ["ticket_survey.rated_low"],
      load: async () => (await import("./survey.notifications.ts")).ratedLow,
    },
  },
});
