import type { ProviderFault } from "../../provider/fault.ts";
import { fault, said, unreachable } from "../../provider/http.rules.ts";

/** What SES says no by (API v2), as we say it. Pure. */

/** Nothing was done, and later it may be. */
const later = new Set([
  "TooManyRequestsException",
  "LimitExceededException",
  "SendingPausedException",
  "ThrottlingException",
  "Throttling",
  "ConcurrentModificationException",
]);
const keys = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "ExpiredTokenException",
  "MissingAuthenticationTokenException",
  "AccessDeniedException",
]);

/** Seconds: its limits are of one second and of a day. */
const SOON = 30;

export function sesFault({
  name,
  message,
  status,
}: {
  name: string;
  message: string;
  status: number | undefined;
}): ProviderFault {
  const words = said(message || name, []);
  if (later.has(name) || status === 429) return fault("rate_limited", name, words, { retryAfter: SOON });
  if (status === undefined || status >= 500 || status < 400)
    return unreachable("SES", status === undefined ? name : String(status));
  if (keys.has(name) || status === 401 || status === 403) return fault("unauthorized", name, words);
  return fault("refused", name, words);
}
