import type { OutputCell } from "./cell.ts";
import { escapeFormula } from "./formula.rules.ts";

export type { OutputCell } from "./cell.ts";
export { escapeFormula, unescapeFormula } from "./formula.rules.ts";
export { writeXlsx } from "./xlsx-writer.ts";

const CHUNK_LENGTH = 1 << 16;

/**
 * Writes a table as CSV for spreadsheet programs: UTF-8 with a byte order mark, without which they assume a code page, CRLF, RFC 4180, and text that
 * looks like a formula escaped. Numbers and booleans are written unescaped. NUL, which no program reads, is removed.
 */
export async function* writeCsv(
  header: readonly string[],
  rows: AsyncIterable<readonly OutputCell[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let text = `\ufeff${formatLine(header)}`;
  for await (const row of rows) {
    text += formatLine(row);
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

const formatLine = (cells: readonly OutputCell[]): string => `${cells.map(formatCell).join(",")}\r\n`;

/** Text is quoted if it contains what some program treats as a delimiter, or begins or ends with blanks. */
const NEEDS_QUOTES = /[",;|\t\r\n]|^\s|\s$|^sep=/i;

function formatCell(cell: OutputCell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = escapeFormula(cell.replaceAll("\0", "")).toWellFormed();
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
