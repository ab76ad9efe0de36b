import { bounds } from "./bounds.ts";
import { missingTable } from "./file-rejection.ts";
import type { Cell, Row, Table } from "./table-reader.ts";

/** A row as it is in the file: any number of cells, possibly all empty. */
export interface RawRow {
  number: number;
  cells: Cell[];
  rejection?: string;
}

const isFilled = (cell: Cell): boolean => (typeof cell === "string" ? cell.trim() !== "" : true);
const cellText = (cell: Cell): string => (typeof cell === "string" ? cell : cell[1]).trim();
const countFilled = (cells: readonly Cell[]): number => cells.filter(isFilled).length;

/** Returns the number of cells up to the last filled one. */
export const measureExtent = (cells: readonly Cell[]): number => cells.findLastIndex(isFilled) + 1;

/** Whether a row is empty; a row that could not be read is not. */
const isEmptyRow = ({ cells, rejection }: RawRow): boolean => rejection === undefined && measureExtent(cells) === 0;

const NUMBER = /^[+-]?[\d.,'\s]*\d[\d.,'\s]*%?$/;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Patterns are tried only on short texts: on a text of a megabyte they would take hours. */
const isLike = (pattern: RegExp, cell: Cell): boolean => cellText(cell).length < 256 && pattern.test(cellText(cell));
const isColumnName = (cell: Cell): boolean =>
  typeof cell === "string" && isFilled(cell) && !isLike(NUMBER, cell) && !isLike(DATE, cell);

const median = (numbers: readonly number[]): number | undefined =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

/**
 * Returns the index of the header row: the first of twenty that is as wide as the rows after it usually are, and has names in more than half of its
 * columns. Titles, export dates and blank lines above are thereby skipped, and single rows that are too wide or too short do not matter. Undefined if
 * no row qualifies.
 */
export function findHeaderIndex(rows: readonly RawRow[]): number | undefined {
  const extents = rows.map(({ cells }) => measureExtent(cells));
  const isNarrow = extents.filter((extent) => extent <= 1).length * 5 >= extents.length * 4;
  const candidates = rows.slice(0, bounds.headerRows).flatMap(({ number, cells, rejection }, index) => {
    const filledCount = countFilled(cells);
    if (rejection !== undefined || filledCount < (isNarrow ? 1 : 2)) return [];
    const after = rows.slice(index + 1).flatMap((row) => (row.rejection === undefined ? [measureExtent(row.cells)] : []));
    const usual = median(after.filter((extent) => extent > 0)) ?? 0;
    // A row with gaps, followed by a blank row, is a title.
    const isTitle = filledCount < usual && rows[index + 1]?.number !== number + 1;
    return filledCount * 2 > usual
      ? [{ at: index, isFollowed: after.length > 0, isWide: cells.length >= usual && !isTitle }]
      : [];
  });
  const bestCandidate =
    candidates.find(({ isFollowed, isWide }) => isFollowed && isWide) ??
    candidates.find(({ isFollowed }) => isFollowed) ??
    candidates[0];
  return bestCandidate?.at;
}

/** Whether a row contains names and not values: a file without a header must not lose its first record. */
function isHeader({ cells }: RawRow): boolean {
  const names = cells.filter(isColumnName);
  return names.length * 2 >= countFilled(cells) && !names.some((cell) => isLike(EMAIL, cell));
}

/**
 * Returns the names of the columns, each unique: a second `Email` is `Email (2)`, a column without a name is `Column 3`. Trailing blank header cells
 * are omitted if the sample has no values below them.
 */
function nameColumns(header: RawRow, sample: readonly RawRow[]): string[] {
  const widest = Math.max(0, ...sample.map(({ cells }) => measureExtent(cells)));
  const width = Math.max(measureExtent(header.cells), Math.min(header.cells.length, widest));
  const headerTexts = Array.from({ length: width }, (_, index) => cellText(header.cells[index] ?? "").replace(/\s+/g, " "));
  const takenNames = new Set(headerTexts.filter((name) => name !== ""));
  const seen = new Set<string>();
  return headerTexts.map((text, index) => {
    const name = text === "" ? `Column ${index + 1}` : text;
    const isFree = (candidate: string) => !seen.has(candidate) && (candidate === text || !takenNames.has(candidate));
    let unique = name;
    for (let copy = 2; !isFree(unique); copy++) unique = `${name} (${copy})`;
    seen.add(unique);
    return unique;
  });
}

/** Returns the row with as many cells as the header has names. A row with more cells keeps them all, and is refused. */
function toRow({ number, cells, rejection }: RawRow, width: number): Row {
  const extent = measureExtent(cells);
  const shaped = cells.slice(0, Math.max(extent, width));
  while (shaped.length < width) shaped.push("");
  if (rejection !== undefined) return { number, cells: shaped, rejection };
  if (extent <= width) return { number, cells: shaped };
  return { number, cells: shaped, rejection: `The row has ${extent} cells, but the header has only ${width}` };
}

/** Finds the header in the first rows, and returns it with the rows below. */
export async function readTableRows(
  batches: AsyncGenerator<RawRow[]>,
): Promise<Pick<Table, "header" | "header_row" | "rows" | "close">> {
  const sample: RawRow[] = [];
  let text = 0;
  let isEnded = false;
  try {
    while (sample.length < bounds.sampleRows && text <= 2 * bounds.row) {
      const next = await batches.next();
      isEnded = Boolean(next.done);
      if (next.done) break;
      for (const row of next.value) {
        if (isEmptyRow(row)) continue;
        sample.push(row);
        text += row.cells.reduce((sum, cell) => sum + cellText(cell).length, 0);
      }
    }
    if (sample.length === 0) throw missingTable("The file has no rows");
    const judged = sample.slice(0, bounds.sampleRows);
    const headerIndex = findHeaderIndex(judged);
    const header = headerIndex === undefined ? undefined : judged[headerIndex];
    if (headerIndex === undefined || !header || !isHeader(header)) throw missingHeader(judged);
    if (isEnded && headerIndex === sample.length - 1) throw missingTable("The file has a header but no rows below it");
    const names = nameColumns(header, judged);
    return {
      header: names,
      header_row: header.number,
      rows: streamRows(sample.splice(headerIndex + 1), batches, names.length),
      close: async () => void (await batches.return(undefined)),
    };
  } catch (error) {
    await batches.return(undefined);
    throw error;
  }
}

function missingHeader(rows: readonly RawRow[]): Error {
  const refusedRow = rows.find((row) => row.rejection !== undefined);
  const why = refusedRow ? `; row ${refusedRow.number} could not be read: ${refusedRow.rejection}` : "";
  return missingTable(`No header found: one of the first ${bounds.headerRows} rows must name the columns${why}`);
}

async function* streamRows(first: RawRow[], batches: AsyncGenerator<RawRow[]>, width: number): AsyncGenerator<Row> {
  try {
    for (let next = first; ; ) {
      for (const row of next) if (!isEmptyRow(row)) yield toRow(row, width);
      const { done, value } = await batches.next();
      if (done) return;
      next = value;
    }
  } finally {
    await batches.return(undefined);
  }
}
