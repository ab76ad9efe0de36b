import { formIn, type Params, queryIn } from "./boxes.rules.ts";
import type { Check } from "./call.ts";
import { hmac, isEqual, sha256 } from "./proof.rules.ts";

/**
 * Plivo, third version: HMAC-SHA256, in base64, of the address with its query sorted, the boxes of the form sorted, and a number that
 * it draws each time, with dots between them. It may send several signatures with commas between them, and one by the token of the
 * main account beside that of a sub-account.
 */
export const checkPlivo: Check = ({ bytes, headers }, { secrets, urls }) => {
  const nonce = headers["x-plivo-signature-v3-nonce"];
  const given = ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"].flatMap((name) => headers[name]?.split(",") ?? []);
  const params = formIn(bytes);
  if (!nonce || given.length === 0 || !params) return undefined;
  for (const url of urls) {
    const signed = signedText(url, params);
    if (signed === undefined) continue;
    const isGenuine = secrets.some((secret) => {
      const wanted = hmac("sha256", secret, `${signed}.${nonce}`).toString("base64");
      return given.some((signature) => isEqual(wanted, signature.trim()));
    });
    if (isGenuine) return { external_id: null, once: sha256(signed) };
  }
  return undefined;
};

function signedText(url: string, params: Params): string | undefined {
  const [, base = "", asked = ""] = /^([^?#]*)(?:\?([^#]*))?/s.exec(url) ?? [];
  const query = queryIn(asked);
  if (!query) return undefined;
  const inQuery = sorted(query, (name, value) => `${name}=${value}`).join("&");
  const inForm = sorted(params, (name, value) => name + value).join("");
  if (params.size === 0) return inQuery === "" ? base : `${base}?${inQuery}`;
  return `${base}?${inQuery}${inQuery === "" ? "" : "."}${inForm}`;
}

const sorted = (params: Params, written: (name: string, value: string) => string): string[] =>
  [...params.keys()].sort().flatMap((name) => [...(params.get(name) ?? [])].sort().map((value) => written(name, value)));
