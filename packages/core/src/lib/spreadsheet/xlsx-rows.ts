import { bounds } from "./bounds.ts";
import { damagedWorkbook, zipBomb } from "./file-rejection.ts";
import type { RawRow } from "./header.rules.ts";
import type { Cell } from "./table-reader.ts";
import { dateText, formatReference, isoText, type NumberKind, numberText, parseColumn, unescapeText } from "./xlsx.rules.ts";
import type { SharedStrings } from "./xlsx-strings.ts";
import { visit } from "./xml.ts";

/** The parts of the workbook that cells refer to. */
interface WorkbookContext {
  numberKinds: readonly NumberKind[];
  strings: SharedStrings | undefined;
  is1904: boolean;
}

/** A cell as it is in the file. */
interface RawCell {
  column: number;
  type: string;
  style: number;
  value: string;
  hasValue: boolean;
  hasFormula: boolean;
}

/** Yields the rows of a sheet without keeping them. A cell or row without a reference follows the one before. Rows that the sheet omits are empty. */
export async function* readRows(part: AsyncIterable<Buffer>, book: WorkbookContext): AsyncGenerator<RawRow[]> {
  let batch: RawRow[] = [];
  let row: (RawRow & { size: number }) | undefined;
  let cell: RawCell | undefined;
  let number = 0;
  let column = 0;
  let isText = false;
  let phonetic = 0;
  const visitor = {
    open(name: string, attributes: Readonly<Record<string, string>>) {
      if (name === "row") {
        const rowNumber = attributes.r === undefined ? number + 1 : Number(attributes.r);
        if (!Number.isInteger(rowNumber) || rowNumber <= number) throw damagedWorkbook();
        number = rowNumber;
        column = 0;
        row = { number, cells: [], size: 0 };
      } else if (name === "c" && row) {
        const columnIndex = attributes.r === undefined ? column : parseColumn(attributes.r);
        if (columnIndex === undefined) throw damagedWorkbook();
        column = columnIndex + 1;
        const { t: type = "n", s: style = "0" } = attributes;
        cell = { column: columnIndex, type, style: Number(style), value: "", hasValue: false, hasFormula: false };
      } else if (!cell) return;
      else if (name === "f") cell.hasFormula = true;
      else if (name === "rPh") phonetic++;
      else if (name === "v" || name === "t") {
        isText = phonetic === 0;
        cell.hasValue ||= isText;
      }
    },
    text(text: string) {
      if (!isText || !cell) return;
      cell.value += text;
      if (cell.value.length > bounds.cell) throw zipBomb(`a cell has more than ${bounds.cell} characters`);
    },
    close(name: string) {
      if (name === "v" || name === "t") isText = false;
      else if (name === "rPh") phonetic--;
      else if (name === "c" && cell && row) {
        addCell(row, cell, book);
        cell = undefined;
      } else if (name === "row" && row) {
        const { size: _, ...rawRow } = row;
        batch.push(rawRow);
        row = undefined;
      }
    },
  };
  for await (const _ of visit(part, visitor)) {
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
}

/** Adds a cell at its column; a faulty cell refuses its row. */
function addCell(row: RawRow & { size: number }, raw: RawCell, book: WorkbookContext): void {
  const where = formatReference(raw.column, row.number);
  const { cell, fault } = parseCell(raw, book);
  if (fault !== undefined) row.rejection ??= `Cell ${where} ${fault}`;
  const isBlank = cell === "";
  if (raw.column >= bounds.columns) {
    if (!isBlank) row.rejection ??= `Cell ${where} is beyond column ${bounds.columns}`;
    return;
  }
  row.size += typeof cell === "string" ? cell.length : cell[1].length;
  if (row.size > bounds.row) {
    row.rejection ??= `The row has more than ${bounds.row} characters`;
    row.cells = [];
  }
  if (row.size > bounds.row) return;
  while (row.cells.length < raw.column) row.cells.push("");
  row.cells[raw.column] = cell;
}

interface ParsedCell {
  cell: Cell;
  fault?: string;
}

function parseCell(
  { type, style, value, hasValue, hasFormula }: RawCell,
  { numberKinds, strings, is1904 }: WorkbookContext,
): ParsedCell {
  // Programs that do not calculate write formulas with an empty value; a formula whose value really is empty text has the type `str`.
  if (hasFormula && (!hasValue || (value === "" && type !== "str"))) {
    return { cell: "", fault: "has a formula without a value: open the file in a spreadsheet program and save it" };
  }
  if (!hasValue) return { cell: "" };
  switch (type) {
    case "s": {
      const text = strings?.at(Number(value.trim() || "NaN"));
      if (text === undefined) throw damagedWorkbook();
      return { cell: text };
    }
    case "str":
    case "inlineStr":
      return { cell: unescapeText(value) };
    case "b":
      return { cell: ["boolean", /^\s*(1|true)\s*$/.test(value) ? "true" : "false"] };
    case "e":
      return { cell: ["error", value.trim()], fault: `contains the error ${value.trim().slice(0, 40)}` };
    case "d":
      return toDateCell(isoText(value), value);
    default:
      return parseNumericCell(value, numberKinds[style] ?? "number", is1904);
  }
}

function parseNumericCell(value: string, meaning: NumberKind, is1904: boolean): ParsedCell {
  if (value.trim() === "") return { cell: "" };
  const text = numberText(value);
  if (text === undefined) return { cell: value.slice(0, 100), fault: "is marked as a number, but its value is not a number" };
  if (meaning === "number") return { cell: ["number", text] };
  return toDateCell(dateText(Number(value), meaning, is1904), text);
}

const toDateCell = (parsedDate: ["date" | "text", string] | undefined, value: string): ParsedCell =>
  parsedDate
    ? { cell: parsedDate[0] === "date" ? ["date", parsedDate[1]] : parsedDate[1] }
    : { cell: value.slice(0, 100), fault: "does not contain a valid date" };
