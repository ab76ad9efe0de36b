/**
 * A business document as data: what a quote, a proposal, a contract or a certificate says, in its order. How it looks is
 * `layout.ts`'s. Nothing in a text is markup, and nothing is fetched: pictures are bytes.
 */
export interface BusinessDocument {
  /** BCP 47, such as `ar` or `zh-TW`: the direction of the page, its digits, and which variant of a Chinese letter is drawn. */
  readonly language: string;
  readonly title: string;
  /** What it is the document of, with its version: `quo_…/3`. Stands in the file, so that two files are never one to a reader. */
  readonly id: string;
  /** When what it says was so, an instant; dates the file. */
  readonly at: string;
  readonly author?: string;
  readonly paper: Paper;
  readonly header?: Header;
  readonly blocks: readonly Block[];
  /** At the foot of each page, beside its number. */
  readonly footer?: string;
}

export type Paper = "A4" | "LETTER";

export interface Header {
  readonly logo?: Picture;
  /** Who sends it, line by line. */
  readonly from?: readonly string[];
  /** To whom. */
  readonly to?: readonly string[];
}

export interface Picture {
  /** A PNG or a JPEG. */
  readonly bytes: Uint8Array;
  /** What it shows, for who does not see it. */
  readonly alt: string;
  /** In points, 72 to the inch; never wider than what it stands in. Without one, 96 pixels are an inch. */
  readonly width?: number;
}

/** Lines that somebody drew, in a box of their own units from its upper left corner. */
export interface LineDrawing {
  readonly box: { readonly width: number; readonly height: number };
  /** Points of each stroke; of one point, a dot. */
  readonly strokes: readonly (readonly (readonly [x: number, y: number])[])[];
  /** What it shows, for who does not see it. */
  readonly alt: string;
  /** In points, 72 to the inch; never wider than what it stands in. */
  readonly width: number;
}

/** `start` and `end` are left and right, in documents from right to left the other way round. */
export type Align = "start" | "center" | "end";

export type Block =
  | { readonly kind: "heading"; readonly text: string; readonly level: 1 | 2 }
  | Paragraph
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly Row[] }
  | { readonly kind: "totals"; readonly lines: readonly Total[] }
  | { readonly kind: "image"; readonly image: Picture }
  | { readonly kind: "drawing"; readonly drawing: LineDrawing }
  | { readonly kind: "spacer"; readonly height: number }
  | { readonly kind: "page_break" };

export interface Paragraph {
  readonly kind: "paragraph";
  readonly text: string;
  readonly strong?: boolean;
  readonly align?: Align;
  /** How far it stands from where the page begins, in steps of a label. */
  readonly indent?: number;
  /** Stands before its first line, in the step before the text: the number of a clause. */
  readonly label?: string;
}

/** Its head stands on each page on which the table has rows. */
export interface Column {
  readonly head: string;
  /** Its part of the width, beside the parts of the others. */
  readonly share: number;
  readonly align?: Align;
}

/** A text for each column. A row stays on one page, unless it is longer than one. */
export type Row = readonly Cell[];

/** `note` stands below the text, smaller. */
export type Cell = string | { readonly text: string; readonly note?: string; readonly strong?: boolean };

export interface Total {
  readonly label: string;
  readonly amount: string;
  /** What all comes to: bold, below a rule. */
  readonly strong?: boolean;
}
