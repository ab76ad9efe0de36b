import type { SvgNode } from "@crm/chart/svg.ts";

/**
 * A business document as data: the content of a quote, proposal, contract or certificate, in order. `layout.ts` decides how it looks. Text contains
 * no markup, and nothing is fetched: pictures are bytes.
 */
export interface BusinessDocument {
  /** BCP 47, such as `ar` or `zh-TW`: decides the direction of the page, its digits, and the variants of Chinese letters. */
  readonly language: string;
  readonly title: string;
  /** The record of the document, with its version: `quo_…/3`. It is in the file's metadata, so that viewers distinguish the files. */
  readonly id: string;
  /** The instant of the content; it dates the file. */
  readonly at: string;
  readonly author?: string;
  readonly paper: Paper;
  /** Whether the paper lies on its long side, for wide tables. */
  readonly isLandscape?: boolean;
  readonly header?: Header;
  /** `#rrggbb`: the color of the name and of the line below the header. */
  readonly accent?: string;
  readonly blocks: readonly Block[];
  /** Shown at the foot of each page, beside its number. */
  readonly footer?: string;
}

export type Paper = "A4" | "LETTER";

export interface Header {
  readonly logo?: Picture;
  /** The sender, line by line. */
  readonly from?: readonly string[];
  /** The recipient, line by line. */
  readonly to?: readonly string[];
}

export interface Picture {
  /** A PNG or a JPEG. */
  readonly bytes: Uint8Array;
  /** The description for screen readers. */
  readonly alt: string;
  /** In points, 72 to the inch; never wider than the space around it. Without a width, 96 pixels are an inch. */
  readonly width?: number;
}

/** Lines that a person drew, in a box with its own units, measured from its upper left corner. */
export interface LineDrawing {
  readonly box: { readonly width: number; readonly height: number };
  /** Points of each stroke; a stroke of one point is a dot. */
  readonly strokes: readonly (readonly (readonly [x: number, y: number])[])[];
  /** The description for screen readers. */
  readonly alt: string;
  /** In points, 72 to the inch; never wider than the space around it. */
  readonly width: number;
}

/** `start` and `end` are left and right; the reverse in documents from right to left. */
export type Align = "start" | "center" | "end";

export type Block =
  | Heading
  | Paragraph
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly Row[] }
  | { readonly kind: "totals"; readonly lines: readonly Total[] }
  | { readonly kind: "image"; readonly image: Picture }
  | { readonly kind: "drawing"; readonly drawing: LineDrawing }
  | Chart
  | { readonly kind: "spacer"; readonly height: number }
  | { readonly kind: "page_break" };

interface Heading {
  readonly kind: "heading";
  readonly text: string;
  readonly level: 1 | 2;
  /** The id under which a page links to it. Paper has none. */
  readonly anchor?: string;
}

/** The picture of a chart. A unit of the picture is a point, unless it is wider than the space around it. */
export interface Chart {
  readonly kind: "chart";
  readonly picture: SvgNode;
  /** The description for screen readers. */
  readonly alt: string;
}

export interface Paragraph {
  readonly kind: "paragraph";
  readonly text: string;
  /** The same text as labels with their values, which are drawn in two columns. */
  readonly facts?: readonly Fact[];
  readonly strong?: boolean;
  readonly align?: Align;
  /** The indent from the start of the page, in steps of a label's width. */
  readonly indent?: number;
  /** Precedes the first line, in the step before the text: the number of a clause. */
  readonly label?: string;
}

export type Fact = readonly [label: string, value: string];

/** A column; its head is repeated on each page of the table. */
export interface Column {
  readonly head: string;
  /** Its part of the width, relative to the other columns. */
  readonly share: number;
  readonly align?: Align;
}

/** A text for each column. A row stays on one page, unless it is longer than a page. */
export type Row = readonly Cell[];

/** `note` is set below the text, in a smaller size. `href` is the address to which a page links the text; paper has the text alone. */
export type Cell =
  | string
  | { readonly text: string; readonly note?: string; readonly strong?: boolean; readonly href?: string | undefined };

export interface Total {
  readonly label: string;
  readonly amount: string;
  /** A grand total: bold, below a rule. */
  readonly strong?: boolean;
}
