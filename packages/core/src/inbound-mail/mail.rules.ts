import { answerIn } from "./answer.rules.ts";
import { type Bodies, bodiesOf } from "./body.rules.ts";
import type { MailKind, MailVerdict } from "./facts.ts";
import { type File, leavesOf } from "./files.rules.ts";
import { type Address, addressesOf, first, idsOf, instantOf, textOf } from "./headers.rules.ts";
import { answersTo, dmarcOf, kindOf, verdictOf } from "./kind.rules.ts";
import { type Header, partOf } from "./mime.rules.ts";
import { type Bounce, bounceIn } from "./report.rules.ts";

/**
 * A mail as it came in, read. Whatever the bytes are, there is one, and nothing of it has controls, or signs that no text may have.
 */
export interface InboundMail {
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
  readonly attachments: readonly File[];
  readonly calendar: Bodies["calendar"];
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

const LONGEST_SUBJECT = 998;

/** Reads a raw message that came to these addresses. */
export function readMail(raw: Uint8Array, recipients: readonly string[] = []): InboundMail {
  const root = partOf(raw);
  const { headers } = root;
  const bodies = bodiesOf(leavesOf(root));
  const said = spoken(headers);
  const { kind, because } = kindOf({
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
    answer: answerIn(bodies.fresh),
    html: bodies.html,
    attachments: bodies.files,
    calendar: bodies.calendar,
    kind,
    kind_because: because,
    bounce: kind === "bounce" ? bounceIn(root, headers, bodies.text) : null,
    spam_verdict: verdictOf(headers, "spam"),
    virus_verdict: verdictOf(headers, "virus"),
    dmarc: dmarcOf(headers),
    is_cut: bodies.isCut,
  };
}

/** What the headers say. */
function spoken(headers: readonly Header[]) {
  const addresses = (name: string): Address[] => addressesOf(first(headers, name));
  return {
    from: addresses("from")[0] ?? addresses("sender")[0] ?? addresses("return-path")[0] ?? null,
    reply_to: addresses("reply-to"),
    to: addresses("to"),
    cc: addresses("cc"),
    subject: [...textOf(first(headers, "subject") ?? "")].slice(0, LONGEST_SUBJECT).join(""),
    date: instantOf(first(headers, "date")),
    message_id: idsOf(first(headers, "message-id"))[0] ?? null,
    in_reply_to: answersTo(headers).slice(0, MOST_ANSWERED),
  };
}

/** Of a long thread the newest are enough to find it. */
const MOST_ANSWERED = 100;
