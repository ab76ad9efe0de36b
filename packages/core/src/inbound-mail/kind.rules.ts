import { type MailKind, type MailVerdict, verdicts } from "./facts.ts";
import { type Address, all, first, idsOf } from "./headers.rules.ts";
import type { Header, Part } from "./mime.rules.ts";

/** What a mail is, and why: whoever acts on it asks first whether a person has written it. */

export interface Evidence {
  readonly root: Part;
  readonly headers: readonly Header[];
  readonly from: Address | undefined;
  readonly reply_to: readonly Address[];
  readonly subject: string;
  readonly text: string;
  /** The addresses that it came to. */
  readonly recipients: readonly string[];
  /** The method of a calendar in it. */
  readonly method: string | undefined;
}

export interface Verdict {
  readonly kind: MailKind;
  /** The header, or what else, that says so; null for a message. */
  readonly because: string | null;
}

/** What mails of ours bear: one that comes in came back. */
export const OWN_HEADER = "x-crm-message";
/** So many servers none passes that does not go in circles. */
export const MOST_HOPS = 25;

export function kindOf(evidence: Evidence): Verdict {
  for (const [kind, ask] of questions) {
    const because = ask(evidence);
    if (because !== undefined) return { kind, because };
  }
  return { kind: "message", because: null };
}

type Question = (evidence: Evidence) => string | undefined;

/** In the order in which they are asked: a report of a mail that went in circles is a report of it no more. */
const questions: readonly (readonly [MailKind, Question])[] = [
  ["loop", (evidence) => loop(evidence)],
  ["bounce", (evidence) => bounce(evidence)],
  ["calendar", ({ method }) => (method ? `method ${method}` : undefined)],
  ["auto_reply", (evidence) => autoReply(evidence)],
  ["bulk", (evidence) => bulk(evidence)],
];

function loop({ headers, from, reply_to, recipients }: Evidence): string | undefined {
  if (first(headers, OWN_HEADER) !== undefined && !isOfNeighbour(reply_to, recipients)) return "X-CRM-Message";
  if (all(headers, "received").length > MOST_HOPS) return "Received";
  const own = new Set(recipients.map((each) => each.toLowerCase()));
  if (from && own.has(from.email)) return "From";
  const passed = [...all(headers, "delivered-to"), ...all(headers, "x-loop")];
  // The last server on the way may say once to whom it gives the mail.
  return passed.filter((value) => own.has(value.trim().toLowerCase())).length > 1 ? "Delivered-To" : undefined;
}

/** Another tenant of ours writes to this one, as anybody may: an answer goes to theirs, beside ours. */
function isOfNeighbour(reply_to: readonly Address[], recipients: readonly string[]): boolean {
  const hosts = new Set(recipients.map(hostOf));
  const above = new Set([...hosts].map(parentOf));
  return reply_to.some(({ email }) => !hosts.has(hostOf(email)) && above.has(parentOf(hostOf(email))));
}

const hostOf = (email: string): string => email.slice(email.lastIndexOf("@") + 1).toLowerCase();
const parentOf = (host: string): string => host.slice(host.indexOf(".") + 1);

/** `<>`: what nobody is to answer. */
const isFromNobody = (headers: readonly Header[]): boolean => /^<\s*>$/.test(first(headers, "return-path")?.trim() ?? "");

const POSTMASTERS = /^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|microsoftexchange[0-9a-f]{20,})@/;
const UNDELIVERED =
  /undeliver(?:ed|able)|delivery (?:status notification|failure|has failed|failed|problem)|mail delivery (?:failed|failure|system)|returned (?:mail|to sender)|failure notice|delivery incomplete|message (?:could not be|not) delivered|nicht zugestellt|unzustellbar|zustellung fehlgeschlagen|non remis|non distribuable|échec de la remise|no se puede entregar|no entregado|mancata consegna|non recapitabile|não entregue|onbestelbaar|配信不能|无法送达|退信|退件|전송 실패|반송/iu;

function bounce({ root, headers, from, subject, text }: Evidence): string | undefined {
  const report = root.type === "multipart/report" ? (root.params["report-type"] ?? "").toLowerCase() : "";
  if (report === "delivery-status" || root.parts.some(({ type }) => /^message\/(?:global-)?delivery-status$/.test(type)))
    return "delivery-status";
  if (first(headers, "x-failed-recipients")) return "X-Failed-Recipients";
  const isPostmaster = POSTMASTERS.test(from?.email ?? "");
  const isSaid = UNDELIVERED.test(subject) || /^hi\. this is the qmail-send program/i.test(text.trim());
  if (isSaid && (isPostmaster || isFromNobody(headers))) return isPostmaster ? "From" : "Return-Path";
  return undefined;
}

/** A header, and what of its values says that a program has answered. */
const answered: readonly (readonly [string, RegExp])[] = [
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

/** How programs write that somebody is away. People write so too, and so it says nothing alone. */
const AWAY =
  /^(?:(?:re|aw|antw|sv|vs|odp|r|rif|res|ynt|回复|答复|回覆)\s*:\s*)*(?:auto(?:matic)?[- ]?(?:reply|response|antwort)|automatische (?:antwort|beantwortung)|abwesen(?:heit|d)|out of (?:the )?office|ooo\b|away from|on (?:vacation|leave|holiday)|réponse automatique|absen(?:ce|t)|respuesta automática|fuera de (?:la )?oficina|ausencia|risposta automatica|fuori (?:sede|ufficio)|assen(?:za|te)|resposta automática|ausência|fora do escritório|automatisch antwoord|afwezig|autosvar|automatiskt svar|frånvar|fraværende|fravær|automaattinen vastaus|poissa|automatyczna odpowiedź|automatická odpověď|automatikus válasz|răspuns automat|автоответ|автоматический ответ|автоматична відповідь|otomatik yanıt|رد تلقائي|תשובה אוטומטית|自動応答|自動返信|不在|自动回复|自動回覆|외출|부재중|자동 회신|자동 응답)/iu;

function autoReply({ root, headers, subject }: Evidence): string | undefined {
  const header = answered.find(([name, says]) => all(headers, name.toLowerCase()).some((value) => says.test(value)));
  if (header) return header[0];
  const report = root.type === "multipart/report" ? (root.params["report-type"] ?? "").toLowerCase() : "";
  if (report === "disposition-notification" || report === "feedback-report") return report;
  if (isFromNobody(headers)) return "Return-Path";
  const isUnasked =
    /bulk|junk|list/i.test(first(headers, "precedence") ?? "") || /vacation/i.test(first(headers, "x-mailer") ?? "");
  return isUnasked && AWAY.test(subject) ? "Subject" : undefined;
}

function bulk({ headers }: Evidence): string | undefined {
  if (first(headers, "list-id")) return "List-Id";
  if (/bulk|junk|list/i.test(first(headers, "precedence") ?? "")) return "Precedence";
  return first(headers, "list-unsubscribe") ? "List-Unsubscribe" : undefined;
}

/** What SES says, which writes above whatever the sender wrote: the first header of the name counts. */
export function verdictOf(headers: readonly Header[], name: "spam" | "virus"): MailVerdict {
  const said = first(headers, `x-ses-${name}-verdict`)?.trim().toUpperCase();
  return verdicts.find((each) => each === said) ?? "UNKNOWN";
}

/** Whether SES found that the domain in From has sent the mail (RFC 7489); null where it does not say. */
export function dmarcOf(headers: readonly Header[]): string | null {
  const results = first(headers, "authentication-results") ?? "";
  if (!/^\s*amazonses\.com\s*;/i.test(results)) return null;
  return /\bdmarc=(\w+)/i.exec(results)?.[1]?.toLowerCase() ?? null;
}

/** What it answers: the newest first, and each once. */
export const answersTo = (headers: readonly Header[]): string[] => [
  ...new Set([...idsOf(first(headers, "in-reply-to")), ...idsOf(first(headers, "references")).reverse()]),
];
