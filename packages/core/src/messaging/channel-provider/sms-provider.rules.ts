import type { WebResponse } from "../../kernel/ports.ts";
import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { fault, parseRetryAfter, toInstant, unreachable } from "../../lib/provider-http/http.rules.ts";
import type { DeliveryReport } from "./message-status.rules.ts";

/** Pure rules for reading the answers of all text message providers. */

export type StatusMap = Readonly<Record<string, DeliveryReport["status"]>>;

/** Maps a provider's status. A status that is not documented means only that the provider has the message. */
export const mapStatus = (statuses: StatusMap, status: string): DeliveryReport["status"] =>
  (Object.hasOwn(statuses, status) ? statuses[status] : undefined) ?? "sent";

/** Returns the first time that the provider gives; now if there is none. */
export const firstInstant = (times: readonly unknown[], now: string): string =>
  times.map(toInstant).find((time) => time !== undefined) ?? now;

/** The code and message of a provider's error. */
interface ProviderProblem {
  code: string;
  message: string;
  /** The provider's page about the error. */
  details?: { url?: string };
  /** Headers with the time at which a rate limit is reset. */
  resetHeaders?: readonly string[];
}

/** Converts a failed answer to a fault, by its HTTP status. */
export function toFault(name: string, { status, headers }: WebResponse, now: number, problem: ProviderProblem): ProviderFault {
  const { code, message, details = {}, resetHeaders = [] } = problem;
  if (status === 429) return fault("rate_limited", code, message, { retryAfter: parseRetryAfter(headers, now, ...resetHeaders) });
  if (status >= 500 || status === 408 || (status >= 300 && status < 400)) return unreachable(name, String(status));
  if (status === 401) return fault("unauthorized", code, message, details);
  if (status === 404) return fault("gone", code, message, details);
  return fault("refused", code, message, details);
}
