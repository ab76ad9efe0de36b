import type { WebResponse } from "../../kernel/ports.ts";
import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { fault, parseRetryAfter, toInstant, unreachable } from "../../lib/provider-http/http.rules.ts";
import type { DeliveryReport } from "./message-status.rules.ts";

/** How answers of providers of text messages are read, whichever it is. Pure. */

export type StatusMap = Readonly<Record<string, DeliveryReport["status"]>>;

/** By a provider's table; of a status that is not documented, only that the message is there. */
export const mapStatus = (statuses: StatusMap, status: string): DeliveryReport["status"] =>
  (Object.hasOwn(statuses, status) ? statuses[status] : undefined) ?? "sent";

/** The first of a provider's times that there is; now where it says none. */
export const firstInstant = (times: readonly unknown[], now: string): string =>
  times.map(toInstant).find((each) => each !== undefined) ?? now;

/** What is wrong by a provider's own code and words. */
interface ProviderProblem {
  code: string;
  message: string;
  /** Where a person can mend it. */
  details?: { url?: string };
  /** Headers that say when a window begins anew. */
  resetHeaders?: readonly string[];
}

/** What an answer that does not say yes comes to, by its status. */
export function toFault(name: string, { status, headers }: WebResponse, now: number, wrong: ProviderProblem): ProviderFault {
  const { code, message: words, details: more = {}, resetHeaders: resets = [] } = wrong;
  if (status === 429) return fault("rate_limited", code, words, { retryAfter: parseRetryAfter(headers, now, ...resets) });
  if (status >= 500 || status === 408 || (status >= 300 && status < 400)) return unreachable(name, String(status));
  if (status === 401) return fault("unauthorized", code, words, more);
  if (status === 404) return fault("gone", code, words, more);
  return fault("refused", code, words, more);
}
