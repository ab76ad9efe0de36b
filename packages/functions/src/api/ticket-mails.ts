import { Comment } from "@crm/core/ticket/comment.ts";
import { FirstAnswer } from "@crm/core/ticket/mail/first-answer.ts";
import { ticketGrants } from "@crm/core/ticket/ticket.domain.ts";
import { operation, recordOf } from "../http/operation.ts";
import { ticketCommentLinks } from "./links.ts";

/** What was said in whole with what became of it as a mail, and what helps to answer. */
export const ticketMails = [
  operation({
    name: "getTicketComment",
    method: "GET",
    path: "/support/tickets/{id}/comments/{comment_id}",
    tag: "Tickets",
    access: ticketGrants.read,
    summary: "Read what was said about a ticket",
    verb: Comment.get,
    output: recordOf("TicketComment", Comment.Info),
    links: ticketCommentLinks,
  }),
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
