import { findDeliveryReport } from "./bounce-report.rules.ts";
import { type Address, findHeader, findHeaders, parseMessageIds } from "./headers.rules.ts";
import { type MailKind, type MailVerdict, mailVerdicts } from "./mail-kind.ts";
import type { Header, Part } from "./mime.rules.ts";

/** Classifies mails. Handlers check the kind first, to know whether a person wrote the mail. */

interface Evidence {
  readonly root: Part;
  readonly headers: readonly Header[];
  readonly from: Address | undefined;
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

const parseHost = (email: string): string => email.slice(email.lastIndexOf("@") + 1).toLowerCase();
const parseParentHost = (host: string): string => host.slice(host.indexOf(".") + 1);

/** Tells whether the envelope sender is `<>`: such a mail must not be answered. */
const hasNullSender = (headers: readonly Header[]): boolean => /^<\s*>$/.test(findHeader(headers, "return-path")?.trim() ?? "");

const POSTMASTER_PATTERN = /^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|microsoftexchange[0-9a-f]{20,})@/;
const BOUNCE_SUBJECT_PATTERN =
  /undeliver(?:ed|able)|delivery (?:status notification|failure|has failed|failed|problem)|mail delivery (?:failed|failure|system)|returned (?:mail|to sender)|failure notice|delivery incomplete|message (?:could not be|not) delivered|nicht zugestellt|unzustellbar|zustellung fehlgeschlagen|non remis|non distribuable|échec de la remise|no se puede entregar|no entregado|mancata consegna|non recapitabile|não entregue|onbestelbaar|配信不能|无法送达|退信|退件|전송 실패|반송/iu;

/** What mail programs write before the subject of a forwarded mail. */
const FORWARD_SUBJECT_PATTERN =
  /^(?:[^\s:：]{1,12}\s*[:：]\s*)*(?:fwd?|wg|tr|rv|enc|i|vb|vs|doorst|pd|пересл|转发|轉寄|転送|전달)\s*[:：]/iu;

function detectBounce(evidence: Evidence): string | undefined {
  const { headers, from, subject, text } = evidence;
  if (hasDeliveryReport(evidence)) return "delivery-status";
  if (findHeader(headers, "x-failed-recipients")) return "X-Failed-Recipients";
  const isPostmaster = POSTMASTER_PATTERN.test(from?.email ?? "");
  const isSaid = BOUNCE_SUBJECT_PATTERN.test(subject) || /^hi\. this is the qmail-send program/i.test(text.trim());
  if (isSaid && (isPostmaster || hasNullSender(headers))) return isPostmaster ? "From" : "Return-Path";
  return undefined;
}

/**
 * Tells whether the mail is a delivery report. The headers of a mail server are sufficient but not necessary. Without them, a report that
 * a person forwards or attaches belongs to a message.
 */
function hasDeliveryReport({ root, headers, from, subject }: Evidence): boolean {
  const report = findDeliveryReport(root);
  if (!report) return false;
  const isAutomatic = /^\s*auto-/i.test(findHeader(headers, "auto-submitted") ?? "");
  if (from === undefined || isAutomatic || hasNullSender(headers) || POSTMASTER_PATTERN.test(from.email)) return true;
  return report.isWholeMail && !FORWARD_SUBJECT_PATTERN.test(subject);
}

/** Headers, and the values with which programs mark automatic replies. */
const autoReplyHeaders: readonly (readonly [string, RegExp])[] = [
  ["Auto-Submitted", /^\s*auto-/i],
  ["X-Autoreply", /./],
  ["X-Autorespond", /./],
  ["X-Autoresponder", /./],
  ["X-AutoReply-From", /./],
  ["X-Mail-Autoreply", /./],
  ["X-Auto-Reply", /./],
  ["X-Vacation", /./],
  ["X-FC-MachineGenerated", /true/i],
  ["X-POST-MessageClass", /autoresponder/i],
  ["X-MS-Exchange-Generated-Message-Source", /./],
  ["X-MS-Exchange-Inbox-Rules-Loop", /./],
  ["Precedence", /auto[-_ ]?reply/i],
  ["Delivered-To", /^autoresponder$/i],
  ["X-Auto-Response-Suppress", /\ball\b|\boof\b|autoreply/i],
  ["X-Cron-Env", /./],
];

/** Subjects of out-of-office replies. People write such subjects too, so they are not sufficient alone. */
const ABSENCE_SUBJECT_PATTERN =
  /^(?:(?:re|aw|antw|sv|vs|odp|r|rif|res|ynt|回复|答复|回覆)\s*:\s*)*(?:auto(?:matic)?[- ]?(?:reply|response|antwort)|automatische (?:antwort|beantwortung)|abwesen(?:heit|d)|out of (?:the )?office|ooo\b|away from|on (?:vacation|leave|holiday)|réponse automatique|absen(?:ce|t)|respuesta automática|fuera de (?:la )?oficina|ausencia|risposta automatica|fuori (?:sede|ufficio)|assen(?:za|te)|resposta automática|ausência|fora do escritório|automatisch antwoord|afwezig|autosvar|automatiskt svar|frånvar|fraværende|fravær|automaattinen vastaus|poissa|automatyczna odpowiedź|automatická odpověď|automatikus válasz|răspuns automat|автоответ|автоматический ответ|автоматична відповідь|otomatik yanıt|رد تلقائي|תשובה אוטומטית|自動応答|自動返信|不在|自动回复|自動回覆|외출|부재중|자동 회신|자동 응답)/iu;

function detectAutoReply({ root, headers, subject }: Evidence): string | undefined {
  const header = autoReplyHeaders.find(([name, pattern]) =>
    findHeaders(headers, name.toLowerCase()).some((value) => pattern.test(value)),
  );
  if (header) return header[0];
  const report = root.type === "multipart/report" ? (root.params["report-type"] ?? "").toLowerCase() : "";
  if (report === "disposition-notification" || report === "feedback-report") return report;
  if (hasNullSender(headers)) return "Return-Path";
  const isUnasked =
    /bulk|junk|list/i.test(findHeader(headers, "precedence") ?? "") || /vacation/i.test(findHeader(headers, "x-mailer") ?? "");
  return isUnasked && ABSENCE_SUBJECT_PATTERN.test(subject) ? "Subject" : undefined;
}

function detectBulk({ headers }: Evidence): string | undefined {
  if (findHeader(headers, "list-id")) return "List-Id";
  if (/bulk|junk|list/i.test(findHeader(headers, "precedence") ?? "")) return "Precedence";
  return findHeader(headers, "list-unsubscribe") ? "List-Unsubscribe" : undefined;
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
