import { usePorts, useSettings } from "../../kernel/context.ts";
import { fieldLabel } from "../../kernel/field.ts";
import { isNumericType } from "../../kernel/sort-key.ts";
import { listDomains } from "../../kernel/tenant-domains.ts";
import { type OutputCell, writeCsv, writeXlsx } from "../../lib/spreadsheet/table-writer.ts";
import { type Column, labelColumns, loadExportable } from "../../platform/export/exportable.ts";
import { createRowBuilder } from "../../platform/export/row-cells.ts";
import type { CellType } from "./cell-text.rules.ts";
import type { PreparedReport } from "./preparation.ts";
import type { TableColumn } from "./report-chart.rules.ts";
import type { ReportField } from "./report-field.rules.ts";
import type { RunRecord } from "./report-run.entity.ts";
import { fileKey, readAllRows } from "./run-object.ts";
import type { ReportSource } from "./source.ts";

/** The file of a run: its result as a table, with names in place of the ids of master data and users. */

/** Writes the file of a completed run, row by row; a PDF as a whole. Returns the fields of the run that change. */
export async function writeFile(run: RunRecord, report: PreparedReport): Promise<Partial<RunRecord>> {
  if (run.format === null) return {};
  const object_key = fileKey(run, run.worker ?? "");
  const finder = await createColumnFinder(report.source);
  const columns = await listFileColumns(report, finder, run.format);
  const header = labelColumns(
    columns.map(({ name }) => name),
    columns,
  );
  if (run.format === "pdf") {
    // Other files need no fonts and no charts.
    const { writeRunDocument } = await import("./run-document.ts");
    const labelled = columns.map((column, index) => ({ ...column, label: header[index] ?? column.name }));
    const bytes = await writeRunDocument(run, report, labelled, buildCells(run, columns), finder);
    await usePorts().objects.write(object_key, bytes);
    return { object_key, size: bytes.length };
  }
  const write = run.format === "csv" ? writeCsv : writeXlsx;
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
  const build = createRowBuilder(columns, { labels: true, format: run.format === "xlsx" ? "xlsx" : "csv" });
  for await (const row of readAllRows(run)) yield build(row);
}

/** A column of a file, with how a document writes its values. */
type FileColumn = Column & TableColumn;

/** Returns the columns of a result, in order: fields of records, or groups and measures. */
async function listFileColumns(
  { plan }: Pick<PreparedReport, "plan">,
  findColumn: (field: string) => Promise<Column | undefined>,
  format: RunRecord["format"],
): Promise<FileColumn[]> {
  const isWorkbook = format === "xlsx";
  const { currency } = useSettings();
  const shownFields = new Set(plan.columns?.map(({ name }) => name));
  const columns: FileColumn[] = [];
  for (const field of plan.columns ?? []) {
    const { currencyField } = field;
    // Rows of records keep the currency of the record, which is known where it is a column.
    const money = currencyField === undefined ? { currency: field.currency ?? currency } : {};
    const currencyColumn = currencyField !== undefined && shownFields.has(currencyField) ? currencyField : undefined;
    columns.push({
      ...(await buildFieldColumn(field.name, field)),
      isGroup: false,
      cell: { type: field.type, ...money, currencyColumn },
    });
  }
  for (const { name, field, by, buckets } of plan.groups) {
    const column = by || buckets ? await buildPartColumn(name, field) : await buildFieldColumn(name, field);
    const cell: CellType = by ? { type: "period", by } : buckets ? { type: "text" } : { type: field.type, currency };
    columns.push({ ...column, isGroup: true, cell });
  }
  for (const { as, type } of plan.measures)
    columns.push({
      ...buildColumn(as, isDate(type) ? type : "number", isWorkbook),
      ...(format === "pdf" ? { label: fieldLabel(as) } : {}),
      isGroup: false,
      cell: { type, currency },
    });
  return columns;

  /** Periods and buckets. In a document they have the label of their field; other files name them, so that programs find them. */
  async function buildPartColumn(name: string, field: ReportField): Promise<Column> {
    const column = format === "pdf" ? await findColumn(field.name) : undefined;
    return { ...buildColumn(name, "text", isWorkbook), ...(column ? { label: column.label } : {}) };
  }

  async function buildFieldColumn(name: string, field: ReportField): Promise<Column> {
    const built = buildColumn(name, field.type, isWorkbook);
    const column = await findColumn(field.name);
    return column ? { ...column, ...built, label: column.label } : built;
  }
}

/** Returns a function that finds the column of a field: of the kind itself, or of a record that its rows name (`customer.industry_id`). */
async function createColumnFinder(source: ReportSource): Promise<(field: string) => Promise<Column | undefined>> {
  const own = new Map((await source.columns()).map((column) => [column.name, column]));
  return async (field) => {
    const [first = "", relatedField] = field.split(".");
    const related = relatedField === undefined ? undefined : source.related.get(first);
    const column = related ? await findRelatedColumn(related.kind.name, relatedField ?? "") : own.get(field);
    return column && related ? { ...column, label: `${first}: ${column.label}` } : column;
  };
}

const isDate = (type: string): type is "date" | "instant" => type === "date" || type === "instant";

/** Returns the column of a related record's list; undefined if its kind has no list that is exported. */
async function findRelatedColumn(kindName: string, field: string): Promise<Column | undefined> {
  for (const { kinds, exports = {} } of listDomains()) {
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
