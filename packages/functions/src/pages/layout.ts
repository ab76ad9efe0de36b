import { createHash } from "node:crypto";
import { type ErrorDetail, type Failure, httpStatusByCode } from "@crm/core/kernel/error.ts";
import { matchLanguage } from "@crm/core/kernel/language.ts";
import { RawResponse } from "../http/operation.ts";
import { html, Markup } from "./markup.ts";

/**
 * The layout of pages to which mails link. They run no script except one that is named by its hash, load nothing, and send forms
 * only to this origin. Unless a page sets `cacheSeconds`, it is not cached, not indexed by search engines, and sends no referrer.
 * The pages have no cookie that another page could make a browser send, and a link itself grants its actions: so no request can
 * be forged. Only the signing page has a cookie, which browsers do not send with requests of other sites.
 */
const style = new Markup(`
:root { color-scheme: light dark; --line: light-dark(#6b7280, #9ca3af); --wrong: light-dark(#b42318, #ff9b91); --do: light-dark(#1d4ed8, #93c5fd); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; background: light-dark(#f8fafc, #111418); color: light-dark(#1a1d21, #e8eaed); }
main { max-width: 30rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
a { color: var(--do); }
code { font-size: 0.9375em; }
label { display: block; font-weight: 600; }
.field { margin: 1.25rem 0; }
.hint { margin: 0.25rem 0; }
.error { margin: 0.25rem 0; color: var(--wrong); font-weight: 600; }
input:not([type="checkbox"], [type="radio"]), select, textarea { display: block; width: 100%; margin-top: 0.25rem; padding: 0.625rem; font: inherit; color: inherit; background: light-dark(#fff, #1b1f24); border: 1px solid var(--line); border-radius: 0.375rem; }
input[hidden], input[type="hidden"] { display: none; }
[aria-invalid] { border: 2px solid var(--wrong); }
fieldset { margin: 1.25rem 0; padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 0.375rem; }
legend { padding: 0 0.25rem; font-weight: 600; }
.text { white-space: pre-line; }
.times { display: flex; flex-wrap: wrap; gap: 0.5rem; padding: 0; list-style: none; }
.times a { display: block; padding: 0.375rem 0.75rem; border: 1px solid var(--do); border-radius: 0.375rem; text-decoration: none; }
.apart { position: absolute; left: -200vw; }
.choice { display: flex; gap: 0.75rem; align-items: center; padding: 0.375rem 0; font-weight: 400; }
.choice input { width: 1.25rem; height: 1.25rem; flex: none; margin: 0; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; }
button { padding: 0.625rem 1.25rem; font: inherit; font-weight: 600; color: light-dark(#fff, #0b1220); background: var(--do); border: 2px solid var(--do); border-radius: 0.375rem; cursor: pointer; }
button.other { color: var(--do); background: none; }
:focus-visible { outline: 3px solid var(--do); outline-offset: 2px; }
`);

const cspHash = ({ text }: Markup): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The options by which a page differs from most. */
interface PageOptions {
  /** BCP 47; English by default. */
  language?: string;
  /** Style in addition to that of all pages. */
  style?: Markup;
  /** A script for additional features: the page also works without scripts. */
  script?: Markup | undefined;
  /** Whether it shows pictures, from this origin or embedded in the page. */
  hasPictures?: true;
  /** Seconds for which any cache may keep it. Search engines may index such a page. */
  cacheSeconds?: number | undefined;
}

const buildContentPolicy = ({ style: pageStyle, script, hasPictures }: PageOptions): string =>
  [
    "default-src 'none'",
    `style-src ${[style, ...(pageStyle ? [pageStyle] : [])].map(cspHash).join(" ")}`,
    ...(script ? [`script-src ${cspHash(script)}`] : []),
    ...(hasPictures ? ["img-src 'self' data:"] : []),
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  ].join("; ");

const buildHeaders = ({ cacheSeconds: keeps }: PageOptions): Record<string, string> =>
  keeps === undefined
    ? { "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow" }
    : { "cache-control": `public, max-age=${keeps}`, "referrer-policy": "no-referrer" };

/** Renders a whole page. */
export function renderPage(title: string, body: Markup, status = 200, options: PageOptions = {}): RawResponse {
  const { language = "en", style: pageStyle, script } = options;
  const page = html`<!doctype html>
<html lang="${language}"${matchLanguage(language) === "ar" ? html` dir="rtl"` : undefined}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>${pageStyle && html`<style>${pageStyle}</style>`}
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
${script && html`<script>${script}</script>`}
</body>
</html>
`;
  return new RawResponse(
    "text/html; charset=utf-8",
    page.text,
    { ...buildHeaders(options), "content-security-policy": buildContentPolicy(options) },
    status,
  );
}

/** Returns the page for a request that failed. */
export const failurePage = ({ code, message, details }: Failure): RawResponse =>
  renderPage(
    code === "NOT_FOUND" ? "Page not found" : "Request failed",
    html`<p>${message}.</p>
${details.map((detail) => html`<p>${detail.message}.</p>`)}`,
    httpStatusByCode[code],
  );

interface Field {
  name: string;
  label: string;
  value?: string;
  /** Whether the field may be left empty. */
  optional?: boolean;
  /** Whether the label itself says that it is optional, in the language of the page. */
  saysOptional?: boolean;
  errors?: readonly ErrorDetail[];
}

interface Box extends Field {
  /** Its name in errors, if several boxes have the same name. */
  id?: string;
  type: "password" | "email" | "text" | "tel";
  autocomplete: string;
  hint?: string;
}

/** Renders the label, the hint and the errors before a box, and the attributes of the box that refer to them. */
function renderFieldParts({
  id,
  label,
  hint,
  optional = false,
  saysOptional = false,
  errors = [],
}: Field & { id: string; hint?: string | undefined }) {
  const fieldErrors = errors.filter(({ field }) => field === id);
  const described = [hint === undefined ? [] : `${id}-hint`, fieldErrors.length > 0 ? `${id}-error` : []].flat().join(" ");
  const before = html`<label for="${id}">${label}${optional && !saysOptional ? " (optional)" : ""}</label>
${hint === undefined ? undefined : html`<p class="hint" id="${id}-hint">${hint}</p>`}
${fieldErrors.length === 0 ? undefined : html`<p class="error" id="${id}-error">${fieldErrors.map(({ message }) => message).join(". ")}</p>`}`;
  const marks = html`${optional ? undefined : html` required`}${described === "" ? undefined : html` aria-describedby="${described}"`}${fieldErrors.length === 0 ? undefined : html` aria-invalid="true"`}${errors[0]?.field === id ? html` autofocus` : undefined}`;
  return { before, marks };
}

/** Renders a box with its label, its hint and its errors. */
export function renderInput({ id, name, type, autocomplete, value, ...field }: Box): Markup {
  const { before, marks } = renderFieldParts({ ...field, name, id: id ?? name });
  const valueAttribute = value === undefined || value === "" ? undefined : html` value="${value}"`;
  return html`<div class="field">
${before}
<input id="${id ?? name}" name="${name}" type="${type}" autocomplete="${autocomplete}"${valueAttribute}${marks}>
</div>`;
}

/** Like `renderInput`, with several lines. */
export function renderTextArea({
  name,
  value = "",
  isRequired = false,
  ...field
}: Omit<Field, "optional"> & { isRequired?: boolean }): Markup {
  const { before, marks } = renderFieldParts({ ...field, name, id: name, optional: !isRequired });
  return html`<div class="field">
${before}
<textarea id="${name}" name="${name}" rows="4"${marks}>${value}</textarea>
</div>`;
}
