import { type ByteSource, readRange } from "./byte-source.ts";
import { detectFormat, HEAD_BYTES } from "./format-detection.ts";

/**
 * Of CSV always text, as it stands there. Of XLSX text, or a value with its type: a date is `2026-01-02` or
 * `2026-01-02T10:30:00` (at midnight the date alone), a number a plain decimal as the spreadsheet shows it (15
 * significant digits, no exponent; a percentage is its fraction), a boolean `true` or `false`. What is a time of day or a
 * duration is text such as `10:30:00` or `36:00:00`.
 */
export type Cell = string | readonly [type: "number" | "boolean" | "date" | "error", text: string];

export interface Row {
  /**
   * The number that a spreadsheet program shows beside the row, counted from 1. In CSV a record is a row, however many
   * lines it has; blank lines, titles and the header count, a line `sep=;` does not.
   */
  readonly number: number;
  /** One for each name of the header; more when the row is refused because it has more. */
  readonly cells: readonly Cell[];
  /** Why this row cannot be read; its cells are what could be. */
  readonly refused?: string;
}

export interface Table {
  readonly format: "csv" | "xlsx";
  readonly encoding?: string;
  /** What the encoding may be instead, the likeliest first, where the bytes do not tell for certain. */
  readonly doubt?: readonly string[];
  readonly delimiter?: string;
  readonly sheet?: string;
  /** The names of the columns, each once. */
  readonly header: readonly string[];
  readonly header_row: number;
  /** The rows below the header but for the empty ones, once. A fault of the file that is met later is thrown here. */
  readonly rows: AsyncIterable<Row>;
  /** For who leaves the rows unread; who reads some of them and breaks off need not. */
  close(): Promise<void>;
}

export interface ReadOptions {
  delimiter?: string;
  encoding?: string;
  sheet?: string;
  /** Says which words stand in headers, by which encodings are told apart. */
  isHeaderWord?: (word: string) => boolean;
}

/** Reads a table in flat memory, whatever its size: CSV or XLSX, as the bytes are, never mind the name of the file. */
export async function readTable(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  const head = await readRange(source, 0, HEAD_BYTES);
  if ((await detectFormat(source, head)) === "csv") {
    const { readCsv } = await import("./csv-reader.ts");
    return readCsv(source, head, options);
  }
  const { readXlsx } = await import("./xlsx-reader.ts");
  return readXlsx(source, options);
}
