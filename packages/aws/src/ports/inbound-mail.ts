import type { Files } from "@crm/core/kernel/ports.ts";
import { lazyFiles } from "../lazy-files.ts";

/** The bucket in which SES leaves mails. */
export const inboundMail = (): Files => lazyFiles("CRM_INBOUND_MAIL");
