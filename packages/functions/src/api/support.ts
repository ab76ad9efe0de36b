import { serves } from "../http/function.ts";
import { inboundMails } from "./inbound-mails.ts";

/** What customers ask for, and who helps them. */
export const support = serves([...inboundMails], { uses: ["objects:mails:get"] });
