import { usePorts } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { unescapeFormula } from "../../lib/spreadsheet/table-writer.ts";
import { pad } from "../../storage/table/collection.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { createLearner } from "./convert.rules.ts";
import type { ImportRecord } from "./import.ts";
import { noCounts, type Progress } from "./row-log.ts";
import type { Row } from "./row-reader.ts";
import { writeList } from "./sealed-text.ts";

/** Rows of one part; progress is saved after each part. */
const PART_ROWS = 250;

/** Characters after which a part is closed, even if it has few rows. */
const MAX_PART_CHARACTERS = 4_000_000;

/** A file with more rows is refused. */
const MAX_ROWS = 2_000_000;

/** Reads the whole file and cuts it into parts. After a kill it starts again from the beginning and writes the same objects. */
export async function stageFile(
  record: ImportRecord,
  fields: readonly Field[],
  lease: JobLease<Progress>,
): Promise<JobLease<Progress>> {
  const source = await usePorts().objects.open(record.object_key);
  if (!source) throw invalid("upload_id", "The content of the upload no longer exists: send the file again");
  const { readTable } = await import("../../lib/spreadsheet/table-reader.ts");
  const { delimiter, encoding, sheet, options } = record;
  const table = await readTable(source, {
    ...options,
    ...(delimiter === null ? {} : { delimiter }),
    ...(encoding === null ? {} : { encoding }),
    ...(sheet === null ? {} : { sheet }),
  });
  const isReport = isReportHeader(table.header);
  const fieldByName = new Map(fields.map((field) => [field.name, field]));
  const learning = createLearner(table.header.map((column) => fieldByName.get(record.mapping[column] ?? "")));
  let rows: string[] = [];
  let length = 0;
  let parts = 0;
  let total_rows = 0;
  const close = async (): Promise<void> => {
    if (rows.length === 0) return;
    await writeList(record.id, rowsPath(++parts), `[${rows.join(",\n")}]`);
    rows = [];
    length = 0;
  };
  for await (const { number, cells: read, rejection } of table.rows) {
    const cells = isReport ? read.map(unescapeCell) : read;
    for (const [index, cell] of cells.entries()) learning.see(index, cell);
    const row: Row = { number, cells, ...(rejection === undefined ? {} : { refused: rejection }) };
    rows.push(JSON.stringify(row));
    length += rows.at(-1)?.length ?? 0;
    if (++total_rows > MAX_ROWS) throw invalid("file", `The file has more than ${MAX_ROWS} rows: split it into several files`);
    if (rows.length === PART_ROWS || length > MAX_PART_CHARACTERS) await close();
  }
  await close();
  return Job.saveProgress(record.id, lease, { part: 1, parts, total_rows, counts: noCounts, told: learning.told(options) });
}

/** Columns that the report of refused rows appends to those of the file. A corrected report can be imported again. */
export const reportColumns = ["import_row", "import_field", "import_reason"] as const;

/** Returns the file's own columns, without those of the report. */
export const listOwnColumns = (header: readonly string[]): string[] =>
  isReportHeader(header) ? header.filter((column) => !(reportColumns as readonly string[]).includes(column)) : [...header];

const isReportHeader = (header: readonly string[]): boolean => reportColumns.every((column) => header.includes(column));

/** Removes the formula escape that the report adds for spreadsheets. */
const unescapeCell = (cell: Cell): Cell => (typeof cell === "string" ? unescapeFormula(cell) : cell);

const PART_DIGITS = 6;
export const rowsPath = (part: number): string[] => ["rows", pad(part, PART_DIGITS)];
export const errorsPath = (part: number): string[] => ["errors", pad(part, PART_DIGITS)];
