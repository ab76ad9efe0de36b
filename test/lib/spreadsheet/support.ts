import { crc32, deflateRawSync } from "node:zlib";
import { type ByteSource, toByteSource } from "@crm/core/lib/spreadsheet/byte-source.ts";
import { type ReadOptions, type Row, readTable, type Table } from "@crm/core/lib/spreadsheet/table-reader.ts";
import type { OutputCell } from "@crm/core/lib/spreadsheet/table-writer.ts";

export interface ReadTable extends Omit<Table, "rows" | "close"> {
  rows: Row[];
}

/** Reads a table with all its rows. */
export async function readAll(from: ByteSource | Uint8Array | string, options?: ReadOptions): Promise<ReadTable> {
  const source =
    typeof from === "string" ? toByteSource(Buffer.from(from)) : from instanceof Uint8Array ? toByteSource(from) : from;
  const { close: _, rows, ...table } = await readTable(source, options);
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return { ...table, rows: read };
}

/** Reads the cells of a table; throws if a row was rejected. */
export async function readCells(from: ByteSource | Uint8Array | string, options?: ReadOptions) {
  const { rows } = await readAll(from, options);
  const refused = rows.filter((row) => row.rejection !== undefined);
  if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused)}`);
  return rows.map(({ cells }) => cells);
}

/** A source that returns the bytes in pieces of these sizes, repeated. */
export const splitSource = (bytes: Uint8Array, sizes: readonly number[]): ByteSource => ({
  size: bytes.length,
  async *read(from = 0, to = bytes.length) {
    for (let at = from, turn = 0; at < to; turn++) {
      const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
      yield bytes.subarray(at, Math.min(to, at + size));
      at += size;
    }
  },
});

/** A source that records which bytes were requested. */
export function watchSource(bytes: Uint8Array): ByteSource & { asked: [number, number][] } {
  const asked: [number, number][] = [];
  const source = toByteSource(bytes);
  return {
    asked,
    size: bytes.length,
    read(from = 0, to = bytes.length) {
      asked.push([from, to]);
      return source.read(from, to);
    },
  };
}

export async function concatBytes(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

export async function* streamRows(rows: readonly (readonly OutputCell[])[]): AsyncGenerator<readonly OutputCell[]> {
  yield* rows;
}

/** A part of an archive built by hand, so that its directory entry may be wrong. */
export interface ZipPart {
  name: string;
  data?: Buffer | string;
  method?: 0 | 8;
  flags?: number;
  /** The size in the directory, if it differs from the real one. */
  size?: number;
  crc?: number;
  packed?: Buffer;
  /** The position of the part in the directory. */
  offset?: number;
  comment?: Buffer;
  nameLength?: number;
}

export interface ZipOptions {
  comment?: Buffer;
  entries?: number;
}

export function buildZip(
  parts: readonly ZipPart[],
  { comment = Buffer.alloc(0), entries = parts.length }: ZipOptions = {},
): Buffer {
  const out: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const data = Buffer.from(part.data ?? "");
    const name = Buffer.from(part.name);
    const method = part.method ?? 8;
    const packed = part.packed ?? (method === 8 ? deflateRawSync(data) : data);
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(20, 6);
    head.writeUInt16LE(part.flags ?? 0, 8);
    head.writeUInt16LE(method, 10);
    head.writeUInt32LE(part.crc ?? crc32(data), 16);
    head.writeUInt32LE(packed.length, 20);
    head.writeUInt32LE(part.size ?? data.length, 24);
    head.writeUInt16LE(name.length, 28);
    head.writeUInt16LE(part.comment?.length ?? 0, 32);
    head.writeUInt32LE(part.offset ?? at, 42);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    head.copy(local, 4, 6, 30);
    local.writeUInt16LE(part.nameLength ?? name.length, 26);
    out.push(local, name, packed);
    at += 30 + name.length + packed.length;
    directory.push(head, name, part.comment ?? Buffer.alloc(0));
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...out, list, end, comment]);
}

const MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export interface WorkbookOptions {
  /** The content of `sheetData`. */
  rows: string;
  strings?: string;
  /** Number formats of the cell styles 1, 2, …: a format code, or the id of a built-in one. */
  formats?: readonly (string | number)[];
  /** The elements of `sheets`; two other worksheets exist that it can refer to. */
  sheets?: string;
  is1904?: boolean;
  /** How the workbook's relationships refer to its parts. */
  target?: (name: string) => string;
  change?: (parts: ZipPart[]) => ZipPart[];
  zip?: ZipOptions;
}

const escapeAttribute = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

export const buildRelations = (
  entries: readonly (readonly [id: string, type: string, target: string])[],
  office = OFFICE_NAMESPACE,
): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`)
    .join("")}</Relationships>`;

export const buildSheet = (rows: string) => `<worksheet xmlns="${MAIN_NAMESPACE}"><sheetData>${rows}</sheetData></worksheet>`;

/** A workbook built by hand, in forms that other programs write. */
export function buildWorkbook(options: WorkbookOptions): Buffer {
  const { rows, strings, formats = [], is1904, target = (name) => name, change = (parts) => parts } = options;
  const sheets = options.sheets ?? '<sheet name="People" sheetId="1" r:id="r1"/><sheet name="Other" sheetId="2" r:id="r2"/>';
  const custom = formats.map((format, at) => (typeof format === "number" ? format : 164 + at));
  const styles =
    `<styleSheet xmlns="${MAIN_NAMESPACE}"><numFmts>` +
    formats
      .flatMap((format, at) =>
        typeof format === "number" ? [] : [`<numFmt numFmtId="${164 + at}" formatCode="${escapeAttribute(format)}"/>`],
      )
      .join("") +
    `</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>` +
    `${custom.map((id) => `<xf numFmtId="${id}" applyNumberFormat="1"/>`).join("")}</cellXfs></styleSheet>`;
  const parts: ZipPart[] = [
    { name: "[Content_Types].xml", data: "<Types/>" },
    { name: "_rels/.rels", data: buildRelations([["r0", "officeDocument", "xl/workbook.xml"]]) },
    {
      name: "xl/workbook.xml",
      data: `<workbook xmlns="${MAIN_NAMESPACE}" xmlns:r="${OFFICE_NAMESPACE}"><workbookPr${is1904 ? ' date1904="1"' : ""}/><sheets>${sheets}</sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      data: buildRelations([
        ["r1", "worksheet", target("worksheets/sheet1.xml")],
        ["r2", "worksheet", target("worksheets/sheet2.xml")],
        ["r3", "styles", target("styles.xml")],
        ["r4", "sharedStrings", target("sharedStrings.xml")],
      ]),
    },
    { name: "xl/worksheets/sheet1.xml", data: buildSheet(rows) },
    {
      name: "xl/worksheets/sheet2.xml",
      data: buildSheet('<row><c t="inlineStr"><is><t>Two</t></is></c></row><row><c t="inlineStr"><is><t>x</t></is></c></row>'),
    },
    { name: "xl/styles.xml", data: styles },
    ...(strings === undefined ? [] : [{ name: "xl/sharedStrings.xml", data: `<sst xmlns="${MAIN_NAMESPACE}">${strings}</sst>` }]),
  ];
  return buildZip(change(parts), options.zip);
}

export const textCell = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
export const buildRow = (...cells: string[]) => `<row>${cells.join("")}</row>`;
/** Replaces one of the parts. */
export const replacePart =
  (name: string, put: Partial<ZipPart>) =>
  (parts: ZipPart[]): ZipPart[] =>
    parts.map((part) => (part.name === name ? { ...part, ...put } : part));
