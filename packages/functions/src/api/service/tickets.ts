import { Comment } from "@crm/core/service/ticket/comment.ts";
import { Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { TICKET, ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { Ticket } from "@crm/core/service/ticket/ticket.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";

const output = recordSchema("Ticket", Ticket.Info);
const links = linksFor(Tickets);
export const commentLinks = linksFrom({ self: "/support/tickets/{ticket_id}/comments", ticket: "/support/tickets/{ticket_id}" });
const recordWriteOptions = { tag: "Tickets", access: ticketGrants.work, output, kind: "record", links } as const;

export const tickets = [
  ...buildFollowOperations("Ticket", TICKET),
  ...crud({
    noun: "Ticket",
    plural: "Tickets",
    tag: "Tickets",
    path: "/support/tickets",
    read: ticketGrants.read,
    write: ticketGrants.write,
    remove: ticketGrants.delete,
    domain: Ticket,
    output,
    row: recordSchema("TicketRow", Ticket.Row),
    links,
  }),
  buildExportOperation("exportTickets", "tickets", "Tickets", ticketGrants.read, Ticket.listDefinition, "/support/tickets"),
  operation({
    name: "assignTicket",
    method: "POST",
    path: "/support/tickets/{id}/assign",
    summary: "Assign a ticket to an agent, or return it to its queue",
    dialog: { title: "Assign to an agent" },
    verb: Ticket.assign,
    ...recordWriteOptions,
  }),
  operation({
    name: "resolveTicket",
    method: "POST",
    path: "/support/tickets/{id}/resolve",
    summary: "Resolve a ticket",
    dialog: {
      title: "Resolve ticket",
      effect: "The ticket counts as solved. An answer of the customer reopens it.",
      done: "{record} was resolved.",
    },
    verb: Ticket.resolve,
    ...recordWriteOptions,
  }),
  operation({
    name: "closeTicket",
    method: "POST",
    path: "/support/tickets/{id}/close",
    summary: "Close a ticket",
    dialog: {
      title: "Close ticket",
      effect: "The ticket is closed.",
      done: "{record} was closed.",
    },
    verb: Ticket.close,
    ...recordWriteOptions,
  }),
  operation({
    name: "reopenTicket",
    method: "POST",
    path: "/support/tickets/{id}/reopen",
    summary: "Reopen a ticket",
    description: "The previous resolution stays in `resolutions`.",
    verb: Ticket.reopen,
    ...recordWriteOptions,
  }),
  operation({
    name: "escalateTicket",
    method: "POST",
    path: "/support/tickets/{id}/escalate",
    summary: "Escalate a ticket, with a reason",
    dialog: {
      title: "Escalate ticket",
      effect: "The ticket is marked as escalated.",
      done: "{record} was escalated.",
    },
    verb: Ticket.escalate,
    ...recordWriteOptions,
  }),
  operation({
    name: "addTicketComment",
    method: "POST",
    path: "/support/tickets/{id}/comments",
    tag: "Tickets",
    access: ticketGrants.work,
    summary: "Add a comment to a ticket",
    description: "A comment of the requester reopens a ticket that is resolved, or was closed within the last 30 days.",
    dialog: { inputs: { attachment_ids: { label: "Files" } } },
    verb: Comment.add,
    status: 201,
    output: recordSchema("TicketCommentAdded", Comment.AddedComment),
    links: commentLinks,
  }),
  operation({
    name: "listTicketComments",
    method: "GET",
    path: "/support/tickets/{id}/comments",
    tag: "Tickets",
    access: ticketGrants.read,
    summary: "List the comments of a ticket",
    verb: Comment.list,
    output: recordSchema("TicketCommentRow", Comment.Row),
    kind: "list",
    links: commentLinks,
  }),
] as const;
