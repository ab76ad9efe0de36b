import { invalid } from "../../kernel/error.ts";
import type { Matches } from "../../storage/read/column-matches.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { evaluateByColumns, listReportColumns } from "./column-evaluation.ts";
import { finishByNames } from "./group-names.ts";
import type { PreparedReport, PreparedTab } from "./preparation.ts";
import { evaluateReport, GroupFold, type ReportResult } from "./report.rules.ts";
import type { EvaluationContext, ReportRow } from "./report-field.rules.ts";
import { createRowReader, RateTable, readNamedIds } from "./row-reader.ts";

/** Runs a report within one request. */

/** Rows that one request reads, those of tabs included. */
export const MAX_IMMEDIATE_ROWS = 20_000;

interface ImmediateResult extends ReportResult {
  readonly unconverted: readonly { currency: string; rows: number }[];
  /** Whether rows are missing because more than `MAX_IMMEDIATE_ROWS` would have to be read. */
  readonly isPartial: boolean;
  /** Rows that were read, those of tabs included. */
  readonly read: number;
}

interface ImmediateOptions {
  /** Whether the first rows by time are evaluated if there are too many. */
  readonly allowsPart?: boolean;
  /** Whether a report that columns cannot evaluate is left to a run. */
  readonly isOnlyByColumns?: boolean;
  /** Rows that are shown of a report without groups. */
  readonly mostRows?: number;
}

/**
 * Evaluates a report over the rows that the caller sees. Returns undefined if it would have to read too many rows; with `allowsPart`, it then
 * evaluates the first rows by time.
 */
export async function runImmediately(
  report: PreparedReport,
  as_of: string,
  { allowsPart = false, isOnlyByColumns = false, mostRows }: ImmediateOptions,
): Promise<ImmediateResult | undefined> {
  // The rows of a report without groups are evaluated from columns only if a part of them is shown.
  const fields = report.plan.columns && mostRows === undefined ? undefined : listReportColumns(report);
  const limits = { fields, mostReads: MAX_IMMEDIATE_ROWS };
  const { readPage, rows, found } = await createRowReader(report, as_of, limits);
  const byColumns = fields && found && (await runByColumns(report, found, mostRows));
  if (byColumns) return byColumns;
  if (isOnlyByColumns) return undefined;
  if (!allowsPart && Number.isFinite(rows) && rows > MAX_IMMEDIATE_ROWS) return undefined;
  let budget = MAX_IMMEDIATE_ROWS;
  const memberships: { has: boolean; ids: ReadonlySet<string> }[] = [];
  for (const tab of report.tabs) {
    const named = await collectNamedIds(tab, as_of, budget);
    if (!named && !allowsPart) return undefined;
    if (!named) throw invalid(tab.path, `More than ${MAX_IMMEDIATE_ROWS} records would have to be read: narrow where`);
    budget -= named.read;
    memberships.push({ has: tab.has, ids: named.ids });
  }
  const rates = new RateTable(report);
  const kept: ReportRow[] = [];
  let after: string | undefined;
  let isPartial = false;
  do {
    const page = await readPage(after);
    const rows = page.rows.filter(({ id }) => memberships.every(({ has, ids }) => ids.has(id) === has));
    await rates.load(rows);
    for (const row of rows) kept.push(row);
    after = page.after;
    budget -= page.read;
    if (after !== undefined && budget <= 0) {
      if (!allowsPart) return undefined;
      isPartial = true;
    }
  } while (after !== undefined && !isPartial);
  const result = await evaluateRows(report, kept, rates.context);
  return { ...result, unconverted: rates.listUnconverted(), isPartial, read: MAX_IMMEDIATE_ROWS - budget };
}

async function evaluateRows(
  report: PreparedReport,
  rows: readonly ReportRow[],
  context: EvaluationContext,
): Promise<ReportResult> {
  if (report.plan.columns) return evaluateReport(report.plan, rows, context);
  const fold = new GroupFold(report.plan, context);
  for (const row of rows) fold.add(row);
  return finishByNames(report, fold);
}

async function runByColumns(
  report: PreparedReport,
  found: Matches<BaseRecord>,
  mostRows = found.total,
): Promise<ImmediateResult | undefined> {
  const rates = new RateTable(report);
  const result = await evaluateByColumns(report, found, rates, mostRows);
  return result && { ...result, unconverted: rates.listUnconverted(), isPartial: false, read: found.total };
}

/** Returns the ids that the records of a tab name; undefined if more than `limit` records would have to be read. */
async function collectNamedIds(
  tab: PreparedTab,
  as_of: string,
  limit: number,
): Promise<{ ids: ReadonlySet<string>; read: number } | undefined> {
  const ids = new Set<string>();
  let read = 0;
  for await (const page of readNamedIds(tab, as_of)) {
    for (const id of page.ids) ids.add(id);
    read += page.read;
    if (page.after !== undefined && read >= limit) return undefined;
  }
  return { ids, read };
}
