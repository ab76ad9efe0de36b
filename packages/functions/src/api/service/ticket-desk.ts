import { TicketMerge } from "@crm/core/service/ticket/merge.ts";
import { Presence } from "@crm/core/service/ticket/presence.ts";
import { RelatedTickets } from "@crm/core/service/ticket/relations.ts";
import { TicketSplit } from "@crm/core/service/ticket/split.ts";
import { Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { Ticket } from "@crm/core/service/ticket/ticket.ts";
import { TeamQueues } from "@crm/core/service/ticket-reports/team-queues.ts";
import * as z from "zod";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";

const output = recordSchema("Ticket", Ticket.Info);
const recordWriteOptions = {
  tag: "Tickets",
  access: ticketGrants.work,
  output,
  kind: "record",
  links: linksFor(Tickets),
} as const;
const readOptions = { tag: "Tickets", access: ticketGrants.read } as const;

/** Operations of agents beyond a single ticket: merge, split, link, queues and presence. */
export const ticketDesk = [
  operation({
    name: "mergeTickets",
    method: "POST",
    path: "/support/tickets/{id}/merge",
    summary: "Merge another ticket into this one",
    description: "The one of the path stays; `ticket_id` is closed, and its comments are listed with this one's.",
    verb: TicketMerge.merge,
    ...recordWriteOptions,
  }),
  operation({
    name: "splitTicket",
    method: "POST",
    path: "/support/tickets/{id}/split",
    summary: "Make a ticket of some of the comments of this one",
    description: "They are copied; who asks and the customer are the same. A comment is split off once.",
    verb: TicketSplit.split,
    status: 201,
    ...recordWriteOptions,
  }),
  operation({
    name: "relateTickets",
    method: "POST",
    path: "/support/tickets/{id}/related",
    summary: "Link another ticket with this one, both ways",
    verb: RelatedTickets.relate,
    ...recordWriteOptions,
  }),
  operation({
    name: "unrelateTickets",
    method: "DELETE",
    path: "/support/tickets/{id}/related",
    summary: "Link another ticket with this one no more",
    verb: RelatedTickets.unrelate,
    ...recordWriteOptions,
  }),
  operation({
    name: "listRelatedTickets",
    method: "GET",
    path: "/support/tickets/{id}/related",
    summary: "What a ticket has to do with others",
    description: "Only those that the caller sees.",
    verb: RelatedTickets.list,
    output: RelatedTickets.TicketRelations,
    ...readOptions,
  }),
  operation({
    name: "listTicketQueues",
    method: "GET",
    path: "/support/queues",
    summary: "What waits in the queue of each team",
    description: "By counters, of the tickets that lists show the caller.",
    tag: "Tickets",
    access: ticketGrants.work,
    verb: TeamQueues.list,
    output: z.array(TeamQueues.TeamQueue),
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
    ...readOptions,
  }),
  operation({
    name: "listTicketPresence",
    method: "GET",
    path: "/support/tickets/{id}/presence",
    summary: "Who else looks at a ticket right now, or answers it",
    verb: Presence.list,
    output: z.array(Presence.PresentUser),
    ...readOptions,
  }),
  operation({
    name: "leaveTicket",
    method: "DELETE",
    path: "/support/tickets/{id}/presence",
    summary: "Tell that the caller looks at a ticket no more",
    verb: Presence.end,
    keyed: false,
    ...readOptions,
  }),
] as const;
