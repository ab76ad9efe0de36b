import { learn } from "../../import/convert.rules.ts";
import type { ImportRecord } from "../../import/import.ts";
import { none, type Progress } from "../../import/journal.ts";
import { usePorts } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import type { Cell } from "../../sheet/cell.ts";
import { unescapeFormula } from "../../sheet/write.ts";
import { pad } from "../../storage/table/collection.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import type { Row } from "./rows.ts";
import { writeList } from "./sealed.ts";

/** Rows of one part: what one step of progress stands for. */
const PART = 250;

/** Characters after which a part is closed, however few rows it has. */
const LONGEST = 4_000_000;

/** More rows are two files. */
const MOST_ROWS = 2_000_000;

/**
 * Reads the file from its beginning to its end, and cuts it into parts. It begins at the beginning when it is killed: what
 * it writes is the same each time.
 */
export async function stage(
  record: ImportRecord,
  fields: readonly Field[],
  lease: JobLease<Progress>,
): Promise<JobLease<Progress>> {
  const source = await usePorts().objects.open(record.object_key);
  if (!source) throw invalid("upload_id", "The bytes of the upload have gone: send the file again");
  const { readTable } = await import("../../sheet/read.ts");
  const { delimiter, encoding, sheet, options } = record;
  const table = await readTable(source, {
    ...options,
    ...(delimiter === null ? {} : { delimiter }),
    ...(encoding === null ? {} : { encoding }),
    ...(sheet === null ? {} : { sheet }),
  });
  const isReport = isReportOf(table.header);
  const known = new Map(fields.map((field) => [field.name, field]));
  const learning = learn(table.header.map((column) => known.get(record.mapping[column] ?? "")));
  let rows: string[] = [];
  let length = 0;
  let parts = 0;
  let total_rows = 0;
  const close = async (): Promise<void> => {
    if (rows.length === 0) return;
    await writeList(record.id, rowsOf(++parts), `[${rows.join(",\n")}]`);
    rows = [];
    length = 0;
  };
  for await (const { number, cells: read, refused } of table.rows) {
    const cells = isReport ? read.map(unescaped) : read;
    for (const [at, cell] of cells.entries()) learning.see(at, cell);
    const row: Row = { number, cells, ...(refused === undefined ? {} : { refused }) };
    rows.push(JSON.stringify(row));
    length += rows.at(-1)?.length ?? 0;
    if (++total_rows > MOST_ROWS) throw invalid("file", `More than ${MOST_ROWS} rows: cut it into several files`);
    if (rows.length === PART || length > LONGEST) await close();
  }
  await close();
  return Job.advance(record.id, lease, { part: 1, parts, total_rows, counts: none, told: learning.told(options) });
}

/** Columns behind those of the file in the report of refused rows, which can be corrected and brought in again. */
export const reportColumns = ["import_row", "import_field", "import_reason"] as const;

/** The columns that a file has of its own. */
export const ownColumns = (header: readonly string[]): string[] =>
  isReportOf(header) ? header.filter((column) => !(reportColumns as readonly string[]).includes(column)) : [...header];

const isReportOf = (header: readonly string[]): boolean => reportColumns.every((column) => header.includes(column));

/** The report is made for spreadsheets, so what looks like a formula is escaped in it. */
const unescaped = (cell: Cell): Cell => (typeof cell === "string" ? unescapeFormula(cell) : cell);

const DIGITS = 6;
export const rowsOf = (part: number): string[] => ["rows", pad(part, DIGITS)];
export const errorsOf = (part: number): string[] => ["errors", pad(part, DIGITS)];
