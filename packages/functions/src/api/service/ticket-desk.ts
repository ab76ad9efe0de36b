import { TicketMerge } from "@crm/core/service/ticket/merge.ts";
import { Presence } from "@crm/core/service/ticket/presence.ts";
import { RelatedTickets } from "@crm/core/service/ticket/relations.ts";
import { TicketSnooze } from "@crm/core/service/ticket/snooze.ts";
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
    description:
      "The ticket in the path survives; `ticket_id` is closed, and its comments are listed with those of the survivor.",
    dialog: { title: "Merge a ticket into this one", done: "The other ticket was merged into {record}." },
    verb: TicketMerge.merge,
    ...recordWriteOptions,
  }),
  operation({
    name: "unmergeTickets",
    method: "POST",
    path: "/support/tickets/{id}/unmerge",
    summary: "Undo the merge of a ticket into this one",
    description:
      "The ticket continues as it was before the merge. Its clocks were paused meanwhile. Messages that came since stay with this ticket.",
    verb: TicketMerge.unmerge,
    ...recordWriteOptions,
  }),
  operation({
    name: "splitTicket",
    method: "POST",
    path: "/support/tickets/{id}/split",
    summary: "Split comments of a ticket off into a new ticket",
    description: "The comments are copied; requester and customer stay the same. A comment can be split off only once.",
    dialog: {
      title: "Split off comments",
      effect: "The chosen comments are copied to a new ticket of the same customer.",
      done: "Comments of {record} were split off.",
      inputs: { comment_ids: { label: "Comments", itemOf: "comments" } },
    },
    verb: TicketSplit.split,
    status: 201,
    ...recordWriteOptions,
  }),
  operation({
    name: "unsplitTicket",
    method: "POST",
    path: "/support/tickets/{id}/unsplit",
    summary: "Take back a ticket that was split off from this one",
    description: "The copies of the messages are deleted. Messages that came since are listed with those of this ticket.",
    verb: TicketSplit.unsplit,
    ...recordWriteOptions,
  }),
  operation({
    name: "snoozeTicket",
    method: "POST",
    path: "/support/tickets/{id}/snooze",
    summary: "Take a ticket out of the queues until a time",
    dialog: { title: "Snooze ticket" },
    description: "The ticket returns at once when the requester writes. Service levels continue to run.",
    verb: TicketSnooze.snooze,
    ...recordWriteOptions,
  }),
  operation({
    name: "wakeTicket",
    method: "POST",
    path: "/support/tickets/{id}/wake",
    summary: "Return a snoozed ticket to the queues now",
    dialog: { title: "End snooze" },
    verb: TicketSnooze.wake,
    ...recordWriteOptions,
  }),
  operation({
    name: "relateTickets",
    method: "POST",
    path: "/support/tickets/{id}/related",
    summary: "Link two tickets with each other",
    dialog: { title: "Link a ticket", done: "{record} was linked." },
    verb: RelatedTickets.relate,
    ...recordWriteOptions,
  }),
  operation({
    name: "unrelateTickets",
    method: "DELETE",
    path: "/support/tickets/{id}/related",
    summary: "Remove the link between two tickets",
    dialog: { title: "Remove link to a ticket", done: "The link of {record} was removed." },
    verb: RelatedTickets.unrelate,
    ...recordWriteOptions,
  }),
  operation({
    name: "listRelatedTickets",
    method: "GET",
    path: "/support/tickets/{id}/related",
    summary: "List the related tickets of a ticket",
    description: "Only tickets that the caller can see.",
    verb: RelatedTickets.list,
    output: RelatedTickets.TicketRelations,
    ...readOptions,
  }),
  operation({
    name: "listTicketQueues",
    method: "GET",
    path: "/support/queues",
    summary: "Read the queue of each team",
    description: "Read from counters, for the tickets that lists show to the caller.",
    tag: "Tickets",
    access: ticketGrants.work,
    verb: TeamQueues.list,
    output: z.array(TeamQueues.TeamQueue),
  }),
  operation({
    name: "watchTicket",
    method: "POST",
    path: "/support/tickets/{id}/presence",
    summary: "Report that the caller is viewing or answering a ticket",
    description: "Valid for 90 seconds: repeat it every 30 seconds.",
    verb: Presence.beat,
    onlyReads: true,
    keyed: false,
    ...readOptions,
  }),
  operation({
    name: "listTicketPresence",
    method: "GET",
    path: "/support/tickets/{id}/presence",
    summary: "List who else is viewing or answering a ticket",
    verb: Presence.list,
    output: z.array(Presence.PresentUser),
    ...readOptions,
  }),
  operation({
    name: "leaveTicket",
    method: "DELETE",
    path: "/support/tickets/{id}/presence",
    summary: "Report that the caller has stopped viewing a ticket",
    verb: Presence.end,
    keyed: false,
    ...readOptions,
  }),
] as const;
