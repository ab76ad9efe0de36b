import { defineApiFunction } from "../../http/api-function.ts";
import { inboundMails } from "../messaging/inbound-mails.ts";
import { articles } from "./knowledge-articles.ts";
import { serviceLevels } from "./service-levels.ts";
import { slaOutcomes } from "./sla-outcomes.ts";
import { supportReports } from "./support-reports.ts";
import { surveys } from "./surveys.ts";
import { ticketDesk } from "./ticket-desk.ts";
import { ticketMacros } from "./ticket-macros.ts";
import { ticketReplies } from "./ticket-replies.ts";
import { tickets } from "./tickets.ts";

const operations = [
  ...tickets,
  ...ticketReplies,
  ...ticketDesk,
  ...ticketMacros,
  ...serviceLevels,
  ...slaOutcomes,
  ...articles,
  ...inboundMails,
  ...supportReports,
  ...surveys,
] as const;

/** Tickets, their service levels, the knowledge base and surveys. */
export const service = defineApiFunction(operations, {
  uses: ["secrets:links", "secrets:lookups", "domains", "objects:mails:get"],
});
