import type { ArticlePreview } from "./knowledge-data.ts";

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character] ?? character);

/** The look of the public page (packages/functions/src/pages/knowledge.ts), in short. */
const STYLE = `
body{--line:color-mix(in srgb,currentcolor 12%,transparent);margin:0;padding:24px;font:16px/1.6 system-ui,sans-serif;color:canvastext;background:canvas;color-scheme:light;overflow-wrap:anywhere}
h1{font-size:28px;line-height:1.25;margin:0 0 8px}h2{font-size:20px;margin:32px 0 8px}h3{font-size:17px;margin:24px 0 8px}
p,ul,ol,blockquote,pre,table{margin:0 0 16px}.summary{opacity:.7}
blockquote{border-inline-start:3px solid var(--line);margin-inline:0;padding-inline-start:16px}
code{background:var(--line);padding:2px 4px;border-radius:4px}pre{background:var(--line);padding:12px;border-radius:6px;overflow:auto}pre code{padding:0}
table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:6px 10px;text-align:start}.end{text-align:end}.center{text-align:center}
`;

const rightToLeft: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);

/** Returns the document that the frame of the preview shows. Its text comes from the API as safe HTML. */
export function buildPreviewPage({ title, summary, html }: ArticlePreview, language: string): string {
  const direction = rightToLeft.has(language.split("-")[0] ?? "") ? "rtl" : "ltr";
  return `<!doctype html><html lang="${escapeHtml(language)}" dir="${direction}"><head><meta charset="utf-8"><style>${STYLE}</style></head><body><h1>${escapeHtml(title)}</h1>${
    summary === null ? "" : `<p class="summary">${escapeHtml(summary)}</p>`
  }${html}</body></html>`;
}
