import type { Ports } from "@crm/core/kernel/ports.ts";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import type { SESEvent } from "aws-lambda";
import { readVariable } from "./environment.ts";
import { INBOUND_MAIL_PREFIX } from "./inbound-mail-prefix.ts";

/**
 * Ingests mails that SES has received and stored in the bucket. Lambda retries an event that fails, and then moves it to the
 * dead-letter queue.
 */
export async function ingestMails({ Records }: SESEvent, ports: Ports): Promise<void> {
  for (const { ses } of Records) {
    const { messageId } = ses.mail;
    const raw = await ports.files.get(`${INBOUND_MAIL_PREFIX}${messageId}`);
    if (!raw) throw new Error(`SES has not stored the mail ${messageId}`);
    await ingestMail({ raw, recipients: ses.receipt.recipients, domain: readVariable("CRM_INBOUND_DOMAIN") }, ports);
  }
}
