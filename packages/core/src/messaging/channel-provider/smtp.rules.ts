import { isPublicHostName } from "../../kernel/public-address.ts";
import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { fault, redactMessage, unreachable } from "../../lib/provider-http/http.rules.ts";

/** Pure rules: converts the answers and errors of SMTP servers (RFC 5321, RFC 3463). */

/** An error of nodemailer, and how far the transmission had come. */
interface SmtpError {
  message: string;
  /** For example `EAUTH`, `ETLS`, `EENVELOPE`, `EMESSAGE`, `ECONNECTION`. */
  code?: string | undefined;
  /** The three-digit code, if the server answered. */
  responseCode?: number | undefined;
  /** Whether the content was being sent: the server had answered 354. */
  hasDataStarted: boolean;
}

/** Seconds until the next try after a temporary refusal: RFC 5321, 4.5.4.1 requires at least half an hour. */
const RETRY_SECONDS = 30 * 60;
/** Seconds until the next try after a failed connection. */
const RECONNECT_SECONDS = 60;

/** Converts an SMTP error to a fault. It may contain the address in the server's words, but never a secret of the account. */
export function smtpFault(
  { message, code = "", responseCode, hasDataStarted }: SmtpError,
  secrets: readonly string[],
): ProviderFault {
  const words = redactMessage(message, secrets);
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(message)?.[1] ?? (responseCode ? String(responseCode) : code);
  const isLater = responseCode !== undefined && responseCode >= 400 && responseCode < 500;
  if (code === "ETLS") return fault("refused", "tls", `The server offers no trusted TLS connection: ${words}`);
  if (code === "EAUTH" && !isLater && responseCode !== undefined) return fault("unauthorized", status, words);
  if (responseCode !== undefined && responseCode >= 500) return fault("refused", status, words);
  if (isLater) return fault("rate_limited", status, words, { retryAfter: RETRY_SECONDS });
  if (code === "EENVELOPE") return fault("refused", "envelope", words);
  // The server may have accepted the mail before its answer was lost.
  if (hasDataStarted) return unreachable("The mail server", code || "no answer");
  return fault("rate_limited", "not_connected", words, { retryAfter: RECONNECT_SECONDS });
}

/** Ports for mail submission: with TLS from the start, or after STARTTLS. */
const smtpPorts: readonly number[] = [465, 587, 2525];

/** Returns why a server address is not allowed; undefined if it is. */
export function findServerProblem(host: string, port: number): string | undefined {
  const isName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i.test(host);
  if (!isName || !isPublicHostName(host)) return "Must be the public name of a mail server, such as smtp.example.com";
  return smtpPorts.includes(port) ? undefined : `Must be a port for mail submission: ${smtpPorts.join(", ")}`;
}
