import { useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { parseEmailPoint } from "../../people/person/contact-point-parser.ts";
import { resolve } from "../../people/person/resolution.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { resolveInboundTarget } from "../channel-provider/inbound-routing.rules.ts";
import { findKeyword } from "../channel-provider/opt-out-keywords.rules.ts";
import { InboundMail } from "../inbound-mail/inbound-mail.ts";
import { addToConversation } from "./conversation-routing.ts";
import { InboundRule } from "./inbound-routing.ts";
import { Messages } from "./message.entity.ts";
import { MESSAGE } from "./message.kind.ts";
import { initialDeliveryFields } from "./message.ts";
import { ReplyThread } from "./reply-thread.ts";
import { stampDays } from "./stamp-days.ts";

/**
 * Adds a mail to an account's address to its conversation, like a text message. The id of the message is derived from the mail, so
 * that repeated, late and concurrent events create it once. Mail to the support address is only handled by tickets
 * (docs/messaging/messages.md, What comes in).
 */
export const onInboundMail = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => ingestMail(record_id)));

async function ingestMail(id: string): Promise<void> {
  const record = await InboundMail.load(id);
  if (!record || record.status === "SET_ASIDE") return;
  const rule = await InboundRule.loadForMail(record.recipients);
  if (!rule) return;
  const messageId = derivedId(MESSAGE, idTime(id), id);
  if (await Records.load(Messages, messageId)) return;
  const address = parseEmailPoint(record.sender)?.normalized;
  const aside = findSkipReason(record, address);
  if (aside !== undefined || address === undefined)
    return rule.target === "ticket" ? undefined : closeWithoutMessage(record, aside);
  const { text, threads, relay } = await readText(record);
  const { account } = rule;
  const resolution = await resolve({ ...splitName(record.sender_name), emails: [address], phones: [], unproved: true });
  const tx = transaction();
  const person = resolution.isExisting ? resolution.person : await resolution.write(tx, null);
  // A form or a list proves nothing about the writer, so it cannot continue a thread.
  const answered = relay === null ? await ReplyThread.find(threads, { address, person: person.id }) : undefined;
  const receivedAt = record.created_at;
  const subject = toSingleLine(record.subject, MAX_SUBJECT_LENGTH) || "(No subject)";
  const conversation = await addToConversation(tx, {
    ...{ channel: "email", address, person, direction: "in", text: subject, messageTime: receivedAt },
    channelIdentity: { sender_id: null, number_id: null, mail_account_id: account.id },
  });
  const keyword = findKeyword(text.split("\n\n(")[0] ?? "", useSettings().stop_words);
  const incomingMessage = Records.init(
    Messages,
    {
      ...{ direction: "in" as const, channel: "email" as const, purpose: null, status: "received" as const },
      ...{ conversation_id: conversation.id, person_id: person.id, sender_id: null, sender_phone_number_id: null },
      ...{ service_account_id: null, mail_account_id: account.id, from_address: address, to_address: account.address },
      ...{ subject, body: text, body_html: null, template_id: null, template_revision: null, encoding: null, segments: null },
      ...{ send_at: null, queue: null, ...initialDeliveryFields, ...answered, received_at: receivedAt },
      // The answer to a mail about a record belongs to that record, not to a new one.
      makes: answered ? null : resolveInboundTarget({ inbound_makes: rule.target, keyword, isKnown: resolution.isExisting }),
    },
    { id: messageId },
  );
  const message = stampDays(incomingMessage);
  tx.create(Messages, message, () => new WriteConflict("The mail was stored concurrently"));
  // For a ticket, the ticket domain marks the mail as handled in the transaction of the ticket.
  if (message.makes !== "ticket" && isWaiting(record))
    InboundMail.markHandled(tx, record, { status_because: `Added to the conversation ${conversation.id}` });
  await tx.commit(undefined);
}

const isWaiting = ({ status }: InboundMail.Record): boolean => status === "RECEIVED" || status === "TOO_LARGE";

/** Returns why a mail is not added to a conversation: a program wrote it, or its sender may be forged. */
function findSkipReason({ kind, dmarc }: InboundMail.Record, address: string | undefined): string | undefined {
  if (kind !== "message" && kind !== "calendar") return "A program wrote the mail";
  if (dmarc === "fail") return "The DMARC check of the sender's domain failed";
  return address === undefined ? "The mail has no sender address" : undefined;
}

const closeWithoutMessage = async (record: InboundMail.Record, status_because: string | undefined): Promise<void> => {
  if (isWaiting(record))
    await InboundMail.markHandled(transaction(), record, { status_because: status_because ?? null }).commit(undefined);
};

const MAX_SUBJECT_LENGTH = 255;
const MAX_TEXT_LENGTH = 20_000;
const MAX_LISTED_FILES = 20;

interface ReadText extends Pick<InboundMail.OpenedMail, "threads">, Pick<InboundMail.Mail, "relay"> {
  readonly text: string;
}

/** Returns the new text of a mail with the names of its files, which stay with the mail, and the threads that it proves to answer. */
async function readText(record: InboundMail.Record): Promise<ReadText> {
  if (record.status === "TOO_LARGE" || record.status_because?.startsWith("Larger")) {
    const text = `(The mail has ${record.size} bytes, too many to be read)`;
    return { text, threads: await InboundMail.findThreads(record.recipients, []), relay: null };
  }
  const {
    mail: { answer, attachments, relay },
    threads,
  } = await InboundMail.open(record);
  const text = answer.trim().slice(0, MAX_TEXT_LENGTH).toWellFormed() || "(No text)";
  const fileNames = attachments.slice(0, MAX_LISTED_FILES).map(({ name }) => name.slice(0, 60));
  return { text: fileNames.length === 0 ? text : `${text}\n\n(Attachments: ${fileNames.join(", ")})`, threads, relay };
}

function splitName(name: string | null) {
  const [first_name = null, ...rest] = toSingleLine(name ?? "", 200)
    .split(/\s+/)
    .filter(Boolean);
  return { first_name, last_name: rest.join(" ") || null };
}
