import { hmac, isEqual, sha256 } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/** Signature headers of one request: an account has up to 100 keys, and each key signs. */
const SIGNATURE_HEADER_PATTERN = /^x-docusign-signature-\d{1,3}$/;

/** Checks a signature of DocuSign Connect: HMAC-SHA256 of the body in Base64, once for each key of the account. It covers no time. */
export const checkDocusign: SignatureCheck = ({ bytes, headers }, { secrets }) => {
  const signatures = Object.entries(headers).flatMap(([name, value]) =>
    SIGNATURE_HEADER_PATTERN.test(name) && value ? [value] : [],
  );
  const expectedSignatures = secrets.map((secret) => hmac("sha256", secret, bytes).toString("base64"));
  const isGenuine = expectedSignatures.some((expectedSignature) =>
    signatures.some((signature) => isEqual(expectedSignature, signature)),
  );
  return isGenuine ? { external_id: null, idempotencyKey: sha256(bytes) } : undefined;
};
