import { collectLeafParts, type MailFile } from "./attachments.rules.ts";
import { type MailBody, readBody } from "./body.rules.ts";
import { type Bounce, parseBounce } from "./bounce-report.rules.ts";
import { type Address, decodeHeader, findHeader, parseAddresses, parseDate, parseMessageIds } from "./headers.rules.ts";
import { classifyMail, listRepliedIds, readDmarc, readVerdict } from "./mail-kind.rules.ts";
import type { MailKind, MailVerdict } from "./mail-kind.ts";
import { type Header, parseMessage } from "./mime.rules.ts";
import { extractReply } from "./reply-text.rules.ts";

/**
 * A mail as it came in, read. Whatever the bytes are, there is one, and nothing of it has controls, or signs that no text may have.
 */
export interface ParsedMail {
  readonly from: Address | null;
  readonly reply_to: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly subject: string;
  /** When its sender says that it was written, in UTC. */
  readonly date: string | null;
  /** Without its angles, as those that it answers: the newest first. */
  readonly message_id: string | null;
  readonly in_reply_to: readonly string[];
  /** The whole text; of a mail in HTML alone, that as it is read. */
  readonly text: string;
  /** What is new in it; where nothing is, all of it. */
  readonly answer: string;
  readonly html: string | null;
  readonly attachments: readonly MailFile[];
  readonly calendar: MailBody["calendar"];
  readonly kind: MailKind;
  /** The header, or what else, by which it is of that kind. */
  readonly kind_because: string | null;
  readonly bounce: Bounce | null;
  readonly spam_verdict: MailVerdict;
  readonly virus_verdict: MailVerdict;
  /** `pass` where its sender is who they say, as far as SES can tell. */
  readonly dmarc: string | null;
  /** Whether something was left out: parts, files or text beyond what is read of one mail. */
  readonly is_cut: boolean;
}

const MAX_SUBJECT_LENGTH = 998;

/** Reads a raw message that came to these addresses. */
export function readMail(raw: Uint8Array, recipients: readonly string[] = []): ParsedMail {
  const root = parseMessage(raw);
  const { headers } = root;
  const bodies = readBody(collectLeafParts(root));
  const said = readHeaderFields(headers);
  const { kind, reason: because } = classifyMail({
    root,
    headers,
    from: said.from ?? undefined,
    reply_to: said.reply_to,
    subject: said.subject,
    text: bodies.text,
    recipients,
    method: bodies.calendar?.method,
  });
  return {
    ...said,
    text: bodies.text,
    answer: extractReply(bodies.unsignedText),
    html: bodies.html,
    attachments: bodies.files,
    calendar: bodies.calendar,
    kind,
    kind_because: because,
    bounce: kind === "bounce" ? parseBounce(root, headers, bodies.text) : null,
    spam_verdict: readVerdict(headers, "spam"),
    virus_verdict: readVerdict(headers, "virus"),
    dmarc: readDmarc(headers),
    is_cut: bodies.isCut,
  };
}

/** What the headers say. */
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

/** Of a long thread the newest are enough to find it. */
const MAX_REPLIED_IDS = 100;
