import { checkDocusign } from "./docusign.rules.ts";
import { checkDropboxSign } from "./dropbox-sign.rules.ts";
import { checkPlivo } from "./plivo.rules.ts";
import type { Provider } from "./providers.ts";
import { checkSns, isTopic } from "./sns.rules.ts";
import { checkStandard, parseStandardKey } from "./standard-webhooks.rules.ts";
import { checkStripe, isStripeSecret } from "./stripe.rules.ts";
import { checkTelnyx, parseTelnyxKey } from "./telnyx.rules.ts";
import { checkTwilio } from "./twilio.rules.ts";
import type { SignatureCheck, VerificationContext, VerifiedRequest, WebhookRequest } from "./webhook-request.ts";

/** Checks that a provider sent a request, by its published rules (docs/messaging/inbound-webhooks.md). */

const checksByProvider: Readonly<Record<Provider, SignatureCheck>> = {
  twilio: checkTwilio,
  telnyx: checkTelnyx,
  plivo: checkPlivo,
  docusign: checkDocusign,
  dropbox_sign: checkDropboxSign,
  ses: checkSns,
  stripe: checkStripe,
  standard: checkStandard,
};

export const verifySignature = (
  provider: Provider,
  call: WebhookRequest,
  context: VerificationContext,
): VerifiedRequest | undefined => checksByProvider[provider](call, context);

/** Returns why a secret of a provider is not valid; undefined if it is. */
export function findSecretProblem(provider: Provider, secret: string): string | undefined {
  if (provider === "telnyx" && !parseTelnyxKey(secret)) return "Must be a Telnyx public key: 32 bytes in base64";
  if (provider === "standard" && !parseStandardKey(secret))
    return "Must be a Standard Webhooks secret: base64, usually with the prefix whsec_";
  if (provider === "stripe" && !isStripeSecret(secret))
    return "Must be the signing secret of an endpoint at Stripe: whsec_ and at least 16 characters";
  if (provider === "ses" && !isTopic(secret)) return "Must be the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>";
  return undefined;
}

/**
 * Returns the URLs that a provider may have called: the given one, with the query of the request. Each contains the whole query, so a query
 * that was added to a signed request matches no signature.
 */
export function listSignedUrls(url: string, query: string): string[] {
  if (query === "") return [url];
  const [bare = ""] = url.split("?");
  return [...new Set([`${url}${url.includes("?") ? "&" : "?"}${query}`, `${bare}?${query}`])];
}
