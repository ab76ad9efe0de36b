import { collectLeafParts, type MailFile } from "./attachments.rules.ts";
import { type MailBody, readBody } from "./body.rules.ts";
import { type Bounce, parseBounce } from "./bounce-report.rules.ts";
import { type Address, decodeHeader, findHeader, parseAddresses, parseDate, parseMessageIds } from "./headers.rules.ts";
import { classifyMail, listRepliedIds, readDmarc, readVerdict } from "./mail-kind.rules.ts";
import type { MailKind, MailVerdict } from "./mail-kind.ts";
import { identifyWriter, type MailWriter } from "./mail-writer.rules.ts";
import { type Header, parseMessage } from "./mime.rules.ts";
import { extractReply } from "./reply-text.rules.ts";

/** A parsed inbound mail. Any bytes give a result, and its texts contain no control characters or invalid characters. */
export interface ParsedMail extends MailWriter {
  /** The address in From. The writer has another one if a form or a list sent the mail. */
  readonly from: Address | null;
  readonly reply_to: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject: string;
  /** The time of writing that the sender gives, in UTC. */
  readonly date: string | null;
  /** Without angle brackets. So are the ids in `in_reply_to`, the newest first. */
  readonly message_id: string | null;
  readonly in_reply_to: readonly string[];
  /** The whole text. For a mail with HTML only, the HTML converted to text. */
  readonly text: string;
  /** The new text; the whole text if none is new. */
  readonly answer: string;
  readonly html: string | null;
  readonly attachments: readonly MailFile[];
  readonly calendar: MailBody["calendar"];
  readonly kind: MailKind;
  /** The header or other reason for the kind. */
  readonly kind_because: string | null;
  readonly bounce: Bounce | null;
  readonly spam_verdict: MailVerdict;
  readonly virus_verdict: MailVerdict;
  /** `pass` if SES could verify the domain of the sender. */
  readonly dmarc: string | null;
  /** Whether parts, files or text beyond the limits were left out. */
  readonly is_cut: boolean;
}

const MAX_SUBJECT_LENGTH = 998;

/** Parses a raw message that was sent to these addresses. */
export function readMail(raw: Uint8Array, recipients: readonly string[] = []): ParsedMail {
  const root = parseMessage(raw);
  const { headers } = root;
  const bodies = readBody(collectLeafParts(root));
  const fields = readHeaderFields(headers);
  const writer = identifyWriter({ headers, ...fields, recipients, addressees: [...fields.to, ...fields.cc] });
  const { kind, reason } = classifyMail({
    root,
    headers,
    from: fields.from ?? undefined,
    writer,
    reply_to: fields.reply_to,
    subject: fields.subject,
    text: bodies.text,
    recipients,
    method: bodies.calendar?.method,
  });
  return {
    ...{ ...fields, ...writer },
    text: bodies.text,
    answer: extractReply(bodies.unsignedText),
    html: bodies.html,
    attachments: bodies.files,
    calendar: bodies.calendar,
    kind,
    kind_because: reason,
    bounce: kind === "bounce" ? parseBounce(root, headers, bodies.text) : null,
    spam_verdict: readVerdict(headers, "spam"),
    virus_verdict: readVerdict(headers, "virus"),
    dmarc: readDmarc(headers),
    is_cut: bodies.isCut,
  };
}

/** Reads the fields from headers. */
function readHeaderFields(headers: readonly Header[]) {
  const addresses = (name: string): Address[] => parseAddresses(findHeader(headers, name));
  return {
    from: addresses("from")[0] ?? addresses("sender")[0] ?? addresses("return-path")[0] ?? null,
    reply_to: addresses("reply-to"),
    to: addresses("to"),
    cc: addresses("cc"),
    subject: [...decodeHeader(findHeader(headers, "subject") ?? "")].slice(0, MAX_SUBJECT_LENGTH).join(""),
    date: parseDate(findHeader(headers, "date")),
    message_id: parseMessageIds(findHeader(headers, "message-id"))[0] ?? null,
    in_reply_to: listRepliedIds(headers).slice(0, MAX_REPLIED_IDS),
  };
}

/** The newest ids of a long thread are enough to find it. */
const MAX_REPLIED_IDS = 100;
