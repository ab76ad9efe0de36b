import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { fault, redactMessage, unreachable } from "../../lib/provider-http/http.rules.ts";

/** What a mail server says, and what it means (RFC 5321, RFC 3463). Pure. */

/** What went wrong with a mail, as nodemailer has it, and how far it had come. */
export interface SmtpError {
  message: string;
  /** `EAUTH`, `ETLS`, `EENVELOPE`, `EMESSAGE`, `ECONNECTION`, … */
  code?: string | undefined;
  /** Of three digits, where the server answered. */
  responseCode?: number | undefined;
  /** Whether the text of the mail began to be sent: the server had said 354. */
  hasDataStarted: boolean;
}

/** Seconds after which a server that says "later" is asked again: RFC 5321, 4.5.4.1 has half an hour at least for a queue. */
const RETRY_SECONDS = 30 * 60;
/** Seconds after which one that was not there is. */
const RECONNECT_SECONDS = 60;

/** The address was told in the words of the server; keys of the account never are. */
export function smtpFault(
  { message, code = "", responseCode, hasDataStarted: began }: SmtpError,
  secrets: readonly string[],
): ProviderFault {
  const words = redactMessage(message, secrets);
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(message)?.[1] ?? (responseCode ? String(responseCode) : code);
  const isLater = responseCode !== undefined && responseCode >= 400 && responseCode < 500;
  if (code === "ETLS") return fault("refused", "tls", `The server has no TLS that can be trusted: ${words}`);
  if (code === "EAUTH" && !isLater && responseCode !== undefined) return fault("unauthorized", status, words);
  if (responseCode !== undefined && responseCode >= 500) return fault("refused", status, words);
  if (isLater) return fault("rate_limited", status, words, { retryAfter: RETRY_SECONDS });
  if (code === "EENVELOPE") return fault("refused", "envelope", words);
  // The server may have taken the mail before its answer was lost.
  if (began) return unreachable("The mail server", code || "no answer");
  return fault("rate_limited", "not_connected", words, { retryAfter: RECONNECT_SECONDS });
}

const LOCAL_HOST_PATTERN = /\.(local|internal|localhost|home\.arpa)$/i;
/** For mail that is handed in: with TLS from the start, or after STARTTLS. */
export const smtpPorts: readonly number[] = [465, 587, 2525];

/** What is wrong with where a server is said to be; undefined where it may be asked. */
export function findServerProblem(host: string, port: number): string | undefined {
  const isName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i.test(host);
  if (!isName || LOCAL_HOST_PATTERN.test(host)) return "Not the public name of a mail server, such as smtp.example.com";
  return smtpPorts.includes(port) ? undefined : `Not a port to which mail is handed in: ${smtpPorts.join(", ")}`;
}
