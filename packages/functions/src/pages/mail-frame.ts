import { createHash } from "node:crypto";
import { RawResponse } from "../http/operation.ts";

/**
 * The page in which the console shows a mail: mails have styles in their elements and images of other hosts, which the policy of the console forbids.
 * It is empty, and shows the HTML that the page around it sends. Its only script is this one, named by its hash, and it has no origin (`sandbox`): so
 * HTML of a mail runs nothing, reads nothing of the console, sends no form and leads nowhere. It reports its height.
 */
const SCRIPT = `(() => {
  const report = () => parent.postMessage({ mailHeight: Math.ceil(document.body.getBoundingClientRect().bottom + scrollY) }, "*");
  const show = (event) => {
    if (event.source !== parent || typeof event.data?.mailHtml !== "string") return;
    document.open();
    document.write(event.data.mailHtml);
    document.close();
    listen();
    report();
    for (const image of document.images) for (const end of ["load", "error"]) image.addEventListener(end, report);
  };
  const listen = () => {
    addEventListener("message", show);
    document.addEventListener("click", (event) => event.preventDefault(), true);
  };
  listen();
  parent.postMessage({ mailFrame: "ready" }, "*");
})();`;

const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${createHash("sha256").update(SCRIPT).digest("base64")}'`,
  "style-src 'unsafe-inline'",
  "img-src https: http: data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-scripts",
].join("; ");

/** A cache may keep it for an hour: it has no data. */
export const showMailFrame = (): RawResponse =>
  new RawResponse(
    "text/html; charset=utf-8",
    `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Mail</title></head>\n<body><script>${SCRIPT}</script></body>\n</html>\n`,
    {
      "cache-control": "public, max-age=3600",
      "x-frame-options": "SAMEORIGIN",
      "content-security-policy": POLICY,
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex, nofollow",
    },
  );
