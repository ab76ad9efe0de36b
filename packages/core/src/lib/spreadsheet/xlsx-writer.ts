import { Readable } from "node:stream";
import { Clock } from "../../kernel/clock.ts";
import type { OutputCell } from "./cell.ts";
import { formatReference } from "./xlsx.rules.ts";

/** The rows below the header of a sheet, and the characters of a cell, that every spreadsheet program supports. */
const MAX_ROWS = 1_048_575;
const MAX_CELL_LENGTH = 32_767;

/**
 * Writes a table as a workbook: text as text, which no program treats as a formula; numbers and booleans as such; the header bold and frozen. Rows
 * beyond the limit of a sheet continue in the next one. A text beyond the limit of a cell (32,767 characters) is cut and ends with `…`, because
 * programs would report a damaged file. CSV files have it complete.
 */
export async function* writeXlsx(
  header: readonly string[],
  rows: AsyncIterable<readonly OutputCell[]>,
  { perSheet = MAX_ROWS }: { perSheet?: number } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { ZipFile } = await import("yazl");
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const mtime = new Date(Clock.ms());
  const source = rows[Symbol.asyncIterator]();
  let sheets = 0;
  let input: Readable | undefined;

  const addSheet = (first: readonly OutputCell[] | undefined): void => {
    sheets++;
    const next: { row?: readonly OutputCell[] } = {};
    input = Readable.from(encodeBlocks(renderSheet(header, first, source, perSheet, next)), { objectMode: false });
    input.on("error", (error) => output.destroy(error));
    // The next sheet begins with the row that did not fit into this one.
    input.on("end", () => (next.row ? addSheet(next.row) : finish()));
    zip.addReadStream(input, `xl/worksheets/sheet${sheets}.xml`, { mtime });
  };
  const finish = (): void => {
    for (const [name, text] of Object.entries(buildFixedParts(sheets))) zip.addBuffer(Buffer.from(text), name, { mtime });
    zip.end();
  };
  zip.on("error", (error: Error) => output.destroy(error));

  try {
    const { value, done } = await source.next();
    addSheet(done ? undefined : value);
    yield* output as AsyncIterable<Uint8Array>;
  } finally {
    input?.destroy();
    output.destroy();
    await source.return?.();
  }
}

const CHUNK_LENGTH = 1 << 16;

async function* encodeBlocks(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let pendingText = "";
  for await (const text of texts) {
    pendingText += text;
    if (pendingText.length < CHUNK_LENGTH) continue;
    yield Buffer.from(pendingText);
    pendingText = "";
  }
  if (pendingText !== "") yield Buffer.from(pendingText);
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Yields one sheet, beginning with row `first`. Stores the row that did not fit in `next`. */
async function* renderSheet(
  header: readonly string[],
  first: readonly OutputCell[] | undefined,
  rest: AsyncIterator<readonly OutputCell[]>,
  limit: number,
  next: { row?: readonly OutputCell[] },
): AsyncGenerator<string> {
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">`;
  yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  const widths = header.map(
    (name, column) => `<col min="${column + 1}" max="${column + 1}" width="${columnWidth(name)}" customWidth="1"/>`,
  );
  yield widths.length > 0 ? `<cols>${widths.join("")}</cols>` : "";
  yield `<sheetData>${renderRow(header, 1, ' s="1"')}`;
  let number = 1;
  for (let row = first; row; ) {
    yield renderRow(row, ++number, "");
    const { value, done } = await rest.next();
    row = done ? undefined : value;
    if (number > limit && row) {
      next.row = row;
      break;
    }
  }
  yield "</sheetData></worksheet>";
}

const columnWidth = (name: string): number => Math.min(60, Math.max(12, name.length + 4));

const renderRow = (cells: readonly OutputCell[], number: number, style: string): string =>
  `<row r="${number}">${cells.map((cell, column) => renderCell(cell, formatReference(column, number), style)).join("")}</row>`;

function renderCell(cell: OutputCell, reference: string, style: string): string {
  if (cell === null || cell === "") return "";
  if (typeof cell === "boolean") return `<c r="${reference}"${style} t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === "number" && Number.isFinite(cell)) return `<c r="${reference}"${style}><v>${cell}</v></c>`;
  return `<c r="${reference}"${style} t="inlineStr"><is><t xml:space="preserve">${escapeText(String(cell))}</t></is></c>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
/** Characters that XML cannot contain or would change, and text that would be read as such an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const NEEDS_ESCAPE = /[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

function escapeText(text: string): string {
  const wellFormedText = text.toWellFormed();
  return (
    wellFormedText.length > MAX_CELL_LENGTH
      ? `${wellFormedText
          .slice(0, MAX_CELL_LENGTH - 1)
          .toWellFormed()
          .replace(/\ufffd$/, "")}…`
      : wellFormedText
  )
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? "")
    .replace(NEEDS_ESCAPE, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`);
}

function buildFixedParts(sheets: number): Record<string, string> {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const type = (name: string) => `application/vnd.openxmlformats-officedocument.spreadsheetml.${name}+xml`;
  const override = (part: string, name: string) => `<Override PartName="/xl/${part}.xml" ContentType="${type(name)}"/>`;
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${kind}" Target="${target}"/>`;
  return {
    "xl/workbook.xml": `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${numbers
      .map((number) => `<sheet name="Sheet${number}" sheetId="${number}" r:id="sheet${number}"/>`)
      .join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${XML}<Relationships xmlns="${PACKAGE}/relationships">${numbers
      .map((number) => relation(`sheet${number}`, "worksheet", `worksheets/sheet${number}.xml`))
      .join("")}${relation("styles", "styles", "styles.xml")}</Relationships>`,
    "xl/styles.xml":
      `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
      '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
      '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
      '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
      '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
      '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>' +
      '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    "_rels/.rels": `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relation("book", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    "[Content_Types].xml":
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `${override("workbook", "sheet.main")}${override("styles", "styles")}${numbers
        .map((number) => override(`worksheets/sheet${number}`, "worksheet"))
        .join("")}</Types>`,
  };
}
