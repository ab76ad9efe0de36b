import type { Block, BusinessDocument, Cell, Column, Picture } from "@crm/core/lib/pdf/document.ts";
import { html, type Markup } from "./markup.ts";

/**
 * Renders a business document in a page: the content of its PDF, in a form that fits on a phone. Parts to fill in by hand are
 * left out, and so are the logo and a sender alone: the head and the foot of the page show them.
 */
export function renderDocument({ header, blocks, footer }: BusinessDocument): Markup {
  const { from: [name = "", ...lines] = [], to = [] } = header ?? {};
  return html`<article class="document">
${to.length === 0 ? undefined : html`<div class="parties"><p class="text"><strong>${name}</strong>${lines.map((line) => `\n${line}`).join("")}</p><p class="text">${to.join("\n")}</p></div>`}
${blocks.filter((block, index) => !isHandwritingTable(block) && !isHandwritingHeading(block, blocks[index + 1])).map(renderBlock)}
${footer === undefined ? undefined : html`<p class="hint">${footer}</p>`}
</article>`;
}

/** A table of empty cells, or of labels without values, is space to write by hand on paper. */
const isHandwritingTable = (block: Block | undefined): boolean =>
  block?.kind === "table" && block.rows.every((row) => row.every((cell) => cellText(cell).split("\n").every(isHandwritingLine)));

const isHandwritingLine = (line: string): boolean => /^(?:[^:：]+[:：])?\s*$/.test(line);

const isHandwritingHeading = (block: Block, next: Block | undefined): boolean =>
  block.kind === "heading" && isHandwritingTable(next);

const cellText = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);

function renderBlock(block: Block): Markup {
  switch (block.kind) {
    case "heading":
      return block.level === 1
        ? html`<h2${block.anchor === undefined ? undefined : html` id="${block.anchor}"`}>${block.text}</h2>`
        : html`<h3>${block.text}</h3>`;
    case "paragraph":
      if (block.facts) return renderFacts(block.facts);
      return html`<p class="text">${block.strong ? html`<strong>${block.text}</strong>` : block.text}</p>`;
    case "table":
      return renderTable(block.columns, block.rows);
    case "totals":
      return html`<dl class="totals">
${block.lines.map(({ label, amount, strong }) => html`<div${strong ? html` class="strong"` : undefined}><dt>${label}</dt><dd>${amount}</dd></div>`)}
</dl>`;
    case "image":
      return renderPicture(block.image);
    default:
      return html``;
  }
}

/** On a phone each cell is a line that begins with the head of its column. Two columns without heads are labels with their values. */
function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Markup {
  if (columns.length === 2 && columns.every(({ head }) => head === "")) return renderFacts(rows);
  const widest = Math.max(...columns.map(({ share }) => share));
  const hasMain = columns.length > 1 && columns.filter(({ share }) => share === widest).length === 1;
  const cell = (content: Cell, index: number): Markup =>
    renderCell(content, columns[index], hasMain && columns[index]?.share === widest);
  return html`<table>
<thead><tr>${columns.map((column) => html`<th scope="col"${renderAlignment(column)}>${column.head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table>`;
}

const renderFacts = (rows: readonly (readonly Cell[])[]): Markup =>
  html`<dl class="facts">${rows.map(([label = "", value = ""]) => html`<dt class="text">${cellText(label)}</dt><dd class="text">${cellText(value)}</dd>`)}</dl>`;

const renderAlignment = (column: Column | undefined): Markup | undefined =>
  column?.align === "end" ? html` class="end"` : column?.align === "center" ? html` class="center"` : undefined;

/** The cell that is wider than all others says what a row is about: it has its own line and comes first. */
function renderCell(cell: Cell, column: Column | undefined, isMain: boolean): Markup {
  const { text, note = "", strong = false, href } = typeof cell === "string" ? { text: cell, href: undefined } : cell;
  if (text === "" && note === "") return html`<td></td>`;
  const linked = href === undefined ? text : html`<a href="${href}">${text}</a>`;
  const content = strong ? html`<strong>${linked}</strong>` : linked;
  return html`<td${isMain ? html` class="main"` : renderAlignment(column)} data-head="${column?.head}"><span class="text">${content}${note === "" ? undefined : html`<small>${note}</small>`}</span></td>`;
}

/** Renders a PNG or a JPEG within the page itself, so that the browser fetches nothing. */
function renderPicture({ bytes, alt, width }: Picture): Markup {
  const type = bytes[0] === 0x89 ? "png" : "jpeg";
  const size = width === undefined ? undefined : html` width="${Math.round((width * 96) / 72)}"`;
  return html`<p><img src="data:image/${type};base64,${Buffer.from(bytes).toString("base64")}" alt="${alt}"${size}></p>`;
}
