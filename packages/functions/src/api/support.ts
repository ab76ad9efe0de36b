import { serves } from "../http/function.ts";
import { articles } from "./articles.ts";
import { inboundMails } from "./inbound-mails.ts";
import { serviceLevels } from "./service-levels.ts";

/** What customers ask for, who helps them, by when, and with what. */
export const support = serves([...serviceLevels, ...articles, ...inboundMails] as const, { uses: ["objects:mails:get"] });
