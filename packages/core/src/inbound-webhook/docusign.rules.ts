import type { Check } from "./call.ts";
import { hmac, isEqual, sha256 } from "./proof.rules.ts";

/** Headers of one call: an account has up to 100 keys, each of which signs. */
const HEADER = /^x-docusign-signature-\d{1,3}$/;

/** DocuSign Connect: HMAC-SHA256 of the body, in base64, once for each key of the account. Nothing says when it was signed. */
export const checkDocusign: Check = ({ bytes, headers }, { secrets }) => {
  const given = Object.entries(headers).flatMap(([name, value]) => (HEADER.test(name) && value ? [value] : []));
  const wanted = secrets.map((secret) => hmac("sha256", secret, bytes).toString("base64"));
  const isGenuine = wanted.some((each) => given.some((signature) => isEqual(each, signature)));
  return isGenuine ? { external_id: null, once: sha256(bytes) } : undefined;
};
