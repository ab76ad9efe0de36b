import { buildShade } from "../../kernel/brand-color.rules.ts";
import { useSettings } from "../../kernel/context.ts";
import { isFailure, ruleViolation } from "../../kernel/error.ts";
import { fieldLabel, kindLabel } from "../../kernel/field.ts";
import type { Block, BusinessDocument, Fact } from "../../lib/pdf/document.ts";
import { COLUMN_GAP, measureContentWidth } from "../../lib/pdf/page.ts";
import { renderWithInstalledFonts } from "../../lib/pdf/renderer.ts";
import { isRightToLeft } from "../../lib/pdf/text.rules.ts";
import type { OutputCell } from "../../lib/spreadsheet/table-writer.ts";
import type { Column } from "../../platform/export/exportable.ts";
import { createRowBuilder } from "../../platform/export/row-cells.ts";
import { Preferences } from "../../platform/profile/preferences.ts";
import { Letterhead } from "../../platform/tenant/letterhead.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { buildFilterParameters, type FilterParameter } from "../../storage/read/filter.ts";
import { parseDays } from "../../storage/read/filter-day.ts";
import { conditionsSchema, type FilterParameters } from "../../storage/read/where-clause.ts";
import { Records } from "../../storage/write/records.ts";
import { type CellWriter, createCellWriter, isFixedCell, isNumericCell } from "./cell-text.rules.ts";
import { type ColumnTexts, divideWidth, needsMoreThan } from "./column-width.rules.ts";
import { describeConditions, listConditions, readValues } from "./condition-text.rules.ts";
import type { Definition } from "./definition.ts";
import { type Translations, translationsFor } from "./i18n.ts";
import type { PreparedReport } from "./preparation.ts";
import { Reports } from "./report.entity.ts";
import type { ResultRow } from "./report.rules.ts";
import { drawReportChart, type ReportTable, type TableColumn } from "./report-chart.rules.ts";
import type { RunRecord } from "./report-run.entity.ts";

/** The result of a run as a PDF: what the report asks, its chart, its totals and its table, in the language of its reader. */

/** Points between the facts and what follows them. */
const SPACE = 8;

/** With twelve columns they take some seconds, and some hundred megabytes while they are written. */
const MAX_ROWS = 1000;

type ColumnFinder = (field: string) => Promise<Column | undefined>;

/**
 * Writes the PDF of a completed run. All pages are in memory, so a result of more than 1,000 rows is refused: other formats have no limit. `findColumn`
 * returns the column of a field of the report's kind, or of a record that its rows name.
 */
export async function writeRunDocument(
  run: RunRecord,
  report: PreparedReport,
  columns: readonly TableColumn[],
  rows: AsyncIterable<readonly OutputCell[]>,
  findColumn: ColumnFinder,
): Promise<Uint8Array> {
  const count = Math.min(run.row_count, report.plan.limit ?? run.row_count);
  if (count > MAX_ROWS)
    throw ruleViolation(
      `The result has ${count} rows, and a PDF at most ${MAX_ROWS}: export the report as xlsx or csv, or give it a limit`,
    );
  const cells: (readonly OutputCell[])[] = [];
  for await (const row of rows) cells.push(row);
  const table: ReportTable = { columns, rows: cells };
  const document = await buildDocument(run, report, table, findColumn);
  try {
    return (await renderWithInstalledFonts(document)).bytes;
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw ruleViolation(`The result does not fit in a PDF, so export the report as xlsx or csv: ${error.message}`);
  }
}

async function buildDocument(
  run: RunRecord,
  report: PreparedReport,
  table: ReportTable,
  findColumn: ColumnFinder,
): Promise<BusinessDocument> {
  const { letterhead, brand_color } = useSettings();
  const [tenant, record, preferred] = await Promise.all([
    Tenant.get({}),
    Records.load(Reports, run.report_id),
    Preferences.findLanguage(run.owner_id),
  ]);
  const language = preferred ?? letterhead.language;
  const words = translationsFor(language);
  const writer = createCellWriter(language, run.timezone || useSettings().timezone, words);
  const isRtl = isRightToLeft(language);
  const title = record?.name ?? String(run.file_name);
  const texts = writeTexts(run, table, writer, words, isRtl);
  const gaps = (table.columns.length - 1) * COLUMN_GAP;
  const isLandscape = needsMoreThan(texts.columns, measureContentWidth(letterhead.paper, false) - gaps);
  const sender = letterhead.sender[0] ?? tenant.name;
  const logo = letterhead.logo_upload_id ? await Letterhead.readLogo(letterhead.logo_upload_id) : undefined;
  const place = {
    title,
    width: measureContentWidth(letterhead.paper, isLandscape),
    direction: isRtl ? ("rtl" as const) : ("ltr" as const),
    otherLabel: words.other,
  };
  return {
    ...{ language, title, id: `${run.id}/${run.number}`, at: run.as_of, author: sender, paper: letterhead.paper, isLandscape },
    header: { from: [sender], ...(logo ? { logo: { bytes: logo, alt: sender } } : {}) },
    ...(brand_color ? { accent: buildShade(brand_color, "light").accent } : {}),
    blocks: [
      buildFacts(await listFacts(run, report, findColumn, writer, words)),
      { kind: "spacer", height: SPACE },
      ...buildChart(run.definition, table, writer, place, words),
      ...buildTable(texts, place.width - gaps, words),
    ],
    footer: `${title} · ${writer.writeInstant(run.as_of)}`,
  };
}

const buildFacts = (facts: readonly Fact[]): Block => ({
  kind: "paragraph",
  text: facts.map(([label, value]) => `${label}: ${value}`).join("\n"),
  facts,
});

/** Lists what the report is about: kind, conditions, instant, and number of rows. */
async function listFacts(
  { definition, as_of, row_count, unconverted }: RunRecord,
  { source, tabs, plan }: PreparedReport,
  findColumn: ColumnFinder,
  writer: CellWriter,
  words: Translations,
): Promise<Fact[]> {
  const { collection } = source.exportable;
  const conditions = await describeWhere(definition.where, source.parameters, findColumn, writer, words);
  const tabFacts = await Promise.all(
    tabs.map(async ({ exportable, has }, index): Promise<Fact> => {
      const { where } = definition.with?.[index] ?? {};
      const parameters = buildFilterParameters(exportable.collection.definition);
      const columns = new Map((await exportable.columns()).map((column) => [column.name, column]));
      const described = await describeWhere(where, parameters, async (field) => columns.get(field), writer, words);
      const name = kindLabel(exportable.collection.kind);
      return [has ? words.with : words.without, described.length === 0 ? name : `${name}: ${described.join("; ")}`];
    }),
  );
  const left = unconverted.map(({ currency, rows }) => `${currency} (${writer.write(rows, { type: "count" })})`).join(", ");
  const count = Math.min(row_count, plan.limit ?? row_count);
  return [
    [words.kind, kindLabel(collection.kind)],
    [words.conditions, conditions.join("\n") || words.no_conditions],
    ...tabFacts,
    [words.as_of, writer.writeInstant(as_of)],
    [words.rows, [...new Set([count, row_count])].map((rows) => writer.write(rows, { type: "count" })).join(" / ")],
    ...(left === "" ? [] : [[words.unconverted, left] as const]),
  ];
}

/** Returns conditions in words, with the names of master data and users. Relative dates are the days that they meant at the run. */
async function describeWhere(
  where: Definition["where"],
  parameters: FilterParameters,
  findColumn: ColumnFinder,
  writer: CellWriter,
  words: Translations,
): Promise<string[]> {
  if (where === undefined || Object.keys(where).length === 0) return [];
  const clause = conditionsSchema(() => parameters).parse(where);
  const labels = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const { typed, parameter } of listConditions(clause)) {
    const [field, , given] = typed;
    const column = await findColumn(field);
    if (column) labels.set(field, column.label);
    for (const value of readValues(given)) texts.set(`${field} ${value}`, await write(column, value, parameter));
  }
  const label = (field: string): string => labels.get(field) ?? field.split(".").map(fieldLabel).join(": ");
  return describeConditions(clause, { label, value: (field, value) => texts.get(`${field} ${value}`) ?? value }, words);

  async function write(column: Column | undefined, value: string, { type, operator }: FilterParameter): Promise<string> {
    const toRow = createRowBuilder([column && { ...column, value: () => value }], { labels: true, format: "csv" });
    const [named = value] = column ? await toRow({}) : [];
    const days = type === "date" || type === "instant" ? parseDays(value) : undefined;
    if (days)
      return listBounds(days, operator)
        .map((day) => writer.write(day, { type }))
        .join(" – ");
    return named === value ? writer.write(value, { type }) : String(named);
  }
}

/** Returns the days of a period that a condition is about: `≥` means from its first day on, and `>` after its last one. */
const listBounds = ({ first, last }: { first: string; last: string }, operator: string): string[] => {
  if (operator === "gte" || operator === "lt") return [first];
  return operator === "gt" || operator === "lte" || first === last ? [last] : [first, last];
};

/** The chart, and how much of the result it shows if that is not all. */
function buildChart(
  { chart }: Definition,
  table: ReportTable,
  writer: CellWriter,
  place: Parameters<typeof drawReportChart>[3],
  words: Translations,
): Block[] {
  const drawn = chart && drawReportChart(chart, table, writer, place);
  if (!drawn) return [];
  const { picture, shown, count } = drawn;
  const numbers: Readonly<Record<string, number>> = { shown, count };
  const note = words.chart_part.replaceAll(/\{(\w+)\}/g, (_, name) => writer.write(numbers[name] ?? 0, { type: "count" }));
  return [{ kind: "chart", picture, alt: place.title }, ...(shown < count ? [{ kind: "paragraph", text: note } as const] : [])];
}

/** The texts of a table: its rows, and the measures over all records in a first row, unless they are the only row. */
interface TableTexts {
  readonly columns: readonly (ColumnTexts & { readonly align: "start" | "end" })[];
  readonly totals: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
}

function writeTexts(
  run: RunRecord,
  { columns, rows }: ReportTable,
  writer: CellWriter,
  words: Translations,
  isRtl: boolean,
): TableTexts {
  // Digits are written from left to right in each script, so the last ones are always on the right.
  const right = isRtl ? "start" : "end";
  const currencyColumns = columns.map(({ cell }) => columns.findIndex(({ name }) => name === cell.currencyColumn));
  const texts = rows.map((row) =>
    columns.map(({ cell }, index) => {
      const currency = row[currencyColumns[index] ?? -1];
      return writer.write(row[index] ?? null, typeof currency === "string" ? { ...cell, currency } : cell);
    }),
  );
  const values = columns.some(({ isGroup }) => isGroup) ? (run.totals as ResultRow | null) : null;
  const totals = columns.map(({ name, isGroup, cell }, index) => {
    if (isGroup) return index === 0 ? words.all_records : "";
    return writer.write((values?.[name] ?? null) as OutputCell, cell);
  });
  return {
    columns: columns.map(({ label, cell }, index) => ({
      head: label,
      texts: [...(values ? [totals[index] ?? ""] : []), ...texts.map((row) => row[index] ?? "")],
      isFixed: isFixedCell(cell),
      align: isNumericCell(cell) ? right : "start",
    })),
    totals: values ? totals : undefined,
    rows: texts,
  };
}

/** The totals in bold letters, then the rows. */
function buildTable({ columns, totals, rows }: TableTexts, width: number, words: Translations): Block[] {
  if (rows.length === 0) return [{ kind: "paragraph", text: words.no_rows }];
  const widths = divideWidth(columns, width);
  return [
    {
      kind: "table",
      columns: columns.map(({ head, align }, index) => ({ head, align, share: widths[index] ?? 1 })),
      rows: [...(totals ? [totals.map((text) => ({ text, strong: true }))] : []), ...rows],
    },
  ];
}
