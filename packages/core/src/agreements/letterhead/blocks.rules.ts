import type { Block, Paragraph, Row } from "../../lib/pdf/document.ts";

/** Pure rules: the blocks that documents of every kind are made of. */

export const plainParagraph = (text: string): Paragraph => ({ kind: "paragraph", text });

export const strongParagraph = (text: string): Block => ({ kind: "paragraph", text, strong: true });

export const buildHeading = (text: string, level: 1 | 2 = 1): Block => ({ kind: "heading", level, text });

/** A table with columns of equal width. */
export const buildEvenTable = (heads: readonly string[], rows: readonly Row[]): Block => ({
  kind: "table",
  columns: heads.map((head) => ({ head, share: 1 })),
  rows,
});
