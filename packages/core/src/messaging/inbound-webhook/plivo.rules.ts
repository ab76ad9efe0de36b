import { type FormFields, parseForm, parseQuery } from "./form-body.rules.ts";
import { hmac, isEqual, sha256 } from "./signature-primitives.rules.ts";
import type { SignatureCheck } from "./webhook-request.ts";

/**
 * Checks a signature of Plivo, version 3: HMAC-SHA256 in Base64 of the URL with its query sorted, the sorted form fields, and a
 * nonce, joined by dots. There may be several signatures separated by commas, and one by the token of the main account besides that
 * of a subaccount.
 */
export const checkPlivo: SignatureCheck = ({ bytes, headers }, { secrets, urls }) => {
  const nonce = headers["x-plivo-signature-v3-nonce"];
  const signatures = ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"].flatMap((name) => headers[name]?.split(",") ?? []);
  const params = parseForm(bytes);
  if (!nonce || signatures.length === 0 || !params) return undefined;
  for (const url of urls) {
    const signed = buildSignedText(url, params);
    if (signed === undefined) continue;
    const isGenuine = secrets.some((secret) => {
      const expectedSignature = hmac("sha256", secret, `${signed}.${nonce}`).toString("base64");
      return signatures.some((signature) => isEqual(expectedSignature, signature.trim()));
    });
    if (isGenuine) return { external_id: null, idempotencyKey: sha256(signed) };
  }
  return undefined;
};

function buildSignedText(url: string, params: FormFields): string | undefined {
  const [, base = "", queryText = ""] = /^([^?#]*)(?:\?([^#]*))?/s.exec(url) ?? [];
  const query = parseQuery(queryText);
  if (!query) return undefined;
  const inQuery = sortFields(query, (name, value) => `${name}=${value}`).join("&");
  const inForm = sortFields(params, (name, value) => name + value).join("");
  if (params.size === 0) return inQuery === "" ? base : `${base}?${inQuery}`;
  return `${base}?${inQuery}${inQuery === "" ? "" : "."}${inForm}`;
}

const sortFields = (params: FormFields, formatField: (name: string, value: string) => string): string[] =>
  [...params.keys()].sort().flatMap((name) => [...(params.get(name) ?? [])].sort().map((value) => formatField(name, value)));
