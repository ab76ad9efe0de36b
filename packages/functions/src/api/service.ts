import { serves } from "../http/function.ts";
import { articles } from "./articles.ts";
import { inboundMails } from "./inbound-mails.ts";
import { serviceLevels } from "./service-levels.ts";
import { slaOutcomes } from "./sla-outcomes.ts";
import { supportFigures } from "./support-figures.ts";
import { surveys } from "./surveys.ts";
import { ticketDesk } from "./ticket-desk.ts";
import { ticketMacros } from "./ticket-macros.ts";
import { ticketMails } from "./ticket-mails.ts";
import { tickets } from "./tickets.ts";

const operations = [
  ...tickets,
  ...ticketMails,
  ...ticketDesk,
  ...ticketMacros,
  ...serviceLevels,
  ...slaOutcomes,
  ...articles,
  ...inboundMails,
  ...supportFigures,
  ...surveys,
] as const;

/** What customers ask for, who helps them, by when, and with what. */
export const service = serves(operations, {
  uses: ["domains", "objects:mails:get"],
});
