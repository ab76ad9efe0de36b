import type { Align, LineDrawing, Paper } from "./document.ts";
import type { Line } from "./paragraph.ts";
import type { Raster } from "./picture.ts";
import type { PathShape } from "./svg-shapes.rules.ts";

/** Pages and their content; positions are in points from the upper left corner. */

/** The role of a part of the document for screen readers (ISO 32000-1, 14.8.4). */
export interface Node {
  readonly type: "Document" | "H1" | "H2" | "H3" | "P" | "Table" | "THead" | "TBody" | "TR" | "TH" | "TD" | "Figure";
  readonly children: Node[];
  readonly alt?: string;
  readonly scope?: "Column" | "Row";
}

export type Tone = "ink" | "soft" | "faint" | "accent";

/** Something drawn on a page. Items without a node are decoration: rules, repeated heads, page numbers. */
export type Item =
  | {
      readonly kind: "line";
      readonly line: Line;
      readonly x: number;
      readonly baseline: number;
      readonly size: number;
      readonly tone: Tone;
      readonly node?: Node | undefined;
    }
  | {
      readonly kind: "rule";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly thickness: number;
      readonly tone: Tone;
    }
  | {
      readonly kind: "picture";
      readonly raster: Raster;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly node: Node;
    }
  | {
      readonly kind: "drawing";
      readonly drawing: LineDrawing;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly node: Node;
    }
  | {
      readonly kind: "chart";
      readonly shapes: readonly (PathShape | ChartText)[];
      readonly x: number;
      readonly y: number;
      /** Points of a unit of the picture. */
      readonly scale: number;
      readonly node: Node;
    };

/** A text of a chart at its place in the picture. */
export interface ChartText {
  readonly kind: "text";
  readonly line: Line;
  readonly x: number;
  readonly baseline: number;
  readonly size: number;
  readonly color: string;
}

export interface Box {
  readonly x: number;
  readonly width: number;
}

export interface TypesetLine {
  readonly line: Line;
  readonly size: number;
  readonly height: number;
  readonly tone: Tone;
}

/** Paper sizes in points: A4 is 210 by 297 mm, Letter is 8.5 by 11 inches. */
const paperSizes = { A4: { width: 595.28, height: 841.89 }, LETTER: { width: 612, height: 792 } } as const;

const MARGIN = 54;

/** Points between the columns of a table. */
export const COLUMN_GAP = 12;

const readPaperSize = (paper: Paper, isLandscape: boolean): { width: number; height: number } => {
  const { width, height } = paperSizes[paper];
  return isLandscape ? { width: height, height: width } : { width, height };
};

/** Returns the width of the space between the margins, in points. */
export const measureContentWidth = (paper: Paper, isLandscape: boolean): number =>
  readPaperSize(paper, isLandscape).width - 2 * MARGIN;

/** The distance of the baseline from the upper edge of a line, as a part of its height; it leaves space for marks above and below. */
const BASELINE = 0.72;

/** The pages as they fill. */
export class Pages {
  readonly items: Item[][] = [[]];
  readonly size: { readonly width: number; readonly height: number };
  readonly isRtl: boolean;
  readonly top = MARGIN;
  readonly bottom: number;
  y = MARGIN;

  constructor(paper: Paper, isRtl: boolean, footer: number, isLandscape = false) {
    this.size = readPaperSize(paper, isLandscape);
    this.isRtl = isRtl;
    this.bottom = this.size.height - MARGIN - footer;
  }

  get box(): Box {
    return { x: MARGIN, width: this.size.width - 2 * MARGIN };
  }

  get room(): number {
    return this.bottom - this.y;
  }

  get isFresh(): boolean {
    return this.y === this.top;
  }

  addPage(): void {
    this.items.push([]);
    this.y = this.top;
  }

  /** Continues on the next page if less than `height` is left on this one. */
  ensureRoom(height: number): void {
    if (height > this.room && !this.isFresh) this.addPage();
  }

  /** Divides the width into parts, in reading order. */
  split(shares: readonly number[], gap = 0, box: Box = this.box): Box[] {
    const totalShare = shares.reduce((sum, share) => sum + share, 0);
    const free = box.width - gap * (shares.length - 1);
    let used = 0;
    return shares.map((share) => {
      const width = (free * share) / totalShare;
      const x = this.isRtl ? box.x + box.width - used - width : box.x + used;
      used += width + gap;
      return { x, width };
    });
  }

  add(item: Item): void {
    this.items.at(-1)?.push(item);
  }

  /** Draws a line at a fixed height, without moving the current position. */
  drawLine(
    { line, size, height, tone }: TypesetLine,
    y: number,
    box: Box,
    align: Align,
    node?: Node,
    on = this.items.at(-1),
  ): void {
    const free = box.width - line.width;
    const isLeft = (align === "start") !== this.isRtl;
    const x = box.x + (align === "center" ? free / 2 : isLeft ? 0 : free);
    on?.push({ kind: "line", line, x, baseline: y + height * BASELINE, size, tone, node });
  }

  /** Draws lines below each other, over as many pages as they need. */
  drawLines(lines: readonly TypesetLine[], box: Box, align: Align, node: Node): void {
    for (const line of lines) {
      this.ensureRoom(line.height);
      this.drawLine(line, this.y, box, align, node);
      this.y += line.height;
    }
  }

  drawRule(box: Box, thickness: number, tone: Tone): void {
    this.add({ kind: "rule", ...box, y: this.y, thickness, tone });
  }
}

export const createNode = (type: Node["type"], parent?: Node, attributes: Pick<Node, "alt" | "scope"> = {}): Node => {
  const node: Node = { type, children: [], ...attributes };
  parent?.children.push(node);
  return node;
};
