import { createHash } from "node:crypto";
import { type Detail, type Failure, statusOf } from "@crm/core/kernel/error.ts";
import { Raw } from "../http/operation.ts";
import { html, Markup } from "./markup.ts";

/**
 * Pages that mails lead to. They run no script, load nothing and send their forms nowhere but here; nobody keeps them, finds
 * them by searching or hears from where their reader came. They have no cookie to be sent along by another page: whoever has
 * the link may do what it says, so there is no request to forge.
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
input[type="password"], input[type="email"], textarea { display: block; width: 100%; margin-top: 0.25rem; padding: 0.625rem; font: inherit; color: inherit; background: light-dark(#fff, #1b1f24); border: 1px solid var(--line); border-radius: 0.375rem; }
input[hidden] { display: none; }
input[aria-invalid] { border: 2px solid var(--wrong); }
fieldset { margin: 1.25rem 0; padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 0.375rem; }
legend { padding: 0 0.25rem; font-weight: 600; }
.choice { display: flex; gap: 0.75rem; align-items: center; padding: 0.375rem 0; font-weight: 400; }
.choice input { width: 1.25rem; height: 1.25rem; flex: none; margin: 0; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; }
button { padding: 0.625rem 1.25rem; font: inherit; font-weight: 600; color: light-dark(#fff, #0b1220); background: var(--do); border: 2px solid var(--do); border-radius: 0.375rem; cursor: pointer; }
button.other { color: var(--do); background: none; }
:focus-visible { outline: 3px solid var(--do); outline-offset: 2px; }
`);

const HEADERS = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style.text).digest("base64")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex, nofollow",
};

/** A whole page. */
export function pageOf(title: string, body: Markup, status = 200): Raw {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return new Raw("text/html; charset=utf-8", page.text, HEADERS, status);
}

/** What a page says when it cannot do what was asked. */
export const failurePage = ({ code, message, details }: Failure): Raw =>
  pageOf(
    code === "NOT_FOUND" ? "Nothing is here" : "This did not work",
    html`<p>${message}.</p>
${details.map((detail) => html`<p>${detail.message}.</p>`)}`,
    statusOf[code],
  );

interface Box {
  name: string;
  label: string;
  type: "password" | "email";
  autocomplete: string;
  hint?: string;
  errors?: readonly Detail[];
}

/** A box with its label, and below it what it takes and what is wrong with what it was given. */
export function box({ name, label, type, autocomplete, hint, errors = [] }: Box): Markup {
  const wrong = errors.filter(({ field }) => field === name);
  const described = [hint === undefined ? [] : `${name}-hint`, wrong.length > 0 ? `${name}-error` : []].flat().join(" ");
  const first = errors[0]?.field === name;
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`}
${wrong.length === 0 ? undefined : html`<p class="error" id="${name}-error">${wrong.map(({ message }) => message).join(". ")}</p>`}
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required${described === "" ? undefined : html` aria-describedby="${described}"`}${wrong.length === 0 ? undefined : html` aria-invalid="true"`}${first ? html` autofocus` : undefined}>
</div>`;
}
