/**
 * What a file may cost. A length of text is counted in UTF-16 units, as spreadsheet programs count it; what is written
 * for people has at most 32,767 of them in a cell, so the bounds are met by accidents and attacks alone.
 */
const MB = 1 << 20;

export const bounds = {
  /** Text of one cell. */
  cell: MB,
  /** Text of all cells of a row. */
  row: 2 * MB,
  columns: 1000,
  /** How much a row of a CSV file that is refused may go on for before the whole file is. */
  skipped: 32 * MB,
  /** How much may be read twice because of quotes that do not match. */
  reread: 64 * MB,
  /** Rows in which a header is looked for, and rows that are looked at to judge it. */
  headerRows: 20,
  sampleRows: 60,
  /** Text that is looked at to find the delimiter. */
  sample: MB >> 3,
  /** Bytes that are looked at to find the encoding, when nothing but ASCII comes before. */
  survey: 16 * MB,

  zipEntries: 2000,
  zipDirectory: MB,
  zipComment: 4096,
  /** All bytes that are unpacked from one archive. */
  unpacked: 1024 * MB,
  /** How many times its packed size a part may have, beyond the first megabytes. */
  ratio: 200,
  ratioFrom: 10 * MB,
  sharedText: 24 * MB,
  sharedStrings: 5_000_000,
  /** Text that all cells together may take from the shared strings: a few long ones can be named by every cell. */
  sharedUse: 1024 * MB,
  styles: 100_000,
  sheets: 1000,
  xmlDepth: 64,
  xmlAttributes: 256,
} as const;
