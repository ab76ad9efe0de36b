import { Outcomes } from "@crm/core/ticket/outcome.entity.ts";
import { SlaViolation } from "@crm/core/ticket/outcome.ts";
import { Sla, TicketSla } from "@crm/core/ticket/sla.ts";
import { ticketGrants } from "@crm/core/ticket/ticket.domain.ts";
import { operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const shown = { tag: "Service levels", access: ticketGrants.read, links: linksOf(Outcomes) };

/** How the clocks of tickets stand, and how they were judged. */
export const slaOutcomes = [
  operation({
    name: "getTicketSla",
    method: "GET",
    path: "/support/tickets/{id}/sla",
    tag: "Tickets",
    access: ticketGrants.read,
    summary: "Say when a ticket is due, and why",
    description: "Each clock that runs, with the working time that counts, and how those were judged that have stopped.",
    verb: TicketSla.read,
    output: Sla,
  }),
  ...listing({
    name: "listSlaViolations",
    path: "/support/sla/violations",
    summary: "List violations of service levels",
    verb: SlaViolation.list,
    output: recordOf("SlaViolationRow", SlaViolation.Row),
    ...shown,
  }),
  operation({
    name: "getSlaViolation",
    method: "GET",
    path: "/support/sla/violations/{id}",
    summary: "Read a violation",
    verb: SlaViolation.get,
    output: recordOf("SlaViolation", SlaViolation.Info),
    kind: "record",
    ...shown,
  }),
] as const;
