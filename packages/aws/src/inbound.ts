import type { Ports } from "@crm/core/kernel/ports.ts";
import { arriving } from "@crm/functions/inbound/index.ts";
import type { SESEvent } from "aws-lambda";
import { environment } from "./environment.ts";
import { LANDED } from "./landed.ts";

/** Mails that SES has taken and left in the bucket. What fails comes again, and then waits with the dead letters. */
export async function takeIn({ Records }: SESEvent, ports: Ports): Promise<void> {
  for (const { ses } of Records) {
    const { messageId } = ses.mail;
    const raw = await ports.files.get(`${LANDED}${messageId}`);
    if (!raw) throw new Error(`SES has not left the mail ${messageId}`);
    await arriving({ raw, recipients: ses.receipt.recipients, domain: environment("CRM_INBOUND_DOMAIN") }, ports);
  }
}
