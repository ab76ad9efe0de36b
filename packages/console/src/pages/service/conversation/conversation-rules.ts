import type { RecordData } from "../../../api/kind.ts";
import type { ThreadEntry } from "../ticket/thread-rules.ts";

/** Answers in a conversation. */

const PREFIX = /^(?:re|aw|sv|fwd?|antw)\s*:\s*/i;

/** Returns the subject of an answer to the last mail: `Re: Invoice`, once. Undefined for text messages. */
export function suggestSubject(channel: unknown, entries: readonly ThreadEntry[]): string | undefined {
  if (channel !== "email") return undefined;
  const last = entries.findLast((entry) => entry.type === "message" && entry.subject !== null);
  const subject = last?.type === "message" ? last.subject : null;
  return subject === null ? "" : `Re: ${subject.replace(PREFIX, "")}`;
}

interface MessageBody {
  readonly channel: unknown;
  readonly to: unknown;
  readonly sender_id?: unknown;
  readonly subject?: string;
  readonly body: string;
}

/** Builds the message that answers: on the same channel, to the same address, and from the sender or account to which the other one wrote. */
export function buildAnswer(conversation: RecordData, text: string, subject: string | undefined): MessageBody {
  const { channel, address, sender_id, mail_account_id } = conversation;
  const sender = sender_id ?? mail_account_id;
  return {
    channel,
    to: address,
    ...(sender ? { sender_id: sender } : {}),
    ...(subject === undefined ? {} : { subject: subject.trim() }),
    body: text.trim(),
  };
}

/** Septets and code units that one text message has room for, and each part of a longer one (docs/messaging/messages.md, Segments). */
const [SINGLE, PART, WIDE_SINGLE, WIDE_PART] = [160, 153, 70, 67];
const GSM = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Za-z_¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ^{}\\[\]~|€]*$/u;
const EXTENDED = /[\^{}\\[\]~|€]/gu;

/** Estimates of how many parts a text message consists. The API counts when it sends. */
export function estimateSegments(text: string): number {
  if (text === "") return 0;
  const isGsm = GSM.test(text);
  const size = isGsm ? text.length + (text.match(EXTENDED)?.length ?? 0) : text.length;
  const [single, part] = isGsm ? [SINGLE, PART] : [WIDE_SINGLE, WIDE_PART];
  return size <= single ? 1 : Math.ceil(size / part);
}
