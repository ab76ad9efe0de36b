import { TicketMerge } from "@crm/core/ticket/merge-tickets.ts";
import { Presence } from "@crm/core/ticket/presence.ts";
import { Queues } from "@crm/core/ticket/queues.ts";
import { RelatedTickets } from "@crm/core/ticket/related.ts";
import { TicketSplit } from "@crm/core/ticket/split.ts";
import { ticketGrants } from "@crm/core/ticket/ticket.domain.ts";
import { Tickets } from "@crm/core/ticket/ticket.entity.ts";
import { Ticket } from "@crm/core/ticket/ticket.ts";
import * as z from "zod";
import { operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";

const output = recordOf("Ticket", Ticket.Info);
const changes = { tag: "Tickets", access: ticketGrants.work, output, kind: "record", links: linksOf(Tickets) } as const;
const present = { tag: "Tickets", access: ticketGrants.read } as const;

/** What agents do with tickets at their desk, beside working on one. */
export const ticketDesk = [
  operation({
    name: "mergeTickets",
    method: "POST",
    path: "/support/tickets/{id}/merge",
    summary: "Merge another ticket into this one",
    description: "The one of the path stays; `ticket_id` is closed, and its comments are listed with this one's.",
    verb: TicketMerge.merge,
    ...changes,
  }),
  operation({
    name: "splitTicket",
    method: "POST",
    path: "/support/tickets/{id}/split",
    summary: "Make a ticket of some of the comments of this one",
    description: "They are copied; who asks and the customer are the same. A comment is split off once.",
    verb: TicketSplit.split,
    status: 201,
    ...changes,
  }),
  operation({
    name: "relateTickets",
    method: "POST",
    path: "/support/tickets/{id}/related",
    summary: "Link another ticket with this one, both ways",
    verb: RelatedTickets.relate,
    ...changes,
  }),
  operation({
    name: "unrelateTickets",
    method: "DELETE",
    path: "/support/tickets/{id}/related",
    summary: "Link another ticket with this one no more",
    verb: RelatedTickets.unrelate,
    ...changes,
  }),
  operation({
    name: "listRelatedTickets",
    method: "GET",
    path: "/support/tickets/{id}/related",
    summary: "What a ticket has to do with others",
    description: "Only those that the caller sees.",
    verb: RelatedTickets.list,
    output: RelatedTickets.Related,
    ...present,
  }),
  operation({
    name: "listTicketQueues",
    method: "GET",
    path: "/support/queues",
    summary: "What waits in the queue of each team",
    description: "By counters, of the tickets that lists show the caller.",
    tag: "Tickets",
    access: ticketGrants.work,
    verb: Queues.list,
    output: z.array(Queues.Queue),
  }),
  operation({
    name: "watchTicket",
    method: "POST",
    path: "/support/tickets/{id}/presence",
    summary: "Tell that the caller looks at a ticket, or answers it",
    description: "It holds for 90 seconds: tell it again every 30.",
    verb: Presence.beat,
    onlyReads: true,
    keyed: false,
    ...present,
  }),
  operation({
    name: "listTicketPresence",
    method: "GET",
    path: "/support/tickets/{id}/presence",
    summary: "Who else looks at a ticket right now, or answers it",
    verb: Presence.list,
    output: z.array(Presence.Present),
    ...present,
  }),
  operation({
    name: "leaveTicket",
    method: "DELETE",
    path: "/support/tickets/{id}/presence",
    summary: "Tell that the caller looks at a ticket no more",
    verb: Presence.end,
    keyed: false,
    ...present,
  }),
] as const;
