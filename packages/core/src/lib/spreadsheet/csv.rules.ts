import { bounds } from "./bounds.ts";
import { findHeaderIndex, measureExtent, type RawRow } from "./header.rules.ts";

/**
 * One record of a CSV file: RFC 4180 as programs write it, with any line ends, doubled quotes, line ends within quotes, spaces around quotes, and
 * bare quotes inside a cell that does not begin with one. No library is used, because none continues in bounded memory after a record that is too
 * large or has an unclosed quote.
 */
type ParsedRecord =
  /** The text ends before the record does. */
  | { is: "open" }
  /** The record exceeds the limits of a row. */
  | { is: "long"; rejection: string }
  /** `reread`: the length that was scanned beyond `next` because of an unclosed quote. */
  | { is: "record"; cells: string[]; next: number; rejection?: string; reread: number };

const [QUOTE, LF, CR, SPACE, TAB] = [34, 10, 13, 32, 9];

const LONG_ROW = `The row has more than ${bounds.row} characters`;
const LONG_CELL = `A cell has more than ${bounds.cell} characters`;
const MANY_CELLS = `The row has more than ${bounds.columns} cells`;
const UNCLOSED = "A quote is opened but not closed";
const STRAY = "Text follows a closing quote: a quote inside a quoted cell must be doubled";

const isBreak = (code: number): boolean => code === LF || code === CR;

/** Returns where the line after the line break at `at` begins; undefined if the break may be an incomplete CR LF. */
function skipLineBreak(text: string, index: number, isLast: boolean): number | undefined {
  if (text.charCodeAt(index) === LF) return index + 1;
  if (index + 1 < text.length) return text.charCodeAt(index + 1) === LF ? index + 2 : index + 1;
  return isLast ? index + 1 : undefined;
}

/** Returns the end of a cell without quotes: the next delimiter or line end. */
function findPlainCellEnd(text: string, from: number, end: number, delimiter: number): number {
  let index = from;
  for (; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === delimiter || code === LF || code === CR) break;
  }
  return index;
}

const skipBlanks = (text: string, from: number, end: number, delimiter: number): number => {
  let index = from;
  for (; index < end; index++) {
    const code = text.charCodeAt(index);
    if ((code !== SPACE && code !== TAB) || code === delimiter) break;
  }
  return index;
};

/** Returns the closing quote of a cell that is opened before `from`, or -1. */
function findClosingQuote(text: string, from: number, end: number): number {
  for (let index = text.indexOf('"', from); index >= 0 && index < end; index = text.indexOf('"', index + 2)) {
    if (text.charCodeAt(index + 1) !== QUOTE) return index;
  }
  return -1;
}

/**
 * Whether quoted text looks like rows of the file, so that its quote was never closed: most lines have as many cells as the header. With a single
 * column, only the number of lines counts.
 */
function looksLikeRows(inside: string, delimiter: string, width: number): boolean {
  const lines = inside.split(/\r\n|\n|\r/, 1001).slice(1, -1);
  if (width <= 1) return lines.length >= 999;
  const alike = lines.filter((line) => line.split(delimiter).length === width).length;
  return lines.length >= 3 && alike * 5 >= lines.length * 4;
}

/** Reads the record at `start`. `width` is the expected number of cells; `isLast` means that no text follows. */
export function parseRecord(text: string, start: number, delimiter: string, width: number, isLast: boolean): ParsedRecord {
  const mark = delimiter.charCodeAt(0);
  const end = Math.min(text.length, start + bounds.row);
  const isWhole = isLast && end === text.length;
  const unfinished = (): ParsedRecord => (end < start + bounds.row ? { is: "open" } : { is: "long", rejection: LONG_ROW });
  const cells: string[] = [];
  let rejection: string | undefined;
  const push = (cell: string): void => {
    if (cells.length >= bounds.columns) rejection ??= MANY_CELLS;
    else if (cell.length <= bounds.cell) cells.push(cell);
    else {
      rejection ??= LONG_CELL;
      cells.push("");
    }
  };
  for (let position = start; ; ) {
    const contentStart = skipBlanks(text, position, end, mark);
    if (contentStart === end && !isWhole) return unfinished();
    let after = -1;
    if (text.charCodeAt(contentStart) === QUOTE && contentStart < end) {
      const closed = findClosingQuote(text, contentStart + 1, end);
      const isOpen = closed < 0 || (closed === end - 1 && !isWhole);
      const isLong = (isOpen ? end : closed) - contentStart > bounds.cell;
      if (isLong && looksLikeRows(text.slice(contentStart + 1, contentStart + bounds.cell), delimiter, width))
        return unclosed(contentStart);
      if (isOpen) {
        if (isWhole) return unclosed(contentStart);
        return isLong && end === start + bounds.row ? { is: "long", rejection: LONG_CELL } : unfinished();
      }
      after = skipBlanks(text, closed + 1, end, mark);
      if (after === end && !isWhole) return unfinished();
      const isClean = after === end || text.charCodeAt(after) === mark || isBreak(text.charCodeAt(after));
      if (isClean) push(text.slice(contentStart + 1, closed).replaceAll('""', '"'));
      else if (contentStart > position) after = -1;
      else if (/[\r\n]/.test(text.slice(contentStart, closed))) return unclosed(contentStart, closed);
      else {
        rejection ??= STRAY;
        after = -1;
      }
    }
    if (after < 0) {
      after = findPlainCellEnd(text, position, end, mark);
      if (after === end && !isWhole) return unfinished();
      push(text.slice(position, after));
    }
    if (after < end && text.charCodeAt(after) === mark) {
      position = after + 1;
      continue;
    }
    const next = after < end ? skipLineBreak(text, after, isLast) : end;
    if (next === undefined) return { is: "open" };
    return { is: "record", cells, next, reread: 0, ...(rejection !== undefined && { rejection }) };
  }

  /** Ends the row with the line in which the quote was opened; the next line is read as a row. */
  function unclosed(quoteStart: number, seen = end): ParsedRecord {
    const line = text.slice(quoteStart, seen).search(/[\r\n]/);
    const stop = line < 0 ? seen : quoteStart + line;
    const next = line < 0 ? stop : (skipLineBreak(text, stop, true) ?? stop);
    push(text.slice(quoteStart, stop));
    return { is: "record", cells, next, rejection: UNCLOSED, reread: seen - next };
  }
}

export type ScanState = "start" | "plain" | "quoted";

/** Skips through a record that is refused, storing nothing. `done` means that the record has ended, at `at`. */
export function skipRecord(
  text: string,
  from: number,
  delimiter: string,
  place: ScanState,
  isLast: boolean,
): { at: number; place: ScanState; done: boolean } {
  const mark = delimiter.charCodeAt(0);
  let [position, where] = [from, place];
  for (;;) {
    if (where === "quoted") {
      const closed = findClosingQuote(text, position, text.length);
      if (closed < 0 || (closed === text.length - 1 && !isLast)) {
        // A quote at the end of the text may be the first of two.
        return { at: closed < 0 ? text.length : closed, place: where, done: isLast };
      }
      position = closed + 1;
      where = "plain";
    }
    if (where === "start") {
      const contentStart = skipBlanks(text, position, text.length, mark);
      if (contentStart === text.length && !isLast) return { at: position, place: where, done: false };
      where = text.charCodeAt(contentStart) === QUOTE ? "quoted" : "plain";
      position = where === "quoted" ? contentStart + 1 : position;
      continue;
    }
    position = findPlainCellEnd(text, position, text.length, mark);
    if (position === text.length) return { at: position, place: where, done: isLast };
    if (text.charCodeAt(position) === mark) {
      position++;
      where = "start";
      continue;
    }
    const next = skipLineBreak(text, position, isLast);
    return next === undefined ? { at: position, place: where, done: false } : { at: next, place: "start", done: true };
  }
}

const DELIMITERS = [",", ";", "\t", "|"];

/**
 * Returns the delimiter with which most rows of the sample have as many cells as their header. Of two that fit equally, the one that gives more
 * columns wins. Returns a comma for a single column.
 */
export function detectDelimiter(sample: string, isWhole: boolean): string {
  let best = { delimiter: ",", score: 0, columns: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = parseSampleRows(sample, delimiter, isWhole);
    const headerIndex = findHeaderIndex(rows);
    const header = headerIndex === undefined ? undefined : rows[headerIndex];
    if (headerIndex === undefined || !header || header.cells.length < 2) continue;
    const below = rows.slice(headerIndex);
    const alike = below.filter(({ cells, rejection }) => cells.length === header.cells.length && rejection === undefined).length;
    const score = alike / below.length - 0.01 * headerIndex;
    const columns = header.cells.length;
    if (score > best.score || (score === best.score && columns > best.columns)) best = { delimiter, score, columns };
  }
  return best.delimiter;
}

function parseSampleRows(sample: string, delimiter: string, isWhole: boolean): RawRow[] {
  const rows: RawRow[] = [];
  for (let [index, number] = [0, 1]; index < sample.length && rows.length < bounds.sampleRows; number++) {
    const parsed = parseRecord(sample, index, delimiter, 0, isWhole);
    if (parsed.is !== "record") break;
    index = parsed.next;
    const row = {
      number,
      cells: parsed.cells,
      ...(parsed.rejection !== undefined && { rejection: parsed.rejection }),
    };
    if (measureExtent(row.cells) > 0) rows.push(row);
  }
  return rows;
}
