import { FirstAnswer } from "@crm/core/ticket/mail/first-answer.ts";
import { ticketGrants } from "@crm/core/ticket/ticket.domain.ts";
import { operation } from "../http/operation.ts";

/** What helps to answer a ticket. */
export const ticketMails = [
  operation({
    name: "suggestTicketArticles",
    method: "GET",
    path: "/support/tickets/{id}/suggestions",
    tag: "Tickets",
    access: ticketGrants.read,
    summary: "Find the articles that may answer a ticket",
    verb: FirstAnswer.suggest,
    output: FirstAnswer.Suggestions,
  }),
] as const;
