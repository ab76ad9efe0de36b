import { type FormFields, parseForm, parseQuery } from "./form-body.rules.ts";
import { hmac, isEqual, sha256 } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/**
 * Twilio: HMAC-SHA1, in base64, of the address that it called and behind it the boxes of the form, sorted by their names, each name
 * with its value and nothing between. What is no form it names by its SHA-256 in the address (`bodySHA256`), and signs that alone.
 * With or without the port: which of the two it signs differs.
 */
export const checkTwilio: SignatureCheck = ({ bytes, headers }, { secrets, urls }) => {
  const given = headers["x-twilio-signature"];
  if (!given) return undefined;
  for (const url of urls) {
    const covered = findSignedContent(bytes, url);
    if (covered === undefined) continue;
    const isGenuine = secrets.some((secret) =>
      listUrlVariants(url).some((spelling) => isEqual(hmac("sha1", secret, spelling, covered.text).toString("base64"), given)),
    );
    if (isGenuine) return { external_id: null, idempotencyKey: sha256(JSON.stringify([setPort(url, undefined), covered.body])) };
  }
  return undefined;
};

/** What is signed behind the address, and what stands for the body in it; undefined where nothing covers the body. */
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

/** The address with this port, where it has none, or without any. */
function setPort(url: string, port: number | undefined): string {
  const [, scheme = "", host = "", own = "", rest = ""] = /^(https?:\/\/)([^/?#]*?)(:\d+)?((?:[/?#].*)?)$/is.exec(url) ?? [];
  if (scheme === "") return url;
  return scheme + host + (port === undefined ? "" : own || `:${port}`) + rest;
}
