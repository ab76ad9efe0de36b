import { invalid } from "../../kernel/error.ts";
import type { Align } from "./document.ts";
import type { Box, Node, Pages, Tone, TypesetLine } from "./page.ts";

/** Rows of cells, over many pages. */

export interface GridCell {
  readonly lines: readonly TypesetLine[];
  readonly node: Node | undefined;
}

export interface GridRow {
  readonly cells: readonly GridCell[];
  /** The height below the row that must be on the same page. */
  readonly keepWithNext: number;
}

export interface Grid {
  readonly boxes: readonly Box[];
  readonly aligns: readonly Align[];
  /** The space above and below the lines of a row. */
  readonly padding: number;
  readonly isRuled: boolean;
  /** Repeated above the rows of each page. */
  readonly head?: readonly GridCell[];
}

const sumLineHeights = (lines: readonly TypesetLine[]): number => lines.reduce((sum, { height }) => sum + height, 0);

export const measureRowHeight = (cells: readonly GridCell[], { padding }: Grid): number =>
  Math.max(0, ...cells.map(({ lines }) => sumLineHeights(lines))) + 2 * padding;

/** Refuses a head that leaves too little space for rows. */
export function checkHead(pages: Pages, grid: Grid, field: string): void {
  if (grid.head && measureRowHeight(grid.head, grid) > (pages.bottom - pages.top) / 3)
    throw invalid(field, "The table heads take more than a third of a page: shorten them or widen their columns");
}

/** Draws the rows; the head and the first row are on the same page. */
export function drawRows(pages: Pages, grid: Grid, rows: readonly GridRow[]): void {
  const first = rows[0];
  const headed = grid.head ? measureRowHeight(grid.head, grid) : 0;
  if (grid.head && first)
    pages.ensureRoom(Math.min(headed + measureRowHeight(first.cells, grid) + first.keepWithNext, pages.bottom - pages.top));
  drawHead(pages, grid, true);
  for (const row of rows) drawRow(pages, grid, row, pages.bottom - pages.top - headed);
}

function drawHead(pages: Pages, grid: Grid, isFirst: boolean): void {
  if (!grid.head) return;
  // Only the first head has a node, so that screen readers read it once.
  drawPart(pages, grid, isFirst ? grid.head : grid.head.map(({ lines }) => ({ lines, node: undefined })));
  if (grid.isRuled) underline(pages, grid, 0.8, "soft");
}

/** Draws a row together with what must follow it. A row that is longer than a page is split across pages. */
function drawRow(pages: Pages, grid: Grid, { cells, keepWithNext }: GridRow, fullHeight: number): void {
  let rest = cells;
  const requiredHeight = measureRowHeight(cells, grid) + keepWithNext;
  if (keepWithNext > 0 && requiredHeight > pages.room && requiredHeight <= fullHeight) continueOnNextPage(pages, grid);
  while (true) {
    const height = measureRowHeight(rest, grid);
    const part = height <= pages.room ? rest : height <= fullHeight ? [] : takeFittingLines(rest, pages.room - 2 * grid.padding);
    if (part.every(({ lines }) => lines.length === 0) && height > pages.room) {
      continueOnNextPage(pages, grid);
      continue;
    }
    drawPart(pages, grid, part);
    rest = rest.map((cell, index) => ({ ...cell, lines: cell.lines.slice(part[index]?.lines.length) }));
    if (rest.every(({ lines }) => lines.length === 0)) break;
  }
  if (grid.isRuled) underline(pages, grid, 0.5, "faint");
}

/** Continues on the next page, below the repeated head. */
function continueOnNextPage(pages: Pages, grid: Grid): void {
  pages.addPage();
  drawHead(pages, grid, false);
}

/** Returns the lines of each cell that fit. */
const takeFittingLines = (cells: readonly GridCell[], room: number): GridCell[] =>
  cells.map(({ lines, node }) => {
    let count = 0;
    for (let used = lines[0]?.height ?? 0; count < lines.length && used <= room; used += lines[count]?.height ?? 0) count++;
    return { lines: lines.slice(0, count), node };
  });

function drawPart(pages: Pages, grid: Grid, cells: readonly GridCell[]): void {
  cells.forEach(({ lines, node }, index) => {
    const [box, align] = [grid.boxes[index], grid.aligns[index]];
    let y = pages.y + grid.padding;
    for (const line of lines) {
      if (box && align) pages.drawLine(line, y, box, align, node);
      y += line.height;
    }
  });
  pages.y += measureRowHeight(cells, grid);
}

function underline(pages: Pages, { boxes }: Grid, thickness: number, tone: Tone): void {
  const left = Math.min(...boxes.map(({ x }) => x));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  pages.drawRule({ x: left, width: right - left }, thickness, tone);
}
