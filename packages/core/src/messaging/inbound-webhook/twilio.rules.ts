import { type FormFields, parseForm, parseQuery } from "./form-body.rules.ts";
import { hmac, isEqual, sha256 } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/** Names the algorithm of a signature by a shared key: `key=webhooks_sharedkey_…,algorithm=HMAC_SHA256`. Without it, the auth token signs with SHA-1. */
const SETTINGS_HEADER = "x-twilio-webhooks-signature-settings";

/**
 * Checks a signature of Twilio: HMAC-SHA1 or HMAC-SHA256 in Base64 of the URL, followed by the form fields sorted by name, each name with its
 * value and no separator. A body that is not a form has its SHA-256 in the URL (`bodySHA256`), and only the URL is signed. The
 * signed URL may be with or without the port.
 */
export const checkTwilio: SignatureCheck = ({ bytes, headers }, { secrets, urls }) => {
  const signature = headers["x-twilio-signature"];
  if (!signature) return undefined;
  const algorithm = /\balgorithm\s*=\s*HMAC_SHA256\b/i.test(headers[SETTINGS_HEADER] ?? "") ? "sha256" : "sha1";
  for (const url of urls) {
    const covered = findSignedContent(bytes, url);
    if (covered === undefined) continue;
    const isGenuine = secrets.some((secret) =>
      listUrlVariants(url).some((spelling) =>
        isEqual(hmac(algorithm, secret, spelling, covered.text).toString("base64"), signature),
      ),
    );
    if (isGenuine) return { external_id: null, idempotencyKey: sha256(JSON.stringify([setPort(url, undefined), covered.body])) };
  }
  return undefined;
};

/** Returns the signed text after the URL, and what identifies the body; undefined if the signature does not cover the body. */
function findSignedContent(bytes: Uint8Array, url: string): { text: string; body: string } | undefined {
  const [hash, ...more] = parseQuery(url.split("?").slice(1).join("?").split("#")[0] ?? "")?.get("bodySHA256") ?? [];
  if (hash !== undefined) return more.length === 0 && isEqual(sha256(bytes), hash) ? { text: "", body: hash } : undefined;
  const params = parseForm(bytes);
  if (!params) return undefined;
  const text = joinSortedFields(params);
  return { text, body: text };
}

const joinSortedFields = (params: FormFields): string =>
  [...params.keys()]
    .sort()
    .flatMap((name) => [...new Set(params.get(name))].sort().map((value) => name + value))
    .join("");

const listUrlVariants = (url: string): string[] => {
  const port = /^http:/i.test(url) ? 80 : 443;
  return [...new Set([url, setPort(url, undefined), setPort(url, port)])];
};

/** Returns the URL with this port if it has none, or without its port. */
function setPort(url: string, port: number | undefined): string {
  const [, scheme = "", host = "", ownPort = "", rest = ""] = /^(https?:\/\/)([^/?#]*?)(:\d+)?((?:[/?#].*)?)$/is.exec(url) ?? [];
  if (scheme === "") return url;
  return scheme + host + (port === undefined ? "" : ownPort || `:${port}`) + rest;
}
