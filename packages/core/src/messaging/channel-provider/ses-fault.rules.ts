import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { fault, redactMessage, unreachable } from "../../lib/provider-http/http.rules.ts";

/** Pure rules: converts errors of SES (API v2) to `ProviderFault`. */

/** Errors after which nothing was sent and a later try may succeed. */
const retryableErrors = new Set([
  "TooManyRequestsException",
  "LimitExceededException",
  "SendingPausedException",
  "ThrottlingException",
  "Throttling",
  "ConcurrentModificationException",
]);
const credentialErrors = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "ExpiredTokenException",
  "MissingAuthenticationTokenException",
  "AccessDeniedException",
]);

/** Seconds: the limits of SES are per second and per day. */
const RETRY_SECONDS = 30;

export function sesFault({
  name,
  message,
  status,
}: {
  name: string;
  message: string;
  status: number | undefined;
}): ProviderFault {
  const words = redactMessage(message || name, []);
  if (retryableErrors.has(name) || status === 429) return fault("rate_limited", name, words, { retryAfter: RETRY_SECONDS });
  if (status === undefined || status >= 500 || status < 400)
    return unreachable("SES", status === undefined ? name : String(status));
  if (credentialErrors.has(name) || status === 401 || status === 403) return fault("unauthorized", name, words);
  return fault("refused", name, words);
}
