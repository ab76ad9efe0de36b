/** The rules of the grid in which refused rows are corrected. They need no browser. */

interface RowError {
  readonly column: string | null;
  readonly field: string;
  readonly message: string;
}

export interface RejectedRow {
  /** The number of the row in the file. */
  readonly row: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly errors: readonly RowError[];
}

/** Row → column → text. Only cells that the user changed are in it. */
export type CellEdits = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const readCell = (row: RejectedRow, column: string, edits: CellEdits): string =>
  edits[row.row]?.[column] ?? row.cells[column] ?? "";

/** Sets one cell. A cell that has its first text again is not changed. */
export function setCell(edits: CellEdits, row: RejectedRow, column: string, text: string): CellEdits {
  const { [column]: _before, ...others } = edits[row.row] ?? {};
  const next = text === (row.cells[column] ?? "") ? others : { ...others, [column]: text };
  const { [row.row]: _row, ...rest } = edits;
  return Object.keys(next).length === 0 ? rest : { ...rest, [row.row]: next };
}

/** Returns the errors of a cell that the user has not changed since. */
export const listCellErrors = (row: RejectedRow, column: string, edits: CellEdits): RowError[] =>
  edits[row.row]?.[column] === undefined ? row.errors.filter((error) => error.column === column) : [];

/** Returns the errors that are about no column. */
export const listRowErrors = (row: RejectedRow): RowError[] => row.errors.filter(({ column }) => column === null);

/** Whether every cell of a row that was refused has another text now. A row without such a cell counts when any of its cells has. */
export function isCorrected(row: RejectedRow, edits: CellEdits): boolean {
  const changed = edits[row.row];
  if (changed === undefined) return false;
  return row.errors.every(({ column }) => column === null || changed[column] !== undefined);
}

/** Reads cells from the clipboard: rows by line, cells by tab, as spreadsheets copy them. A cell with line breaks is in quotes. */
export function parseClipboard(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  const closeCell = (): void => {
    rows.at(-1)?.push(cell);
    cell = "";
  };
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[index + 1] === '"') {
        cell += '"';
        index++;
      } else isQuoted = false;
    } else if (character === '"' && cell === "") isQuoted = true;
    else if (character === "\t") closeCell();
    else if (character === "\n") {
      closeCell();
      rows.push([]);
    } else if (character !== "\r") cell += character;
  }
  closeCell();
  // Spreadsheets end the last line too.
  if (rows.length > 1 && rows.at(-1)?.join("") === "") rows.pop();
  return rows;
}

/** Puts cells into the grid from one cell on, to the end and down. One cell fills only its place; what goes beyond the grid is left out. */
export function pasteCells(
  edits: CellEdits,
  { rows, columns }: { readonly rows: readonly RejectedRow[]; readonly columns: readonly string[] },
  at: { readonly row: number; readonly column: number },
  pasted: readonly (readonly string[])[],
): CellEdits {
  let next = edits;
  for (const [down, cells] of pasted.entries())
    for (const [across, text] of cells.entries()) {
      const row = rows[at.row + down];
      const column = columns[at.column + across];
      if (row !== undefined && column !== undefined) next = setCell(next, row, column, text);
    }
  return next;
}

/** Copies a cell into the cells below it that were refused and not corrected yet. */
export function fillDown(edits: CellEdits, rows: readonly RejectedRow[], column: string, from: number): CellEdits {
  const source = rows[from];
  if (source === undefined) return edits;
  const text = readCell(source, column, edits);
  return rows
    .slice(from + 1)
    .filter((row) => listCellErrors(row, column, edits).length > 0)
    .reduce((next, row) => setCell(next, row, column, text), edits);
}

/** Copies a cell into all cells of the column that have the text that it had in the file. Returns how many others there are. */
export function replaceSame(edits: CellEdits, rows: readonly RejectedRow[], column: string, from: number): CellEdits {
  const source = rows[from];
  if (source === undefined) return edits;
  const text = readCell(source, column, edits);
  const before = source.cells[column] ?? "";
  return rows
    .filter((row) => (row.cells[column] ?? "") === before && edits[row.row]?.[column] === undefined)
    .reduce((next, row) => setCell(next, row, column, text), edits);
}

const SPECIAL = /[",\r\n;\t]|^\s|\s$/;
const quote = (text: string): string => (SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Writes a table as CSV, as the API reads it. The mark at its begin says that it is UTF-8. */
export const writeCsv = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  `\uFEFF${[header, ...rows].map((cells) => cells.map(quote).join(",")).join("\r\n")}\r\n`;

/** Writes the rows with their corrections. */
export const writeCorrected = (columns: readonly string[], rows: readonly RejectedRow[], edits: CellEdits): string =>
  writeCsv(
    columns,
    rows.map((row) => columns.map((column) => readCell(row, column, edits))),
  );

/** Returns the columns with errors first, because a grid shows the first ones. */
export function orderColumns(columns: readonly string[], rows: readonly RejectedRow[]): string[] {
  const refused = new Set(rows.flatMap(({ errors }) => errors.flatMap(({ column }) => column ?? [])));
  return [...columns.filter((column) => refused.has(column)), ...columns.filter((column) => !refused.has(column))];
}

interface ErrorGroup {
  readonly column: string | null;
  readonly field: string;
  readonly message: string;
  readonly count: number;
}

/** Counts the errors of rows by their column and message, the most frequent first. */
export function groupErrors(rows: readonly Pick<RejectedRow, "errors">[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const { column, field, message } of rows.flatMap(({ errors }) => errors)) {
    const key = JSON.stringify([field, message]);
    groups.set(key, { column, field, message, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()].sort((first, second) => second.count - first.count);
}
