import type { DomainEvent } from "../../kernel/event.ts";
import { isId } from "../../kernel/id.ts";
import { parseEmailPoint } from "../../people/person/contact-point-parser.ts";
import { Suppressions } from "../../people/suppression/suppression-store.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { InboundMail } from "../inbound-mail/inbound-mail.ts";
import { InboundRule } from "../message/inbound-routing.ts";
import { onInboundMail as addToConversation } from "../message/incoming-mail.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { MESSAGE } from "../message/message.kind.ts";
import { StatusUpdate } from "./status-update.ts";

/** Adds a mail to its conversation, or applies a bounce to the message that it reports on. */
export async function onInboundMail(event: DomainEvent): Promise<void> {
  const record = await InboundMail.load(event.record_id);
  return record?.kind === "bounce" ? recordBounce(record) : addToConversation(event);
}

/**
 * Applies a bounce that arrived as a mail. Servers of SMTP accounts report in no other way that a mail did not arrive. A repeated or late report has no
 * further effect.
 */
async function recordBounce(record: InboundMail.Record): Promise<void> {
  if (record.status !== "RECEIVED" && record.status !== "HANDLED") return;
  const rule = await InboundRule.loadForMail(record.recipients);
  const { bounce } = await InboundMail.readStoredMail(record);
  const status_because = bounce ? await applyBounce(bounce, record.created_at) : "The mail has no delivery report";
  // The ticket domain handles bounces of the support address, and of accounts whose mails become tickets.
  if (rule && rule.target !== "ticket" && record.status === "RECEIVED")
    await InboundMail.markHandled(transaction(), record, { status_because }).commit(undefined);
}

type Bounce = NonNullable<InboundMail.Mail["bounce"]>;

/** Applies the bounce to the message that it names, and returns the result for the administrator. */
async function applyBounce(bounce: Bounce, reportedAt: string): Promise<string> {
  const message = await findMessage(bounce);
  const failed =
    message &&
    bounce.deliveries.find(
      ({ action, status, recipient }) =>
        (action === "failed" || (action === null && status?.startsWith("5"))) &&
        normalizeAddress(recipient) === message.to_address,
    );
  if (!message || !failed) return "The bounce does not belong to a sent message";
  const after = await StatusUpdate.applyReport(message.id, "smtp", {
    provider_id: null,
    report: {
      status: "undelivered",
      reportedAt,
      error_code: failed.status ?? "bounced",
      error_message: failed.diagnostic ?? failed.status ?? "A mail server returned the mail",
    },
  });
  if (bounce.is_permanent)
    await Suppressions.add({
      ...{ channel: "email", address: message.to_address, reason: "BOUNCED", source: message.id, at: reportedAt },
    });
  return `The message is now ${after?.status ?? message.status}`;
}

/** Finds the message by our header in the returned mail, or by its Message-ID `<id>@<host>`. */
async function findMessage({ message_id, original_ids }: Bounce): Promise<MessageRecord | undefined> {
  for (const id of [message_id, ...original_ids.map((original) => original.split("@")[0])]) {
    const message = id && isId(id, MESSAGE) ? await Records.load(Messages, id, { live: true }) : undefined;
    if (message?.channel === "email" && message.direction === "out") return message;
  }
  return undefined;
}

const normalizeAddress = (address: string | null): string | undefined => parseEmailPoint(address)?.normalized;
