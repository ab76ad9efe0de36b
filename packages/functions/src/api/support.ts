import { serves } from "../http/function.ts";
import { articles } from "./articles.ts";
import { inboundMails } from "./inbound-mails.ts";
import { serviceLevels } from "./service-levels.ts";
import { ticketMails } from "./ticket-mails.ts";
import { tickets } from "./tickets.ts";

/** What customers ask for, who helps them, by when, and with what. */
export const support = serves([...tickets, ...ticketMails, ...serviceLevels, ...articles, ...inboundMails] as const, {
  uses: ["domains", "objects:mails:get"],
});
