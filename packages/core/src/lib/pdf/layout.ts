import { yieldToEventLoop } from "../../kernel/concurrency.ts";
import type {
  Align,
  Block,
  BusinessDocument,
  Cell,
  Chart,
  Fact,
  Header,
  LineDrawing,
  Paragraph,
  Picture,
  Row,
} from "./document.ts";
import type { Weight } from "./font-families.ts";
import type { Fontbook } from "./fonts.ts";
import { checkHead, drawRows, type Grid, type GridCell, type GridRow, measureRowHeight } from "./grid.ts";
import {
  type Box,
  type ChartText,
  COLUMN_GAP,
  createNode,
  type Item,
  type Node,
  Pages,
  type Tone,
  type TypesetLine,
} from "./page.ts";
import { breakLines } from "./paragraph.ts";
import type { Raster } from "./picture.ts";
import { readPictureSize, readShapes, type TextShape } from "./svg-shapes.rules.ts";
import { isRightToLeft } from "./text.rules.ts";

/** Lays out a document: the position of every line on its pages. */

export interface DocumentLayout {
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

const buildStyle = (size: number, weight: Weight = "Regular", tone: Tone = "ink"): Style => ({
  size,
  height: size * 1.45,
  weight,
  tone,
});

const styles = {
  title: buildStyle(18, "Bold"),
  1: buildStyle(13, "Bold"),
  2: buildStyle(10.5, "Bold"),
  body: buildStyle(9.5),
  strong: buildStyle(9.5, "Bold"),
  cell: buildStyle(9),
  strongCell: buildStyle(9, "Bold"),
  head: buildStyle(8, "Bold", "soft"),
  note: buildStyle(7.5, "Regular", "soft"),
  total: buildStyle(11, "Bold"),
  footer: buildStyle(7.5, "Regular", "soft"),
  name: buildStyle(15, "Bold", "accent"),
  senderName: buildStyle(8.5, "Bold"),
  sender: buildStyle(8.5, "Regular", "soft"),
  returnAddress: buildStyle(6.5, "Regular", "soft"),
  fact: buildStyle(9.5, "Regular", "soft"),
} as const;

/** The distance between columns, and between blocks. */
const GAP = COLUMN_GAP;
const PADDING = 4;
/** The width of one indent step of paragraphs. */
const INDENT_STEP = 26;
const LABEL_GAP = 6;
/** An inch has 96 pixels and 72 points. */
const POINTS_PER_PIXEL = 0.75;
const MAX_LOGO_SIZE = { width: 170, height: 60 };
const FOOTER_SHARES = [5, 1];
const ACCENT_THICKNESS = 1.2;

/** Returns all drawn texts by weight, so that their fonts can be opened. Every text that a function below draws must be listed here. */
export function collectTexts(document: BusinessDocument): Record<Weight, string[]> {
  const texts: Record<Weight, string[]> = { Regular: [], Bold: [document.title] };
  const { header, footer, blocks, language } = document;
  texts.Bold.push(header?.from?.[0] ?? "");
  texts.Regular.push(
    joinAddress(header),
    formatPageNumber(language, 1234567890, 1234567890),
    footer ?? "",
    ...(header?.from ?? []),
    ...(header?.to ?? []),
  );
  for (const block of blocks) {
    if (block.kind === "heading") texts.Bold.push(block.text);
    if (block.kind === "paragraph")
      texts[block.strong ? "Bold" : "Regular"].push(block.label ?? "", block.text, ...(block.facts ?? []).flat());
    if (block.kind === "totals")
      for (const { label, amount, strong } of block.lines) texts[strong ? "Bold" : "Regular"].push(label, amount);
    if (block.kind === "chart")
      for (const shape of readShapes(block.picture)) if (shape.kind === "text") texts[shape.weight].push(shape.text);
    if (block.kind !== "table") continue;
    texts.Bold.push(...block.columns.map(({ head }) => head));
    for (const { text, note, strong } of block.rows.flat().map(toTextCell)) {
      texts[strong ? "Bold" : "Regular"].push(text);
      texts.Regular.push(note ?? "");
    }
  }
  return texts;
}

const toTextCell = (cell: Cell): Exclude<Cell, string> => (typeof cell === "string" ? { text: cell } : cell);

/** Returns `2 / 5` in the digits of the language. */
function formatPageNumber(language: string, page: number, pages: number): string {
  const digits = new Intl.NumberFormat(language, { useGrouping: false });
  return `${digits.format(page)} / ${digits.format(pages)}`;
}

/** Rows that are laid out before yielding to the event loop: some milliseconds of work. */
const ROWS_PER_YIELD = 16;

/** Lays out a document. Yields to the event loop during long tables. */
export async function layOutDocument(
  document: BusinessDocument,
  book: Fontbook,
  findRaster: (picture: Picture) => Raster,
): Promise<DocumentLayout> {
  const isRtl = isRightToLeft(document.language);
  const probe = new Pages(document.paper, isRtl, 0, document.isLandscape);
  const [box = probe.box] = probe.split(FOOTER_SHARES, GAP);
  const footer = typesetText(document.footer ?? "", box, styles.footer, book);
  const pages = new Pages(document.paper, isRtl, Math.max(1, footer.length) * styles.footer.height + GAP, document.isLandscape);
  const tree = createNode("Document");
  const drawing: DrawContext = { pages, tree, book, rasterFor: findRaster };
  drawHeader(document, drawing);
  for (const [index, block] of document.blocks.entries())
    await drawBlock(block, `blocks.${index}`, drawing, document.blocks.slice(index + 1, index + 3));
  drawFooters(document.language, footer, drawing);
  return { pages: pages.items, size: pages.size, tree };
}

interface DrawContext {
  readonly pages: Pages;
  readonly tree: Node;
  readonly book: Fontbook;
  readonly rasterFor: (picture: Picture) => Raster;
}

const typesetText = (text: string, box: Box, { size, height, weight, tone }: Style, book: Fontbook): TypesetLine[] =>
  text === "" ? [] : breakLines(text, box.width, { size, weight }, book).map((line) => ({ line, size, height, tone }));

/** Returns the sender's address in one line, as it stands above the recipient in the window of an envelope. */
const joinAddress = ({ from = [] }: Header = {}, count = from.length): string => from.slice(0, count).join(" · ");

/** Typesets as many lines of the sender's address as one line has room for: the last ones are telephone numbers and the like. */
function typesetReturnAddress(header: Header, box: Box, book: Fontbook): TypesetLine | undefined {
  for (let count = header.from?.length ?? 0; count > 1; count--) {
    const [line, more] = typesetText(joinAddress(header, count), box, styles.returnAddress, book);
    if (!more) return line;
  }
  return undefined;
}

/** Draws the logo, or else the name of the sender, beside the sender's address; then the recipient, then the title. */
function drawHeader({ header, title }: BusinessDocument, drawing: DrawContext): void {
  const { pages, tree, book } = drawing;
  const [start = pages.box, end = pages.box] = pages.split([3, 2], GAP);
  const top = pages.y;
  const [name = "", ...address] = header?.from ?? [];
  if (header?.logo) drawPicture(header.logo, start, drawing, MAX_LOGO_SIZE);
  else if (name !== "") pages.drawLines(typesetText(name, start, styles.name, book), start, "start", createNode("P", tree));
  const isOnFirst = pages.items.length === 1;
  const below = pages.y;
  if (isOnFirst) pages.y = top;
  const sender = [
    ...(header?.logo ? typesetText(name, end, styles.senderName, book) : []),
    ...typesetText(address.join("\n"), end, styles.sender, book),
  ];
  if (sender.length > 0) pages.drawLines(sender, end, "end", createNode("P", tree));
  if (isOnFirst && pages.items.length === 1) pages.y = Math.max(pages.y, below);
  if (!pages.isFresh) {
    pages.y += GAP / 2;
    pages.drawRule(pages.box, ACCENT_THICKNESS, "accent");
    pages.y += GAP / 2;
  }
  if (header?.to?.length) {
    pages.y += GAP;
    // A repetition, so it is not tagged.
    const returnLine = typesetReturnAddress(header, start, book);
    if (returnLine) {
      pages.drawLine(returnLine, pages.y, start, "start");
      pages.y += returnLine.height + 2;
    }
    pages.drawLines(typesetText(header.to.join("\n"), start, styles.body, book), start, "start", createNode("P", tree));
  }
  if (!pages.isFresh) pages.y += 2 * GAP;
  drawText(typesetText(title, pages.box, styles.title, book), "H1", drawing);
  pages.y += GAP / 2;
}

async function drawBlock(block: Block, field: string, drawing: DrawContext, after: readonly Block[]): Promise<void> {
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
      drawStrokes(block.drawing, drawing);
      break;
    case "chart":
      drawChart(block, drawing);
      break;
    case "spacer":
      pages.y = Math.min(pages.y + block.height, pages.bottom);
      break;
    case "page_break":
      if (!pages.isFresh) pages.addPage();
  }
}

function drawText(lines: readonly TypesetLine[], type: Node["type"], { pages, tree }: DrawContext, align: Align = "start"): void {
  pages.drawLines(lines, pages.box, align, createNode(type, tree));
}

/** Draws a paragraph. Its label is on the page of the first line, in a step of its own or as wide as it needs. */
function drawParagraph(paragraph: Paragraph, drawing: DrawContext): void {
  const { text, strong, align = "start", indent = 0, label = "", facts } = paragraph;
  const { pages, tree, book } = drawing;
  if (facts) {
    drawFacts(facts, drawing);
    return;
  }
  const look = styles[strong ? "strong" : "body"];
  const parent = createNode("P", tree);
  const [labelled] = typesetText(label, { x: 0, width: pages.box.width / 4 }, look, book);
  const before = labelled ? (Math.max(indent, 1) - 1) * INDENT_STEP : indent * INDENT_STEP;
  const labelWidth = labelled ? Math.max(INDENT_STEP, labelled.line.width + LABEL_GAP) : 0;
  const box = indentBox(pages, before + labelWidth);
  const lines = typesetText(text, box, look, book);
  if (labelled) {
    pages.ensureRoom(labelled.height);
    pages.drawLine(labelled, pages.y, indentBox(pages, before), "start", parent);
  }
  pages.drawLines(lines, box, align, parent);
  if (labelled && lines.length === 0) pages.y += labelled.height;
  pages.y += GAP / 2;
}

/** Draws labels and values in two columns. */
function drawFacts(facts: readonly Fact[], { pages, tree, book }: DrawContext): void {
  const [half = pages.box] = pages.split([1, 1], GAP);
  const labels = facts.map(([label]) => typesetText(label, half, styles.fact, book));
  const width = Math.max(...labels.flat().map(({ line }) => line.width)) + 2 * GAP;
  const valueBox = indentBox(pages, width);
  for (const [index, [, value]] of facts.entries()) {
    const parent = createNode("P", tree);
    const [labelLines, valueLines] = [labels[index] ?? [], typesetText(value, valueBox, styles.body, book)];
    const height = Math.max(labelLines.length, valueLines.length) * styles.body.height;
    pages.ensureRoom(Math.min(height, pages.bottom - pages.top));
    for (const [row, line] of labelLines.entries()) pages.drawLine(line, pages.y + row * line.height, half, "start", parent);
    for (const [row, line] of valueLines.entries()) pages.drawLine(line, pages.y + row * line.height, valueBox, "start", parent);
    pages.y += height;
  }
  pages.y += GAP / 2;
}

/** Returns the box of the page without the first `points` of its width, in reading direction. */
const indentBox = ({ box, isRtl }: Pages, points: number): Box => ({
  x: isRtl ? box.x : box.x + points,
  width: box.width - points,
});

/** Draws a heading, never at the foot of a page without part of the following block. */
function drawHeading(block: Extract<Block, { kind: "heading" }>, drawing: DrawContext, after: readonly Block[]): void {
  const { pages, book } = drawing;
  const lines = typesetText(block.text, pages.box, styles[block.level], book);
  pages.y += pages.isFresh ? 0 : GAP / 2;
  pages.ensureRoom(lines.reduce((sum, { height }) => sum + height, 2 + measureMinHeight(after, drawing)));
  drawText(lines, block.level === 1 ? "H2" : "H3", drawing);
  pages.y += 2;
}

/** Returns the minimum height that a block needs on a page. */
function measureMinHeight([block, after]: readonly Block[], drawing: DrawContext): number {
  const { pages, tree, book, rasterFor } = drawing;
  if (block?.kind === "image")
    return Math.min(fitPicture(block.image, rasterFor(block.image), pages.box, pages).height, pages.room);
  if (block?.kind === "drawing") return fitDrawing(block.drawing, pages).height;
  if (block?.kind === "chart") return fitChart(block, pages).height;
  if (block?.kind !== "table") return block ? 2 * styles.body.height : 0;
  const { grid, addRow } = layOutTable(block, { ...tree, children: [] }, pages, book);
  const count = 1 + block.rows.findIndex((row) => !isHeadingRow(row)) || block.rows.length;
  const below = count === block.rows.length ? measureTotalsHeight(after, drawing) : 0;
  const [first] = buildGridRows(block, block.rows.slice(0, count).map(addRow), grid, below);
  return measureRowHeight(grid.head ?? [], grid) + (first ? measureRowHeight(first.cells, grid) + first.keepWithNext : 0);
}

type TableBlock = Extract<Block, { kind: "table" }>;
type TotalsBlock = Extract<Block, { kind: "totals" }>;

interface TableLayout {
  readonly grid: Grid;
  /** Lays out the next row. */
  readonly addRow: (row: Row) => readonly GridCell[];
}

function layOutTable(table: TableBlock, tree: Node, pages: Pages, book: Fontbook): TableLayout {
  const shares = table.columns.map(({ share }) => share);
  const boxes = pages.split(shares, GAP);
  const all = createNode("Table", tree);
  const headRow = createNode("TR", createNode("THead", all));
  const head = table.columns.map(({ head }, index): GridCell => {
    const lines = typesetText(head, boxes[index] ?? pages.box, styles.head, book);
    return { lines, node: createNode("TH", headRow, { scope: "Column" }) };
  });
  const body = createNode("TBody", all);
  const addRow = (row: Row): readonly GridCell[] => {
    const parent = createNode("TR", body);
    return row.map((cell, index) => ({
      lines: typesetCell(cell, boxes[index] ?? pages.box, book),
      node: createNode("TD", parent),
    }));
  };
  const aligns: Align[] = table.columns.map(({ align = "start" }) => align);
  return { grid: { boxes, aligns, padding: PADDING, isRuled: true, head }, addRow: addRow };
}

function typesetCell(cell: Cell, box: Box, book: Fontbook): TypesetLine[] {
  const { text, note = "", strong } = toTextCell(cell);
  return [...typesetText(text, box, styles[strong ? "strongCell" : "cell"], book), ...typesetText(note, box, styles.note, book)];
}

async function drawTable(table: TableBlock, field: string, drawing: DrawContext, next: Block | undefined): Promise<void> {
  const { pages, tree, book } = drawing;
  const { grid, addRow } = layOutTable(table, tree, pages, book);
  checkHead(pages, grid, `${field}.columns`);
  const rows: (readonly GridCell[])[] = [];
  for (const [index, row] of table.rows.entries()) {
    if (index % ROWS_PER_YIELD === ROWS_PER_YIELD - 1) await yieldToEventLoop();
    rows.push(addRow(row));
  }
  drawRows(pages, grid, buildGridRows(table, rows, grid, measureTotalsHeight(next, drawing)));
  pages.y += GAP;
}

/** Builds the rows. A heading row stays with the row below it, and the last row with the height `below`, which follows the table. */
function buildGridRows(table: TableBlock, rows: readonly (readonly GridCell[])[], grid: Grid, below: number): GridRow[] {
  const gridRows: GridRow[] = [];
  for (const [index, cells] of [...rows.entries()].reverse()) {
    const next = gridRows.at(-1);
    const ofNext = next && isHeadingRow(table.rows[index]) ? measureRowHeight(next.cells, grid) + next.keepWithNext : 0;
    gridRows.push({ cells, keepWithNext: next ? ofNext : below });
  }
  return gridRows.reverse();
}

/** Whether all of the row's texts are strong. */
const isHeadingRow = (row: Row = []): boolean => row.map(toTextCell).every(({ text, strong }) => strong === true || text === "");

/** Returns the height of the totals after a table; the table's last row stays with them. */
const measureTotalsHeight = (next: Block | undefined, { tree, pages, book }: DrawContext): number =>
  next?.kind === "totals" ? GAP + sumRowHeights(layOutTotals(next, { ...tree, children: [] }, pages, book)) : 0;

interface TotalsLayout {
  readonly grid: Grid;
  readonly box: Box;
  readonly rows: readonly { readonly cells: readonly GridCell[]; readonly strong: boolean | undefined }[];
}

function layOutTotals({ lines }: TotalsBlock, tree: Node, pages: Pages, book: Fontbook): TotalsLayout {
  const [, box = pages.box] = pages.split([1, 1], GAP);
  const boxes = pages.split([3, 2], GAP, box);
  const grid: Grid = { boxes, aligns: ["start", "end"], padding: PADDING / 2, isRuled: false };
  const body = createNode("TBody", createNode("Table", tree));
  const rows = lines.map(({ label, amount, strong }) => {
    const parent = createNode("TR", body);
    const [first = box, second = box] = boxes;
    const look = styles[strong ? "total" : "body"];
    return {
      strong,
      cells: [
        { lines: typesetText(label, first, look, book), node: createNode("TH", parent, { scope: "Row" }) },
        { lines: typesetText(amount, second, look, book), node: createNode("TD", parent) },
      ],
    };
  });
  return { grid, box, rows };
}

const sumRowHeights = ({ rows, grid }: TotalsLayout): number =>
  rows.reduce((sum, { cells }) => sum + measureRowHeight(cells, grid), 0);

/** Draws the totals at the end of the line, together on one page if they fit on one. */
function drawTotals(totals: TotalsBlock, { pages, tree, book }: DrawContext): void {
  const layout = layOutTotals(totals, tree, pages, book);
  const height = sumRowHeights(layout);
  if (height <= pages.bottom - pages.top) pages.ensureRoom(height);
  for (const { cells, strong } of layout.rows) {
    pages.ensureRoom(Math.min(measureRowHeight(cells, layout.grid), pages.bottom - pages.top));
    if (strong) pages.drawRule(layout.box, 0.8, "ink");
    drawRows(pages, layout.grid, [{ cells, keepWithNext: 0 }]);
  }
  pages.y += GAP;
}

function drawPicture(picture: Picture, box: Box, { pages, tree, rasterFor }: DrawContext, largest?: Size): void {
  const raster = rasterFor(picture);
  const { width, height } = fitPicture(picture, raster, box, pages, largest);
  pages.ensureRoom(height);
  const x = pages.isRtl ? box.x + box.width - width : box.x;
  pages.add({ kind: "picture", raster, x, y: pages.y, width, height, node: createNode("Figure", tree, { alt: picture.alt }) });
  pages.y += height;
}

function drawStrokes(drawing: LineDrawing, { pages, tree }: DrawContext): void {
  const { width, height } = fitDrawing(drawing, pages);
  pages.ensureRoom(height);
  const x = pages.isRtl ? pages.box.x + pages.box.width - width : pages.box.x;
  pages.add({ kind: "drawing", drawing, x, y: pages.y, width, node: createNode("Figure", tree, { alt: drawing.alt }) });
  pages.y += height + GAP / 2;
}

function fitDrawing({ box, width: requestedWidth }: LineDrawing, pages: Pages): Size {
  const width = Math.min(requestedWidth, pages.box.width);
  return { width, height: (width * box.height) / box.width };
}

function drawChart(chart: Chart, { pages, tree, book }: DrawContext): void {
  const { scale, height } = fitChart(chart, pages);
  pages.ensureRoom(height);
  const shapes = readShapes(chart.picture).map((shape) => (shape.kind === "text" ? typesetChartText(shape, pages, book) : shape));
  pages.add({ kind: "chart", shapes, x: pages.box.x, y: pages.y, scale, node: createNode("Figure", tree, { alt: chart.alt }) });
  pages.y += height + GAP;
}

/** Typesets a text of a chart in one line. The chart has shortened it to its place. */
function typesetChartText(
  { text, x, anchor, size, weight, baseline, color }: TextShape,
  pages: Pages,
  book: Fontbook,
): ChartText {
  const [line = { runs: [], width: 0 }] = breakLines(text, Number.POSITIVE_INFINITY, { size, weight }, book);
  const isLeft = (anchor === "start") !== pages.isRtl;
  return { kind: "text", line, x: anchor === "middle" ? x - line.width / 2 : isLeft ? x : x - line.width, baseline, size, color };
}

function fitChart({ picture }: Chart, pages: Pages): { scale: number; height: number } {
  const { width, height } = readPictureSize(picture);
  const scale = Math.min(1, pages.box.width / width, (pages.bottom - pages.top) / height);
  return { scale, height: height * scale };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Returns the size of a picture: as wide as requested, or as large as the space allows. */
function fitPicture(picture: Picture, raster: Raster, box: Box, pages: Pages, largest?: Size): Size {
  const requestedWidth = picture.width ?? raster.width * POINTS_PER_PIXEL;
  const highest = largest?.height ?? pages.bottom - pages.top;
  const width = Math.min(requestedWidth, box.width, largest?.width ?? requestedWidth, (highest * raster.width) / raster.height);
  return { width, height: (width * raster.height) / raster.width };
}

/** Draws the footers last, when the number of pages is known. */
function drawFooters(language: string, footer: readonly TypesetLine[], { pages, book }: DrawContext): void {
  const [box = pages.box, end = pages.box] = pages.split(FOOTER_SHARES, GAP);
  const { size, weight, height, tone } = styles.footer;
  const direction = pages.isRtl ? "rtl" : "ltr";
  pages.items.forEach((items, index) => {
    const top = pages.bottom + GAP;
    items.push({ kind: "rule", ...pages.box, y: pages.bottom + GAP / 2, thickness: 0.5, tone: "faint" });
    const number = breakLines(
      formatPageNumber(language, index + 1, pages.items.length),
      end.width,
      { size, weight, direction },
      book,
    );
    for (const [row, line] of footer.entries()) pages.drawLine(line, top + row * height, box, "start", undefined, items);
    for (const line of number) pages.drawLine({ line, size, height, tone }, top, end, "end", undefined, items);
  });
}
