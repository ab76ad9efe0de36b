import { Satisfaction } from "@crm/core/service/survey/satisfaction.ts";
import { Surveys } from "@crm/core/service/survey/survey.entity.ts";
import { Survey } from "@crm/core/service/survey/survey.ts";
import { ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const tag = "Tickets";
const links = linksFor(Surveys);
const record = { tag, links, output: recordSchema("TicketSurvey", Survey.Info), kind: "record" } as const;

/** Operations on surveys of the satisfaction of requesters. */
export const surveys = [
  ...buildListOperations({
    name: "listTicketSurveys",
    path: "/support/surveys",
    tag,
    access: ticketGrants.read,
    summary: "List surveys of tickets",
    verb: Survey.list,
    output: recordSchema("TicketSurveyRow", Survey.Row),
    links,
  }),
  operation({
    name: "getTicketSurvey",
    method: "GET",
    path: "/support/surveys/{id}",
    access: ticketGrants.read,
    summary: "Read a survey",
    verb: Survey.get,
    ...record,
  }),
  operation({
    name: "readSurveyOfTicket",
    method: "GET",
    path: "/support/tickets/{id}/survey",
    access: ticketGrants.read,
    summary: "Read the survey of a ticket",
    verb: Survey.readByTicket,
    ...record,
  }),
  operation({
    name: "sendTicketSurvey",
    method: "POST",
    path: "/support/tickets/{id}/survey",
    access: ticketGrants.work,
    summary: "Send the survey of a resolved ticket now",
    description: "Once for each resolution, and never after it was answered.",
    dialog: { title: "Send survey", done: "The survey is on its way." },
    verb: Survey.send,
    status: 201,
    ...record,
  }),
  operation({
    name: "getSatisfactionReport",
    method: "GET",
    path: "/support/reports/satisfaction",
    tag,
    access: ticketGrants.read,
    summary: "Read the satisfaction of requesters",
    description: "Mean rating, CSAT and NPS for the tickets of agents whom the caller can see, by the day of the answer.",
    verb: Satisfaction.read,
    output: Satisfaction.Info.meta({ id: "SatisfactionReport" }),
  }),
] as const;
