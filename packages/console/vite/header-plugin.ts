import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** The modules of React Aria that add a `<style>` to the document. */
const STYLE_MODULES = ["interactions/usePress.mjs", "overlays/usePreventScroll.mjs"];
const STYLE_TEXT = /style\.textContent = `([^`]*)`\s*\.trim\(\)/g;

/** Returns the texts of the `<style>` elements that React Aria adds, with their placeholders filled in. */
function listInjectedStyles(): string[] {
  const root = dirname(createRequire(import.meta.url).resolve("react-aria/package.json"));
  return STYLE_MODULES.flatMap((name) => {
    const source = readFileSync(join(root, "dist", "private", name), "utf8");
    const texts = [...source.matchAll(STYLE_TEXT)].map(([, text = ""]) =>
      text.trim().replace(/\$\{([\w$]+)\}/g, (_, variable: string) => readConstant(source, variable, name)),
    );
    if (texts.length === 0) throw new Error(`${name} of react-aria adds no style any more: remove it from STYLE_MODULES`);
    return texts;
  });
}

function readConstant(source: string, variable: string, name: string): string {
  const start = source.indexOf(`const ${variable} = '`);
  const [, value] = /^[^']*'([^']*)'/.exec(source.slice(start)) ?? [];
  if (start < 0 || value === undefined) throw new Error(`${name} of react-aria has no constant ${variable}`);
  return value;
}

const hashText = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function buildPolicy(): string {
  const directives = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", ...listInjectedStyles().map(hashText)],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    // A mail is shown in a page without origin (functions/src/pages/mail-frame.ts).
    // PDFs are shown from memory, because the access token is there alone.
    "frame-src": ["'self'", "blob:"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}

/** The response headers of the built files, as servers and the CDN send them. */
export interface ConsoleHeaders {
  /** Of `index.html`, which answers every address of a page. */
  readonly page: Readonly<Record<string, string>>;
  /** Of the files in `assets`, whose names change with their content. */
  readonly assets: Readonly<Record<string, string>>;
}

const buildHeaders = (): ConsoleHeaders => ({
  page: {
    "cache-control": "no-cache",
    "content-security-policy": buildPolicy(),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  },
  assets: { "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff" },
});

/** Writes `headers.json` beside the built files. */
export function writeHeaders(): Plugin {
  return {
    name: "crm:headers",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "headers.json", source: `${JSON.stringify(buildHeaders(), null, 2)}\n` });
    },
  };
}
