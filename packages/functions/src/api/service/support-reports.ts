import { ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { AgentReport } from "@crm/core/service/ticket-reports/agent-report.ts";
import { BacklogHistory } from "@crm/core/service/ticket-reports/backlog-history.ts";
import { SlaReport } from "@crm/core/service/ticket-reports/sla-report.ts";
import { operation } from "../../http/operation.ts";

/** Reports about agents, service levels and tickets. */
export const supportReports = [
  operation({
    name: "listSupportAgents",
    method: "GET",
    path: "/support/agents",
    tag: "Tickets",
    access: ticketGrants.report,
    summary: "Read the load and the results of agents",
    description: "For a period, in days of the tenant's time zone; only agents whose tickets the caller can see.",
    verb: AgentReport.list,
    output: AgentReport.Info,
  }),
  operation({
    name: "readSlaReport",
    method: "GET",
    path: "/support/reports/sla",
    tag: "Service levels",
    access: ticketGrants.report,
    summary: "Read how SLA targets were met",
    description: "By day in the tenant's time zone; only for agents whose tickets the caller can see.",
    verb: SlaReport.read,
    output: SlaReport.Info,
  }),
  operation({
    name: "readTicketSnapshots",
    method: "GET",
    path: "/support/reports/snapshots",
    tag: "Tickets",
    access: ticketGrants.report,
    summary: "Read the tickets as of the end of each day",
    description: "In the tenant's time zone; only for agents whose tickets the caller can see, and for unassigned tickets.",
    verb: BacklogHistory.read,
    output: BacklogHistory.Info,
  }),
] as const;
