import { type ByteSource, readRange } from "./byte-source.ts";
import { detectFormat, HEAD_BYTES } from "./format-detection.ts";

/**
 * A cell that was read. From CSV it is always the unchanged text. From XLSX it is text, or a value with its type: a date is `2026-01-02` or
 * `2026-01-02T10:30:00` (at midnight only the date); a number is a plain decimal as the spreadsheet shows it (15 significant digits, no exponent; a
 * percentage as its fraction); a boolean is `true` or `false`. Times of day and durations are text such as `10:30:00` or `36:00:00`.
 */
export type Cell = string | readonly [type: "number" | "boolean" | "date" | "error", text: string];

export interface Row {
  /**
   * The row number that a spreadsheet program shows, from 1. In CSV each record is a row, even if it spans several lines. Blank lines, titles and the
   * header count; a line `sep=;` does not.
   */
  readonly number: number;
  /** One cell for each name of the header; more if the row is refused because it has more. */
  readonly cells: readonly Cell[];
  /** Why this row cannot be read; its cells contain what could be read. */
  readonly rejection?: string;
}

export interface Table {
  readonly format: "csv" | "xlsx";
  readonly encoding?: string;
  /** The possible encodings, the likeliest first; absent if the encoding is certain. */
  readonly doubt?: readonly string[];
  readonly delimiter?: string;
  readonly sheet?: string;
  /** The visible sheets of a workbook. */
  readonly sheets?: readonly string[];
  /** The names of the columns, each unique. */
  readonly header: readonly string[];
  readonly header_row: number;
  /** The non-empty rows below the header; can be iterated once. A fault of the file that is found later is thrown here. */
  readonly rows: AsyncIterable<Row>;
  /** Releases the source if the rows are not iterated; breaking off an iteration releases it too. */
  close(): Promise<void>;
}

export interface ReadOptions {
  delimiter?: string;
  encoding?: string;
  /** The sheet of a workbook; by default the first visible one that looks like a table. */
  sheet?: string;
  /** Tells which names columns usually have; helps to find the sheet that is a table. */
  isColumnName?: (name: string) => boolean;
  /** Tells which words occur in headers; helps to detect the encoding. */
  isHeaderWord?: (word: string) => boolean;
}

/** Reads a CSV or XLSX table in constant memory. The bytes decide the format, not the file name. */
export async function readTable(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  const head = await readRange(source, 0, HEAD_BYTES);
  if ((await detectFormat(source, head)) === "csv") {
    const { readCsv } = await import("./csv-reader.ts");
    return readCsv(source, head, options);
  }
  const { readXlsx } = await import("./xlsx-reader.ts");
  return readXlsx(source, options);
}
