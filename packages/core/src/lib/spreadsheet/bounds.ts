/**
 * Limits for the cost of a file. Text length is counted in UTF-16 units, as spreadsheet programs do. Files for people have at most 32,767 of them in
 * a cell, so only accidents and attacks reach the limits.
 */
const MB = 1 << 20;

export const bounds = {
  /** The text of one cell. */
  cell: MB,
  /** The text of all cells of a row. */
  row: 2 * MB,
  columns: 1000,
  /** The length for which a refused row of a CSV file may continue before the whole file is refused. */
  skipped: 32 * MB,
  /** The length that may be read twice because of unmatched quotes. */
  reread: 64 * MB,
  /** The rows in which a header is searched, and the rows by which it is judged. */
  headerRows: 20,
  sampleRows: 60,
  /** The text by which the delimiter is detected. */
  sample: MB >> 3,
  /** The bytes that are read to detect the encoding while there is only ASCII. */
  survey: 16 * MB,

  zipEntries: 2000,
  zipDirectory: MB,
  zipComment: 4096,
  /** All bytes that are unpacked from one archive. */
  unpacked: 1024 * MB,
  /** The maximum ratio of a part's unpacked to its packed size, beyond the first megabytes. */
  ratio: 200,
  ratioFrom: 10 * MB,
  sharedText: 24 * MB,
  sharedStrings: 5_000_000,
  /** Text of the shared strings that all cells together may use: every cell can refer to the same long string. */
  sharedUse: 1024 * MB,
  styles: 100_000,
  sheets: 1000,
  xmlDepth: 64,
  xmlAttributes: 256,
} as const;
