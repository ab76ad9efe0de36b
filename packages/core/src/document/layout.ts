import { letOthers } from "../kernel/pool.ts";
import type { Align, Block, BusinessDocument, Cell, LineDrawing, Paragraph, Picture, Row } from "./document.ts";
import type { Weight } from "./families.ts";
import type { Fontbook } from "./fonts.ts";
import { checkHead, drawRows, type Grid, type GridCell, type GridRow, heightOfRow } from "./grid.ts";
import { type Box, type Item, type Node, node, Pages, type SetLine, type Tone } from "./page.ts";
import { linesOf } from "./paragraph.ts";
import type { Raster } from "./picture.ts";
import { isRightToLeft } from "./text.rules.ts";

/** A document on its pages: where each line of it stands. */

export interface Laid {
  readonly pages: readonly (readonly Item[])[];
  readonly size: { readonly width: number; readonly height: number };
  readonly tree: Node;
}

interface Style {
  readonly size: number;
  readonly height: number;
  readonly weight: Weight;
  readonly tone: Tone;
}

const style = (size: number, weight: Weight = "Regular", tone: Tone = "ink"): Style => ({
  size,
  height: size * 1.45,
  weight,
  tone,
});

const styles = {
  title: style(18, "Bold"),
  1: style(13, "Bold"),
  2: style(10.5, "Bold"),
  body: style(9.5),
  strong: style(9.5, "Bold"),
  cell: style(9),
  strongCell: style(9, "Bold"),
  head: style(8, "Bold", "soft"),
  note: style(7.5, "Regular", "soft"),
  total: style(11, "Bold"),
  footer: style(7.5, "Regular", "soft"),
} as const;

/** Between columns, and between blocks. */
const GAP = 12;
const PADDING = 4;
/** Of the indents of paragraphs. */
const STEP = 26;
const LABEL_GAP = 6;
/** Of an inch are 96 pixels and 72 points. */
const POINTS_PER_PIXEL = 0.75;
const LOGO = { width: 170, height: 60 };
const FOOTER_SHARES = [5, 1];

/** What is drawn of a document, by how: its fonts are opened for this. Texts of all layouts below are here. */
export function textsOf(document: BusinessDocument): Record<Weight, string[]> {
  const texts: Record<Weight, string[]> = { Regular: [], Bold: [document.title] };
  const { header, footer, blocks, language } = document;
  texts.Regular.push(pageNumber(language, 1234567890, 1234567890), footer ?? "", ...(header?.from ?? []), ...(header?.to ?? []));
  for (const block of blocks) {
    if (block.kind === "heading") texts.Bold.push(block.text);
    if (block.kind === "paragraph") texts[block.strong ? "Bold" : "Regular"].push(block.label ?? "", block.text);
    if (block.kind === "totals")
      for (const { label, amount, strong } of block.lines) texts[strong ? "Bold" : "Regular"].push(label, amount);
    if (block.kind !== "table") continue;
    texts.Bold.push(...block.columns.map(({ head }) => head));
    for (const { text, note, strong } of block.rows.flat().map(cellOf)) {
      texts[strong ? "Bold" : "Regular"].push(text);
      texts.Regular.push(note ?? "");
    }
  }
  return texts;
}

const cellOf = (cell: Cell): Exclude<Cell, string> => (typeof cell === "string" ? { text: cell } : cell);

/** `2 / 5` in the digits of the language, read in its direction. */
function pageNumber(language: string, page: number, pages: number): string {
  const digits = new Intl.NumberFormat(language, { useGrouping: false });
  return `${digits.format(page)} / ${digits.format(pages)}`;
}

/** Rows that are set before others have their turn: some milliseconds of work. */
const ROWS_AT_ONCE = 16;

/** What else the process has to do goes on while a long table is set. */
export async function layout(document: BusinessDocument, book: Fontbook, rasterOf: (picture: Picture) => Raster): Promise<Laid> {
  const isRtl = isRightToLeft(document.language);
  const probe = new Pages(document.paper, isRtl, 0);
  const [box = probe.box] = probe.split(FOOTER_SHARES, GAP);
  const footer = setText(document.footer ?? "", box, styles.footer, book);
  const pages = new Pages(document.paper, isRtl, Math.max(1, footer.length) * styles.footer.height + GAP);
  const tree = node("Document");
  const drawing: Drawing = { pages, tree, book, rasterOf };
  drawHeader(document, drawing);
  for (const [at, block] of document.blocks.entries())
    await drawBlock(block, `blocks.${at}`, drawing, document.blocks.slice(at + 1, at + 3));
  drawFooters(document.language, footer, drawing);
  return { pages: pages.items, size: pages.size, tree };
}

interface Drawing {
  readonly pages: Pages;
  readonly tree: Node;
  readonly book: Fontbook;
  readonly rasterOf: (picture: Picture) => Raster;
}

const setText = (text: string, box: Box, { size, height, weight, tone }: Style, book: Fontbook): SetLine[] =>
  text === "" ? [] : linesOf(text, box.width, { size, weight }, book).map((line) => ({ line, size, height, tone }));

/** Logo and sender beside each other, then to whom, then the title. */
function drawHeader({ header, title }: BusinessDocument, drawing: Drawing): void {
  const { pages, tree, book } = drawing;
  const [start = pages.box, end = pages.box] = pages.split([3, 2], GAP);
  const top = pages.y;
  if (header?.logo) drawPicture(header.logo, start, drawing, LOGO);
  const below = pages.y;
  pages.y = top;
  if (header?.from?.length) pages.flow(setText(header.from.join("\n"), end, styles.body, book), end, "start", node("P", tree));
  if (pages.items.length === 1) pages.y = Math.max(pages.y, below);
  if (header?.to?.length) {
    pages.y += GAP;
    pages.flow(setText(header.to.join("\n"), start, styles.body, book), start, "start", node("P", tree));
  }
  if (!pages.isFresh) pages.y += 2 * GAP;
  drawText(setText(title, pages.box, styles.title, book), "H1", drawing);
  pages.y += GAP / 2;
}

async function drawBlock(block: Block, field: string, drawing: Drawing, after: readonly Block[]): Promise<void> {
  const { pages } = drawing;
  switch (block.kind) {
    case "heading":
      drawHeading(block, drawing, after);
      break;
    case "paragraph":
      drawParagraph(block, drawing);
      break;
    case "table":
      await drawTable(block, field, drawing, after[0]);
      break;
    case "totals":
      drawTotals(block, drawing);
      break;
    case "image":
      drawPicture(block.image, pages.box, drawing);
      pages.y += GAP / 2;
      break;
    case "drawing":
      drawDrawing(block.drawing, drawing);
      break;
    case "spacer":
      pages.y = Math.min(pages.y + block.height, pages.bottom);
      break;
    case "page_break":
      if (!pages.isFresh) pages.next();
  }
}

function drawText(lines: readonly SetLine[], type: Node["type"], { pages, tree }: Drawing, align: Align = "start"): void {
  pages.flow(lines, pages.box, align, node(type, tree));
}

/** Its label stands on the page of its first line, in a step of its own, or as many as it takes. */
function drawParagraph({ text, strong, align = "start", indent = 0, label = "" }: Paragraph, drawing: Drawing): void {
  const { pages, tree, book } = drawing;
  const look = styles[strong ? "strong" : "body"];
  const parent = node("P", tree);
  const [labelled] = setText(label, { x: 0, width: pages.box.width / 4 }, look, book);
  const before = labelled ? (Math.max(indent, 1) - 1) * STEP : indent * STEP;
  const taken = labelled ? Math.max(STEP, labelled.line.width + LABEL_GAP) : 0;
  const box = behind(pages, before + taken);
  const lines = setText(text, box, look, book);
  if (labelled) {
    pages.need(labelled.height);
    pages.line(labelled, pages.y, behind(pages, before), "start", parent);
  }
  pages.flow(lines, box, align, parent);
  if (labelled && lines.length === 0) pages.y += labelled.height;
  pages.y += GAP / 2;
}

/** What is left of the width of the page behind so many points, in the direction of the page. */
const behind = ({ box, isRtl }: Pages, points: number): Box => ({
  x: isRtl ? box.x : box.x + points,
  width: box.width - points,
});

/** No heading stands at the foot of a page without something of what it is above. */
function drawHeading(block: Extract<Block, { kind: "heading" }>, drawing: Drawing, after: readonly Block[]): void {
  const { pages, book } = drawing;
  const lines = setText(block.text, pages.box, styles[block.level], book);
  pages.y += pages.isFresh ? 0 : GAP / 2;
  pages.need(lines.reduce((sum, { height }) => sum + height, 2 + beginningOf(after, drawing)));
  drawText(lines, block.level === 1 ? "H2" : "H3", drawing);
  pages.y += 2;
}

/** How much of the page a block takes at least. */
function beginningOf([block, after]: readonly Block[], drawing: Drawing): number {
  const { pages, tree, book, rasterOf } = drawing;
  if (block?.kind === "image") return Math.min(sizeOf(block.image, rasterOf(block.image), pages.box, pages).height, pages.room);
  if (block?.kind === "drawing") return sizeOfDrawing(block.drawing, pages).height;
  if (block?.kind !== "table") return block ? 2 * styles.body.height : 0;
  const { grid, rowOf } = gridOf(block, { ...tree, children: [] }, pages, book);
  const count = 1 + block.rows.findIndex((row) => !isHeading(row)) || block.rows.length;
  const below = count === block.rows.length ? heightBelow(after, drawing) : 0;
  const [first] = keptTogether(block, block.rows.slice(0, count).map(rowOf), grid, below);
  return heightOfRow(grid.head ?? [], grid) + (first ? heightOfRow(first.cells, grid) + first.keeps : 0);
}

type TableBlock = Extract<Block, { kind: "table" }>;
type TotalsBlock = Extract<Block, { kind: "totals" }>;

interface LaidTable {
  readonly grid: Grid;
  /** Sets a row, the next one each time. */
  readonly rowOf: (row: Row) => readonly GridCell[];
}

function gridOf(table: TableBlock, tree: Node, pages: Pages, book: Fontbook): LaidTable {
  const shares = table.columns.map(({ share }) => share);
  const boxes = pages.split(shares, GAP);
  const all = node("Table", tree);
  const headRow = node("TR", node("THead", all));
  const head = table.columns.map(({ head }, at): GridCell => {
    const lines = setText(head, boxes[at] ?? pages.box, styles.head, book);
    return { lines, node: node("TH", headRow, { scope: "Column" }) };
  });
  const body = node("TBody", all);
  const rowOf = (row: Row): readonly GridCell[] => {
    const parent = node("TR", body);
    return row.map((cell, at) => ({ lines: setCell(cell, boxes[at] ?? pages.box, book), node: node("TD", parent) }));
  };
  const aligns: Align[] = table.columns.map(({ align = "start" }) => align);
  return { grid: { boxes, aligns, padding: PADDING, ruled: true, head }, rowOf };
}

function setCell(cell: Cell, box: Box, book: Fontbook): SetLine[] {
  const { text, note = "", strong } = cellOf(cell);
  return [...setText(text, box, styles[strong ? "strongCell" : "cell"], book), ...setText(note, box, styles.note, book)];
}

async function drawTable(table: TableBlock, field: string, drawing: Drawing, next: Block | undefined): Promise<void> {
  const { pages, tree, book } = drawing;
  const { grid, rowOf } = gridOf(table, tree, pages, book);
  checkHead(pages, grid, `${field}.columns`);
  const rows: (readonly GridCell[])[] = [];
  for (const [at, row] of table.rows.entries()) {
    if (at % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await letOthers();
    rows.push(rowOf(row));
  }
  drawRows(pages, grid, keptTogether(table, rows, grid, heightBelow(next, drawing)));
  pages.y += GAP;
}

/** A row that says what those below it are stands with the next one, and the last one with so much as is below the table. */
function keptTogether(table: TableBlock, rows: readonly (readonly GridCell[])[], grid: Grid, below: number): GridRow[] {
  const kept: GridRow[] = [];
  for (const [at, cells] of [...rows.entries()].reverse()) {
    const next = kept.at(-1);
    const ofNext = next && isHeading(table.rows[at]) ? heightOfRow(next.cells, grid) + next.keeps : 0;
    kept.push({ cells, keeps: next ? ofNext : below });
  }
  return kept.reverse();
}

/** All in strong letters. */
const isHeading = (row: Row = []): boolean => row.map(cellOf).every(({ text, strong }) => strong === true || text === "");

/** No total is alone on a page: so much of it stands with the last row above it. */
const heightBelow = (next: Block | undefined, { tree, pages, book }: Drawing): number =>
  next?.kind === "totals" ? GAP + heightOf(totalsOf(next, { ...tree, children: [] }, pages, book)) : 0;

interface LaidTotals {
  readonly grid: Grid;
  readonly box: Box;
  readonly rows: readonly { readonly cells: readonly GridCell[]; readonly strong: boolean | undefined }[];
}

function totalsOf({ lines }: TotalsBlock, tree: Node, pages: Pages, book: Fontbook): LaidTotals {
  const [, box = pages.box] = pages.split([1, 1], GAP);
  const boxes = pages.split([3, 2], GAP, box);
  const grid: Grid = { boxes, aligns: ["start", "end"], padding: PADDING / 2, ruled: false };
  const body = node("TBody", node("Table", tree));
  const rows = lines.map(({ label, amount, strong }) => {
    const parent = node("TR", body);
    const [first = box, second = box] = boxes;
    const look = styles[strong ? "total" : "body"];
    return {
      strong,
      cells: [
        { lines: setText(label, first, look, book), node: node("TH", parent, { scope: "Row" }) },
        { lines: setText(amount, second, look, book), node: node("TD", parent) },
      ],
    };
  });
  return { grid, box, rows };
}

const heightOf = ({ rows, grid }: LaidTotals): number => rows.reduce((sum, { cells }) => sum + heightOfRow(cells, grid), 0);

/** At the end of the page's width, and together on one page where they have a place on one. */
function drawTotals(totals: TotalsBlock, { pages, tree, book }: Drawing): void {
  const laid = totalsOf(totals, tree, pages, book);
  const height = heightOf(laid);
  if (height <= pages.bottom - pages.top) pages.need(height);
  for (const { cells, strong } of laid.rows) {
    pages.need(Math.min(heightOfRow(cells, laid.grid), pages.bottom - pages.top));
    if (strong) pages.rule(laid.box, 0.8, "ink");
    drawRows(pages, laid.grid, [{ cells, keeps: 0 }]);
  }
  pages.y += GAP;
}

function drawPicture(picture: Picture, box: Box, { pages, tree, rasterOf }: Drawing, largest?: Size): void {
  const raster = rasterOf(picture);
  const { width, height } = sizeOf(picture, raster, box, pages, largest);
  pages.need(height);
  const x = pages.isRtl ? box.x + box.width - width : box.x;
  pages.put({ kind: "picture", raster, x, y: pages.y, width, height, node: node("Figure", tree, { alt: picture.alt }) });
  pages.y += height;
}

function drawDrawing(drawing: LineDrawing, { pages, tree }: Drawing): void {
  const { width, height } = sizeOfDrawing(drawing, pages);
  pages.need(height);
  const x = pages.isRtl ? pages.box.x + pages.box.width - width : pages.box.x;
  pages.put({ kind: "drawing", drawing, x, y: pages.y, width, node: node("Figure", tree, { alt: drawing.alt }) });
  pages.y += height + GAP / 2;
}

function sizeOfDrawing({ box, width: wanted }: LineDrawing, pages: Pages): Size {
  const width = Math.min(wanted, pages.box.width);
  return { width, height: (width * box.height) / box.width };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** As wide as it is to be, or as wide and high as there is place. */
function sizeOf(picture: Picture, raster: Raster, box: Box, pages: Pages, largest?: Size): Size {
  const wanted = picture.width ?? raster.width * POINTS_PER_PIXEL;
  const highest = largest?.height ?? pages.bottom - pages.top;
  const width = Math.min(wanted, box.width, largest?.width ?? wanted, (highest * raster.width) / raster.height);
  return { width, height: (width * raster.height) / raster.width };
}

/** The number of pages is known once all are there. */
function drawFooters(language: string, footer: readonly SetLine[], { pages, book }: Drawing): void {
  const [box = pages.box, end = pages.box] = pages.split(FOOTER_SHARES, GAP);
  const { size, weight, height, tone } = styles.footer;
  const direction = pages.isRtl ? "rtl" : "ltr";
  pages.items.forEach((items, at) => {
    const top = pages.bottom + GAP;
    items.push({ kind: "rule", ...pages.box, y: pages.bottom + GAP / 2, thickness: 0.5, tone: "faint" });
    const number = linesOf(pageNumber(language, at + 1, pages.items.length), end.width, { size, weight, direction }, book);
    for (const [row, line] of footer.entries()) pages.line(line, top + row * height, box, "start", undefined, items);
    for (const line of number) pages.line({ line, size, height, tone }, top, end, "end", undefined, items);
  });
}
