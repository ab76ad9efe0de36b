import type { WebAnswer } from "../../kernel/ports.ts";
import type { ProviderFault } from "../../provider/fault.ts";
import { fault, instantOf, pauseOf, unreachable } from "../../provider/http.rules.ts";
import type { Report } from "../standing.rules.ts";

/** How answers of providers of text messages are read, whichever it is. Pure. */

export type Statuses = Readonly<Record<string, Report["status"]>>;

/** By a provider's table; of a status that is not documented, only that the message is there. */
export const statusIn = (statuses: Statuses, status: string): Report["status"] =>
  (Object.hasOwn(statuses, status) ? statuses[status] : undefined) ?? "sent";

/** The first of a provider's times that there is; now where it says none. */
export const firstOf = (times: readonly unknown[], now: string): string =>
  times.map(instantOf).find((each) => each !== undefined) ?? now;

/** What is wrong by a provider's own code and words. */
interface Wrong {
  code: string;
  words: string;
  /** Where a person can mend it. */
  more?: { url?: string };
  /** Headers that say when a window begins anew. */
  resets?: readonly string[];
}

/** What an answer that does not say yes comes to, by its status. */
export function faultOf(name: string, { status, headers }: WebAnswer, now: number, wrong: Wrong): ProviderFault {
  const { code, words, more = {}, resets = [] } = wrong;
  if (status === 429) return fault("rate_limited", code, words, { retryAfter: pauseOf(headers, now, ...resets) });
  if (status >= 500 || status === 408 || (status >= 300 && status < 400)) return unreachable(name, String(status));
  if (status === 401) return fault("unauthorized", code, words, more);
  if (status === 404) return fault("gone", code, words, more);
  return fault("refused", code, words, more);
}
