import { Sla, TicketSla } from "@crm/core/service/ticket/sla-explanation.ts";
import { Outcomes } from "@crm/core/service/ticket/sla-outcome.entity.ts";
import { SlaViolation } from "@crm/core/service/ticket/sla-violation.ts";
import { ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const commonOptions = { tag: "Service levels", access: ticketGrants.read, links: linksFor(Outcomes) };

/** The due times of tickets, and violations of service levels. */
export const slaOutcomes = [
  operation({
    name: "getTicketSla",
    method: "GET",
    path: "/support/tickets/{id}/sla",
    tag: "Tickets",
    access: ticketGrants.read,
    summary: "Read when a ticket is due, with an explanation",
    description: "The running clocks with the working time that counts, and the results of the clocks that have stopped.",
    verb: TicketSla.read,
    output: Sla,
  }),
  ...buildListOperations({
    name: "listSlaViolations",
    path: "/support/sla/violations",
    summary: "List SLA violations",
    verb: SlaViolation.list,
    output: recordSchema("SlaViolationRow", SlaViolation.Row),
    ...commonOptions,
  }),
  operation({
    name: "getSlaViolation",
    method: "GET",
    path: "/support/sla/violations/{id}",
    summary: "Read a violation",
    verb: SlaViolation.get,
    output: recordSchema("SlaViolation", SlaViolation.Info),
    kind: "record",
    ...commonOptions,
  }),
] as const;
