import type { Files } from "@crm/core/kernel/ports.ts";
import { filesOf } from "../bucket.ts";

/** The bucket in which SES leaves mails. */
export const inboundMail = (): Files => filesOf("CRM_INBOUND_MAIL");
