import { usePorts } from "../../kernel/context.ts";
import { isNumericType } from "../../kernel/sort-key.ts";
import { type OutputCell, writeCsv, writeXlsx } from "../../lib/spreadsheet/table-writer.ts";
import { type Column, labelColumns, loadExportable } from "../../platform/export/exportable.ts";
import { createRowBuilder } from "../../platform/export/row-cells.ts";
import type { PreparedReport } from "./preparation.ts";
import type { RunRecord } from "./report-run.entity.ts";
import { fileKey, readAllRows } from "./run-object.ts";

/** The file of a run: its result as a table, with names in place of the ids of master data and users. */

/** Writes the file of a completed run, row by row. Returns the fields of the run that change. */
export async function writeFile(run: RunRecord, report: PreparedReport): Promise<Partial<RunRecord>> {
  if (run.format === null) return {};
  const columns = await listFileColumns(report, run.format === "xlsx");
  const header = labelColumns(
    columns.map(({ name }) => name),
    columns,
  );
  const write = run.format === "csv" ? writeCsv : writeXlsx;
  const object_key = fileKey(run, run.worker ?? "");
  let size = 0;
  async function* countBytes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      size += chunk.length;
      yield chunk;
    }
  }
  await usePorts().objects.write(object_key, countBytes(write(header, buildCells(run, columns))));
  return { object_key, size };
}

async function* buildCells(run: RunRecord, columns: readonly Column[]): AsyncGenerator<OutputCell[]> {
  const build = createRowBuilder(columns, { labels: true, format: run.format ?? "csv" });
  for await (const row of readAllRows(run)) yield build(row);
}

/** Returns the columns of a result, in order: fields of records, or groups and measures. */
async function listFileColumns({ source, plan }: PreparedReport, isWorkbook: boolean): Promise<Column[]> {
  const own = new Map((await source.exportable.columns()).map((column) => [column.name, column]));
  const columns: Column[] = [];
  for (const { name, type } of plan.columns ?? []) columns.push(await buildFieldColumn(name, name, type));
  for (const { name, field, by, buckets } of plan.groups)
    columns.push(by || buckets ? buildColumn(name, "text", isWorkbook) : await buildFieldColumn(name, field.name, field.type));
  for (const { as, type } of plan.measures) columns.push(buildColumn(as, isDate(type) ? type : "number", isWorkbook));
  return columns;

  async function buildFieldColumn(name: string, fieldName: string, type: Column["type"]): Promise<Column> {
    const [first = "", relatedField] = fieldName.split(".");
    const related = relatedField === undefined ? undefined : source.related.get(first);
    const column = related ? await findRelatedColumn(related.kind.name, relatedField ?? "") : own.get(fieldName);
    const built = buildColumn(name, type, isWorkbook);
    return column ? { ...column, ...built, label: related ? `${first}: ${column.label}` : column.label } : built;
  }
}

const isDate = (type: string): type is "date" | "instant" => type === "date" || type === "instant";

/** Returns the column of a related record's list; undefined if its kind has no list that is exported. */
async function findRelatedColumn(kindName: string, field: string): Promise<Column | undefined> {
  for (const { kinds, exports = {} } of usePorts().domains) {
    if (!kinds.some(({ name }) => name === kindName)) continue;
    for (const entity of Object.keys(exports)) {
      const exportable = await loadExportable(entity);
      if (exportable.collection.name === kindName) return (await exportable.columns()).find(({ name }) => name === field);
    }
  }
  return undefined;
}

/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15;

/** Builds a column of a result. In a workbook numbers and amounts are numbers, as long as a double holds all their digits. */
function buildColumn(name: string, type: Column["type"], isWorkbook: boolean): Column {
  const toCell = (value: unknown): unknown =>
    typeof value === "string" && value.replaceAll(/\D/g, "").length <= EXACT_DIGITS ? Number(value) : value;
  const isNumeric = isNumericType(type);
  return {
    ...{ name, label: name, type: isNumeric ? "number" : type, required: false, inRow: true },
    value: (row) => (isNumeric && isWorkbook ? toCell(row[name]) : row[name]),
  };
}
