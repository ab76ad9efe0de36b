import { findDeliveryReport } from "./bounce-report.rules.ts";
import { type Address, decodeHeader, findHeader, findHeaders, parseMessageIds } from "./headers.rules.ts";
import {
  hasSmtpReply,
  hasSmtpStatus,
  headerEvidence,
  isAbsenceSubject,
  isAbuseReport,
  isReporterAddress,
  isServerAddress,
  isServerName,
  isUnattendedAddress,
  saysUndelivered,
} from "./mail-evidence.rules.ts";
import { type MailKind, type MailVerdict, mailVerdicts } from "./mail-kind.ts";
import { type MailWriter, parseHost } from "./mail-writer.rules.ts";
import type { Header, Part } from "./mime.rules.ts";

/** Classifies mails. Handlers check the kind first, to know whether a person wrote the mail. */

interface Evidence {
  readonly root: Part;
  readonly headers: readonly Header[];
  readonly from: Address | undefined;
  readonly writer: MailWriter;
  readonly reply_to: readonly Address[];
  readonly subject: string;
  readonly text: string;
  /** The addresses to which the mail was sent. */
  readonly recipients: readonly string[];
  /** The method of a calendar in the mail. */
  readonly method: string | undefined;
}

interface KindResult {
  readonly kind: MailKind;
  /** The header or other reason for the kind; null for a message. */
  readonly reason: string | null;
}

/** The header of all mails from this system: an inbound mail with it has come back. */
const OWN_HEADER = "x-crm-message";
/** Number of servers that a mail passes only in a loop. */
const MAX_HOPS = 25;

export function classifyMail(evidence: Evidence): KindResult {
  for (const [kind, ask] of kindChecks) {
    const because = ask(evidence);
    if (because !== undefined) return { kind, reason: because };
  }
  return { kind: "message", reason: null };
}

type KindCheck = (evidence: Evidence) => string | undefined;

/** The checks in order. The loop comes first: a bounce report that loops is a loop. */
const kindChecks: readonly (readonly [MailKind, KindCheck])[] = [
  ["loop", (evidence) => detectLoop(evidence)],
  ["bounce", (evidence) => detectBounce(evidence)],
  ["calendar", ({ method }) => (method ? `method ${method}` : undefined)],
  ["auto_reply", (evidence) => detectAutoReply(evidence)],
  ["bulk", (evidence) => detectBulk(evidence)],
];

function detectLoop({ headers, from, reply_to, recipients }: Evidence): string | undefined {
  if (findHeader(headers, OWN_HEADER) !== undefined && !isFromOtherTenant(reply_to, recipients)) return "X-CRM-Message";
  if (findHeaders(headers, "received").length > MAX_HOPS) return "Received";
  const ownAddresses = new Set(recipients.map((recipient) => recipient.toLowerCase()));
  if (from && ownAddresses.has(from.email)) return "From";
  const deliveryAddresses = [...findHeaders(headers, "delivered-to"), ...findHeaders(headers, "x-loop")];
  // The last server may have added the recipient once.
  return deliveryAddresses.filter((value) => ownAddresses.has(value.trim().toLowerCase())).length > 1
    ? "Delivered-To"
    : undefined;
}

/** Tells whether another tenant of this deployment sent the mail, which is not a loop: the reply address belongs to that tenant. */
function isFromOtherTenant(reply_to: readonly Address[], recipients: readonly string[]): boolean {
  const hosts = new Set(recipients.map(parseHost));
  const above = new Set([...hosts].map(parseParentHost));
  return reply_to.some(({ email }) => !hosts.has(parseHost(email)) && above.has(parseParentHost(parseHost(email))));
}

const parseParentHost = (host: string): string => host.slice(host.indexOf(".") + 1);

/** Tells whether the envelope sender is `<>`: such a mail must not be answered. */
const hasNullSender = (headers: readonly Header[]): boolean => /^<\s*>$/.test(findHeader(headers, "return-path")?.trim() ?? "");

/** What mail programs write before the subject of a forwarded mail. */
const FORWARD_SUBJECT_PATTERN =
  /^(?:[^\s:：]{1,12}\s*[:：]\s*)*(?:fwd?|wg|tr|rv|enc|i|vb|vs|doorst|pd|пересл|转发|轉寄|転送|전달)\s*[:：]/iu;

/** Characters of a text in which a mail server says what became of a mail. */
const FAILURE_SAMPLE_LENGTH = 4000;

function detectBounce(evidence: Evidence): string | undefined {
  const { headers, subject, text } = evidence;
  if (hasDeliveryReport(evidence)) return "delivery-status";
  if (findHeader(headers, "x-failed-recipients")) return "X-Failed-Recipients";
  const sample = text.slice(0, FAILURE_SAMPLE_LENGTH);
  const isSaid = saysUndelivered(subject) || saysUndelivered(sample);
  if (isFromServer(evidence)) return isSaid || hasSmtpReply(sample) ? "From" : undefined;
  if (hasNullSender(headers)) return isSaid || hasSmtpStatus(sample) ? "Return-Path" : undefined;
  return isAutoSubmitted(headers) && saysUndelivered(subject) && saysUndelivered(sample) ? "Auto-Submitted" : undefined;
}

const isAutoSubmitted = (headers: readonly Header[]): boolean => /^\s*auto-/i.test(findHeader(headers, "auto-submitted") ?? "");

/** Returns the name of the first header that proves this about the writer. */
const findEvidence = (headers: readonly Header[], proves: (typeof headerEvidence)[number]["proves"]): string | undefined =>
  headerEvidence.find(
    (evidence) =>
      evidence.proves === proves && findHeaders(headers, evidence.name.toLowerCase()).some((text) => evidence.value.test(text)),
  )?.name;

/** Tells whether a mail server wrote the mail, by its address or, without an address, by its name. */
const isFromServer = ({ from, headers }: Evidence): boolean =>
  from === undefined || from.email === findReturnPath(headers)
    ? isServerName(decodeHeader(findHeader(headers, "from") ?? "")) || isServerAddress(from?.email ?? "")
    : isServerAddress(from.email);

const findReturnPath = (headers: readonly Header[]): string | undefined =>
  findHeader(headers, "return-path")
    ?.replaceAll(/[<>\s]/g, "")
    .toLowerCase();

/**
 * Tells whether the mail is a delivery report. The headers of a mail server are sufficient but not necessary. Without them, a report that
 * a person forwards or attaches belongs to a message.
 */
function hasDeliveryReport(evidence: Evidence): boolean {
  const { root, headers, from, subject } = evidence;
  const report = findDeliveryReport(root);
  if (!report) return false;
  if (from === undefined || isAutoSubmitted(headers) || hasNullSender(headers) || isFromServer(evidence)) return true;
  return report.isWholeMail && !FORWARD_SUBJECT_PATTERN.test(subject);
}

function detectAutoReply(evidence: Evidence): string | undefined {
  const { root, headers, from, subject } = evidence;
  const header = findEvidence(headers, "auto_reply");
  if (header !== undefined) return header;
  const report = root.type === "multipart/report" ? (root.params["report-type"] ?? "").toLowerCase() : "";
  if (report === "disposition-notification" || report === "feedback-report") return report;
  if (hasNullSender(headers)) return "Return-Path";
  if (isFromServer(evidence) || isReporterAddress(from?.email ?? "") || isAbuseReport(subject, from?.email ?? "")) return "From";
  return findEvidence(headers, "hint") !== undefined && isAbsenceSubject(subject) ? "Subject" : undefined;
}

function detectBulk({ headers, from, writer }: Evidence): string | undefined {
  // A list on the way proves nothing about a mail whose writer it names.
  if (writer.relay === "list") return undefined;
  const header = findEvidence(headers, "bulk");
  if (header !== undefined) return header;
  return writer.relay === null && from && isUnattendedAddress(from.email) ? "From" : undefined;
}

/** Returns the verdict of SES, which adds its header above those of the sender: the first one counts. */
export function readVerdict(headers: readonly Header[], name: "spam" | "virus"): MailVerdict {
  const verdict = findHeader(headers, `x-ses-${name}-verdict`)?.trim().toUpperCase();
  return mailVerdicts.find((mailVerdict) => mailVerdict === verdict) ?? "UNKNOWN";
}

/** Returns the DMARC result of SES for the domain in From (RFC 7489); null if there is none. */
export function readDmarc(headers: readonly Header[]): string | null {
  const results = findHeader(headers, "authentication-results") ?? "";
  if (!/^\s*amazonses\.com\s*;/i.test(results)) return null;
  return /\bdmarc=(\w+)/i.exec(results)?.[1]?.toLowerCase() ?? null;
}

/** Lists the ids to which the mail replies, the newest first, without duplicates. */
export const listRepliedIds = (headers: readonly Header[]): string[] => [
  ...new Set([
    ...parseMessageIds(findHeader(headers, "in-reply-to")),
    ...parseMessageIds(findHeader(headers, "references")).reverse(),
  ]),
];
