import { Comment } from "@crm/core/service/ticket/comment.ts";
import { ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { FirstAnswer } from "@crm/core/service/ticket-message/first-answer.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { commentLinks } from "./tickets.ts";

/** The whole conversation of a ticket with the delivery of its mails, and articles that may answer it. */
export const ticketReplies = [
  operation({
    name: "getTicketComment",
    method: "GET",
    path: "/support/tickets/{id}/comments/{comment_id}",
    tag: "Tickets",
    access: ticketGrants.read,
    summary: "Read a comment of a ticket",
    verb: Comment.get,
    output: recordSchema("TicketComment", Comment.Info),
    links: commentLinks,
  }),
  operation({
    name: "suggestTicketArticles",
    method: "GET",
    path: "/support/tickets/{id}/suggestions",
    tag: "Tickets",
    access: ticketGrants.read,
    summary: "Suggest articles for a ticket",
    verb: FirstAnswer.suggest,
    output: FirstAnswer.Suggestions,
  }),
  operation({
    name: "answerTicketFromKnowledge",
    method: "POST",
    path: "/support/tickets/{id}/answer-from-knowledge",
    tag: "Tickets",
    access: ticketGrants.work,
    summary: "Answer a ticket with the best matching public article",
    description:
      "Sends the requester the article, once for each ticket. A ticket that is answered or resolved, or whose mail must not be answered, gets none.",
    dialog: {
      title: "Answer with an article",
      done: "The best article was looked up for {record}.",
      answer: { reason: "Why no answer was sent" },
    },
    verb: FirstAnswer.answer,
    output: FirstAnswer.AnswerResult.meta({ id: "TicketArticleAnswer" }),
  }),
] as const;
