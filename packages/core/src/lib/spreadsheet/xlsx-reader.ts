import { invalid } from "../../kernel/error.ts";
import { bounds } from "./bounds.ts";
import type { ByteSource } from "./byte-source.ts";
import { isMissingTable, unreadableFile, unsupportedFile, zipBomb } from "./file-rejection.ts";
import { readTableRows } from "./header.rules.ts";
import { rateSheet, selectTable } from "./sheet-choice.rules.ts";
import type { ReadOptions, Table } from "./table-reader.ts";
import { builtInNumberKind, type NumberKind, parseNumberFormat } from "./xlsx.rules.ts";
import { readRows } from "./xlsx-rows.ts";
import { readStrings } from "./xlsx-strings.ts";
import { findPrefixedAttribute, visitAll } from "./xml.ts";
import { type Archive, openZip } from "./zip.ts";

/**
 * Reads a table of a workbook (ECMA-376, transitional and strict, also with macros, which are never run). Parts are found by their relationships;
 * parts that no table needs, such as images, are never unpacked.
 */
export async function readXlsx(source: ByteSource, { sheet: sheetName, isColumnName }: ReadOptions): Promise<Table> {
  const zip = await openZip(source);
  const root = await readRelations(zip, "");
  const main = root.find(({ type }) => type === "officeDocument");
  if (!main || !zip.has("[Content_Types].xml")) throw otherZipRejection(zip);
  if (/\.bin$/i.test(main.target)) throw unsupportedFile("The workbook is in the binary format .xlsb; save it as XLSX or CSV");
  const workbook = await readWorkbook(zip, main.target);
  const relations = await readRelations(zip, main.target);
  const findPart = (kind: string) => relations.find(({ type, target }) => type === kind && zip.has(target))?.target;

  const sheets = workbook.sheets.flatMap((sheet) => {
    const relation = relations.find(({ id, type }) => id === sheet.relation && type === "worksheet");
    return relation ? [{ ...sheet, part: relation.target }] : [];
  });
  const candidates = selectSheets(sheets, sheetName);
  const [styles, strings] = [findPart("styles"), findPart("sharedStrings")];
  zip.requireParts([...candidates.map(({ part }) => part), ...(styles ? [styles] : []), ...(strings ? [strings] : [])]);
  const context = {
    numberKinds: styles ? await readStyles(zip, styles) : [],
    strings: strings ? await readStrings(zip.read(strings)) : undefined,
    is1904: workbook.is1904,
  };
  const readSheet = ({ part }: { part: string }) => readTableRows(readRows(zip.read(part), context));
  const sheet = candidates.length > 1 ? await findTableSheet(candidates, readSheet, isColumnName) : (candidates[0] as Sheet);
  const visibleNames = sheets.flatMap(({ name, isHidden }) => (isHidden ? [] : [name]));
  return { format: "xlsx", sheet: sheet.name, sheets: visibleNames, ...(await readSheet(sheet)) };
}

interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly part: string;
}

/** Rows by which a sheet is judged. */
const JUDGED_ROWS = 20;

/** Returns the sheet that looks like a table. */
async function findTableSheet(
  sheets: readonly Sheet[],
  readSheet: (sheet: Sheet) => Promise<Pick<Table, "header" | "rows" | "close">>,
  isColumnName: (name: string) => boolean = () => false,
): Promise<Sheet> {
  const scores: number[] = [];
  for (const sheet of sheets) {
    try {
      const { header, rows } = await readSheet(sheet);
      let rowCount = 0;
      for await (const _ of rows) if (++rowCount >= JUDGED_ROWS) break;
      scores.push(rateSheet(header, rowCount, isColumnName));
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      scores.push(0);
    }
  }
  return sheets[selectTable(scores)] as Sheet;
}

function otherZipRejection(zip: Archive): Error {
  if (zip.has("content.xml") && zip.has("mimetype")) {
    return unsupportedFile("The file is in an OpenDocument format; save it as XLSX or CSV");
  }
  return unsupportedFile("The file is a zip archive, not a workbook: upload its files one by one");
}

interface Relation {
  id: string;
  /** The last segment of its type, which strict and transitional files share. */
  type: string;
  target: string;
}

const MAX_RELATIONS = 10_000;

/** Returns the relationships of a part; of the whole archive if `part` is "". */
async function readRelations(zip: Archive, part: string): Promise<Relation[]> {
  const folder = part.slice(0, part.lastIndexOf("/") + 1);
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`;
  const relations: Relation[] = [];
  if (!zip.has(name)) return relations;
  await visitAll(zip.read(name), {
    open(element, { Id: id = "", Type: type = "", Target: target = "", TargetMode: mode }) {
      if (element !== "Relationship" || mode === "External") return;
      if (relations.length >= MAX_RELATIONS) throw zipBomb("it has too many relationships");
      relations.push({ id, type: type.slice(type.lastIndexOf("/") + 1), target: resolvePartName(folder, target) });
    },
  });
  return relations;
}

/** Resolves targets such as `../media/a.png`, `sheet1.xml` and `/xl/sheet1.xml` to names of parts. */
function resolvePartName(folder: string, target: string): string {
  const path: string[] = [];
  for (const step of (target.startsWith("/") ? target : folder + target).replaceAll("\\", "/").split("/")) {
    if (step === "..") path.pop();
    else if (step !== "" && step !== ".") path.push(step);
  }
  return path.join("/").replace(/%([2-7][0-9A-F])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

interface Workbook {
  is1904: boolean;
  sheets: { name: string; isHidden: boolean; relation: string }[];
}

const otherDocuments: Readonly<Record<string, string>> = { document: "a Word document", presentation: "a presentation" };

async function readWorkbook(zip: Archive, part: string): Promise<Workbook> {
  const workbook: Workbook = { is1904: false, sheets: [] };
  let root: string | undefined;
  await visitAll(zip.read(part), {
    open(name, attributes) {
      if (root === undefined) {
        root = name;
        if (name !== "workbook")
          throw unsupportedFile(`The file is ${otherDocuments[name] ?? "not a workbook"}; only CSV and XLSX files can be read`);
      }
      if (name === "workbookPr") workbook.is1904 = /^(1|true|on)$/.test(attributes.date1904 ?? "");
      if (name !== "sheet") return;
      if (workbook.sheets.length >= bounds.sheets) throw zipBomb(`it has more than ${bounds.sheets} sheets`);
      const relation = findPrefixedAttribute(attributes, "id") ?? "";
      workbook.sheets.push({ name: attributes.name ?? "", isHidden: /hidden/i.test(attributes.state ?? ""), relation });
    },
  });
  return workbook;
}

/** Sheets that are candidates for the table; their rows decide. */
const MAX_JUDGED_SHEETS = 20;

/** Returns the sheet with this name, otherwise the first visible ones. */
function selectSheets<S extends { name: string; isHidden: boolean }>(
  sheets: readonly S[],
  requestedName: string | undefined,
): S[] {
  if (requestedName === undefined) {
    const visible = sheets.filter(({ isHidden }) => !isHidden).slice(0, MAX_JUDGED_SHEETS);
    if (visible.length === 0) throw unreadableFile("The workbook has no visible sheet");
    return visible;
  }
  const plain = requestedName.trim().toLowerCase();
  const match =
    sheets.find(({ name }) => name === requestedName) ?? sheets.find(({ name }) => name.trim().toLowerCase() === plain);
  if (match) return [match];
  const names = sheets.slice(0, 20).map(({ name }) => `"${name}"`);
  throw invalid("sheet", `The workbook has no sheet with this name; its sheets are ${names.join(", ")}`);
}

/** Returns the kind of numbers in each cell format, by the index that cells refer to. */
async function readStyles(zip: Archive, part: string): Promise<NumberKind[]> {
  const custom = new Map<number, NumberKind>();
  const meanings: NumberKind[] = [];
  let isInside = false;
  await visitAll(zip.read(part), {
    open(name, { numFmtId = "0", formatCode = "" }) {
      if (custom.size + meanings.length > bounds.styles) throw zipBomb("it has too many styles");
      if (name === "numFmt") custom.set(Number(numFmtId), parseNumberFormat(formatCode));
      else if (name === "cellXfs") isInside = true;
      else if (name === "xf" && isInside) meanings.push(custom.get(Number(numFmtId)) ?? builtInNumberKind(Number(numFmtId)));
    },
    close(name) {
      if (name === "cellXfs") isInside = false;
    },
  });
  return meanings;
}
