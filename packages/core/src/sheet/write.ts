import type { CellOut } from "./cell.ts";
import { escapeFormula } from "./formula.rules.ts";

export type { CellOut } from "./cell.ts";
export { escapeFormula, unescapeFormula } from "./formula.rules.ts";
export { writeXlsx } from "./write-xlsx.ts";

const STEP = 1 << 16;

/**
 * A table as CSV for spreadsheet programs: UTF-8 with its mark, without which they take it for a code page, CRLF, RFC 4180,
 * and text that looks like a formula escaped; numbers and booleans are not text, and stand as they are. NUL, which no
 * program reads, is left out.
 */
export async function* writeCsv(
  header: readonly string[],
  rows: AsyncIterable<readonly CellOut[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let text = `\ufeff${lineOf(header)}`;
  for await (const row of rows) {
    text += lineOf(row);
    if (text.length < STEP) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

const lineOf = (cells: readonly CellOut[]): string => `${cells.map(cellOf).join(",")}\r\n`;

/** Whatever some program takes for a delimiter is put in quotes, and so is text whose blanks at the ends count. */
const QUOTED = /[",;|\t\r\n]|^\s|\s$|^sep=/i;

function cellOf(cell: CellOut): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = escapeFormula(cell.replaceAll("\0", "")).toWellFormed();
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
