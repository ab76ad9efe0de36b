import { createHash } from "node:crypto";
import { type Brand, readInitial } from "@crm/core/kernel/brand.ts";
import { buildShade } from "@crm/core/kernel/brand-color.rules.ts";
import { isInContext, useRequest } from "@crm/core/kernel/context.ts";
import type { ErrorDetail } from "@crm/core/kernel/error.ts";
import { matchLanguage } from "@crm/core/kernel/language.ts";
import { NO_HEADER, RawResponse } from "../http/operation.ts";
import { html, Markup } from "./markup.ts";

/** Returns a color as CSS variables, in a shade for each scheme. */
function buildColors(color: string | null): Markup {
  const [light, dark] = [buildShade(color, "light"), buildShade(color, "dark")];
  const accent = `--accent: light-dark(${light.accent}, ${dark.accent})`;
  return new Markup(`:root { ${accent}; --on-accent: light-dark(${light.onAccent}, ${dark.onAccent}); }`);
}

/**
 * The layout of pages to which mails link. They run no script except one that is named by its hash, load nothing, and send forms
 * only to this origin. Unless a page sets `cacheSeconds`, it is not cached, not indexed by search engines, and sends no referrer.
 * The pages have no cookie that another page could make a browser send, and a link itself grants its actions: so no request can
 * be forged. Only the signing page has a cookie, which browsers do not send with requests of other sites.
 */
const style = new Markup(`
${buildColors(null).text}
:root { color-scheme: light dark; --bg: light-dark(#fafafa, #111113); --surface: light-dark(#fff, #18181b); --border: light-dark(#e4e4e7, #2e2e33); --border-strong: light-dark(#8a8a94, #74747f); --text: light-dark(#18181b, #ededef); --text-muted: light-dark(#5f5f68, #a1a1aa); --danger: light-dark(#c92a2a, #ff9b91); --width: 30rem; }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; font: 0.875rem/1.25rem system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere; background: var(--bg); color: var(--text); }
main, .brand > div { width: 100%; max-width: var(--width); margin: 0 auto; padding: 1.5rem 1rem; }
main { flex: auto; }
.brand > div { padding: 1rem; }
header.brand { background: var(--surface); border-top: 0.25rem solid var(--accent); border-bottom: 1px solid var(--border); }
header.brand > div { display: flex; gap: 0.75rem; align-items: center; min-height: 4rem; padding: 0.75rem 1rem; font-size: 1rem; line-height: 1.5rem; font-weight: 600; }
.logo { display: block; max-width: min(100%, 15rem); max-height: 3rem; }
@media (prefers-color-scheme: dark) { .logo { padding: 0.25rem 0.5rem; background: #fff; border-radius: 0.375rem; } }
.initial { display: grid; place-items: center; flex: none; width: 2rem; height: 2rem; color: var(--on-accent); background: var(--accent); border-radius: 0.375rem; }
footer.brand { border-top: 1px solid var(--border); font-size: 0.75rem; line-height: 1rem; color: var(--text-muted); }
footer.brand p { margin: 0 0 0.25rem; }
h1 { font-size: 1.25rem; line-height: 1.75rem; font-weight: 600; margin: 0 0 1rem; }
h2 { font-size: 1rem; line-height: 1.5rem; font-weight: 600; margin: 1.5rem 0 0.5rem; }
h3 { font-size: 0.875rem; line-height: 1.25rem; font-weight: 600; margin: 1rem 0 0.5rem; }
p { margin: 0.75rem 0; }
a { color: var(--accent); }
code { font-size: 0.8125rem; }
label { display: block; font-weight: 500; }
.field { margin: 1rem 0; }
.hint { margin: 0.25rem 0; font-size: 0.75rem; line-height: 1rem; color: var(--text-muted); }
.error { margin: 0.25rem 0; color: var(--danger); font-weight: 500; }
input:not([type="checkbox"], [type="radio"]), select, textarea { display: block; width: 100%; min-height: 2.25rem; margin-top: 0.25rem; padding: 0.5rem 0.75rem; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--border-strong); border-radius: 0.375rem; }
input[type="checkbox"], input[type="radio"] { accent-color: var(--accent); }
input[hidden], input[type="hidden"] { display: none; }
[aria-invalid] { border: 2px solid var(--danger); }
fieldset { margin: 1rem 0; padding: 0.5rem 1rem; border: 1px solid var(--border); border-radius: 0.5rem; background: var(--surface); }
legend { padding: 0 0.25rem; font-weight: 500; }
.text { white-space: pre-line; }
.times { display: flex; flex-wrap: wrap; gap: 0.5rem; padding: 0; list-style: none; }
.times a { display: block; padding: 0.5rem 0.75rem; background: var(--surface); border: 1px solid var(--accent); border-radius: 0.375rem; text-decoration: none; }
.apart { position: absolute; left: -200vw; }
.choice { display: flex; gap: 0.75rem; align-items: center; padding: 0.5rem 0; font-weight: 400; }
.choice input { width: 1.25rem; height: 1.25rem; flex: none; margin: 0; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; }
button, .button { min-height: 2.25rem; padding: 0.375rem 1rem; font: inherit; font-weight: 500; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 0.375rem; cursor: pointer; }
.button { display: inline-flex; align-items: center; text-decoration: none; }
button.other, .button.other { color: var(--accent); background: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (pointer: coarse), (max-width: 40rem) { button, .button { min-height: 2.75rem; } input:not([type="checkbox"], [type="radio"]), select, textarea { min-height: 2.75rem; font-size: 1rem; } }
`);

const cspHash = ({ text }: Markup): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The options by which a page differs from most. */
export interface PageOptions {
  /** BCP 47; English by default. */
  language?: string;
  /** Style in addition to that of all pages. */
  style?: Markup;
  /** A script for additional features: the page also works without scripts. */
  script?: Markup | undefined;
  /** Whether its script reads from this origin. */
  connects?: boolean;
  /** Whether it shows pictures, from this origin or embedded in the page. */
  hasPictures?: true;
  /** By default, the brand of the tenant whose visitor asks for the page, if there is one; null: none. */
  brand?: Brand | null | undefined;
  /** Shows the page in frames: on pages of these origins, or of all. It then has the color of the brand, but neither head nor foot. */
  embedding?: { origins: readonly string[] } | undefined;
  /** Other origins to which its form may lead after it was sent. */
  formTargets?: readonly string[];
  /** Seconds for which any cache may keep it. Search engines may index such a page. */
  cacheSeconds?: number | undefined;
}

const buildContentPolicy = (
  styles: readonly Markup[],
  { script, connects, hasPictures, embedding, formTargets = [] }: PageOptions,
  logo: string | null | undefined,
): string =>
  [
    "default-src 'none'",
    `style-src ${styles.map(cspHash).join(" ")}`,
    ...(script ? [`script-src ${cspHash(script)}`] : []),
    ...(script && connects ? ["connect-src 'self'"] : []),
    ...(hasPictures ? ["img-src 'self' data:"] : logo ? ["img-src 'self'"] : []),
    `form-action ${["'self'", ...formTargets].join(" ")}`,
    "base-uri 'none'",
    `frame-ancestors ${embedding ? [...embedding.origins, ...(embedding.origins.length === 0 ? ["*"] : [])].join(" ") : "'none'"}`,
  ].join("; ");

const buildHeaders = ({ cacheSeconds, embedding }: PageOptions): Record<string, string> => ({
  // The policy names the origins, which this older header cannot.
  ...(embedding ? { "x-frame-options": NO_HEADER } : {}),
  ...(cacheSeconds === undefined
    ? { "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow" }
    : { "cache-control": `public, max-age=${cacheSeconds}`, "referrer-policy": "no-referrer", vary: "accept-language" }),
});

/** Renders the logo, or else the name with its first letter. */
function renderHeader({ name, logo_path }: Brand): Markup {
  const mark = logo_path
    ? html`<img class="logo" src="${logo_path}" alt="${name}">`
    : html`<span class="initial" aria-hidden="true">${readInitial(name)}</span><span dir="auto">${name}</span>`;
  return html`<header class="brand"><div>${mark}</div></header>
`;
}

const renderFooter = ({ name, address, footer }: Brand): Markup => html`<footer class="brand"><div>
<p><bdi>${[name, ...address].join(" · ")}</bdi></p>
${footer === null ? undefined : html`<p><bdi>${footer}</bdi></p>`}
</div></footer>
`;

const findBrand = (): Brand | undefined => (isInContext() ? useRequest().brand : undefined);

/** Renders a whole page. */
export function renderPage(title: string, body: Markup, status = 200, options: PageOptions = {}): RawResponse {
  const { language = "en", style: pageStyle, script, brand = findBrand(), embedding } = options;
  const styles = [style, ...(brand?.color ? [buildColors(brand.color)] : []), ...(pageStyle ? [pageStyle] : [])];
  const page = html`<!doctype html>
<html lang="${language}"${matchLanguage(language) === "ar" ? html` dir="rtl"` : undefined}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${styles.map((sheet) => html`<style>${sheet}</style>`)}
</head>
<body>
${brand && !embedding ? renderHeader(brand) : undefined}<main>
<h1>${title}</h1>
${body}
</main>
${brand && !embedding ? renderFooter(brand) : undefined}${script && html`<script>${script}</script>`}
</body>
</html>
`;
  return new RawResponse(
    "text/html; charset=utf-8",
    page.text,
    { ...buildHeaders(options), "content-security-policy": buildContentPolicy(styles, options, brand?.logo_path) },
    status,
  );
}

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
  type: "password" | "email" | "text" | "tel" | "number" | "date";
  autocomplete: string;
  hint?: string;
}

/** Renders the label, the hint and the errors before a box, and the attributes of the box that refer to them. */
export function renderFieldParts({
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
<input id="${id ?? name}" name="${name}" type="${type}"${type === "number" ? html` step="any"` : undefined} autocomplete="${autocomplete}"${valueAttribute}${marks}>
</div>`;
}

/** Renders a box with fixed choices. */
export function renderSelect({
  name,
  value = "",
  options,
  ...field
}: Omit<Field, "optional"> & { options: readonly { value: string; label: string }[] }): Markup {
  const { before, marks } = renderFieldParts({ ...field, name, id: name, optional: true, saysOptional: true });
  return html`<div class="field">
${before}
<select id="${name}" name="${name}"${marks}>${options.map(
    (option) =>
      html`<option value="${option.value}"${option.value === value ? html` selected` : undefined}>${option.label}</option>`,
  )}</select>
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
