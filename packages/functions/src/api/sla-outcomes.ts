import { Outcomes } from "@crm/core/ticket/outcome.entity.ts";
import { SlaViolation } from "@crm/core/ticket/outcome.ts";
import { ticketGrants } from "@crm/core/ticket/ticket.domain.ts";
import { operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const shown = { tag: "Service levels", access: ticketGrants.read, links: linksOf(Outcomes) };

/** How the clocks of tickets were judged. */
export const slaOutcomes = [
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
