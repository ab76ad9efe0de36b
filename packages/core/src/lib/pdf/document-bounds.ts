/** Limits for the size of a document, so that each is drawn within seconds. */
export const bounds = {
  blocks: 2000,
  /** UTF-16 units of one text, and of all. */
  text: 20_000,
  all: 1_000_000,
  columns: 12,
  rows: 2000,
  totals: 50,
  /** Indent levels of a paragraph. */
  indent: 4,
  images: 20,
  /** Points in the strokes of all drawings. */
  points: 100_000,
  /** Shapes of one chart. */
  shapes: 20_000,
  /** Lines of an address. */
  address: 12,
  /** UTF-16 units of the title, of an address's line, and of the footer. */
  short: 300,
} as const;
