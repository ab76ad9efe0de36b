import { Agents } from "@crm/core/ticket/agents.ts";
import { ticketGrants } from "@crm/core/ticket/ticket.domain.ts";
import { operation } from "../http/operation.ts";

/** How agents do, and how tickets were kept. */
export const supportFigures = [
  operation({
    name: "listSupportAgents",
    method: "GET",
    path: "/support/agents",
    tag: "Tickets",
    access: ticketGrants.report,
    summary: "What agents hold, and how they did",
    description: "Of a period, in days of the tenant's time zone; only agents whose tickets the caller sees.",
    verb: Agents.list,
    output: Agents.Info,
  }),
] as const;
