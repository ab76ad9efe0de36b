import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { describeFailure, forbidden, invalid, isFailure, ruleViolation } from "../../kernel/error.ts";
import { fn, parseStored } from "../../kernel/fn.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, instant, oneOf, query, text, toStoredFields } from "../../kernel/schema.ts";
import { resolveAudience, runAsAudience } from "../../platform/saved-view/saved-view.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { Definition, definitionShape } from "./definition.ts";
import { MAX_IMMEDIATE_ROWS, runImmediately } from "./immediate-run.ts";
import { prepareReport, runAtTime } from "./preparation.ts";
import { fields, type ReportRecord, Reports, Stored } from "./report.entity.ts";
import { lineKindNames } from "./report.kind.ts";
import { type FileFormat, formats, isOpen, type RunRecord } from "./report-run.entity.ts";
import { ReportRun } from "./run.ts";
import { readResultRows } from "./run-object.ts";

/** Reports: definitions that users share, and their rows as each reader sees them (docs/analytics/reports.md). */

export const Info = Stored;
export const Row = rowSchema(Stored, Reports.definition.row);

const Create = z.strictObject({ ...fields, ...definitionShape });
const Replace = z.strictObject({ id: text(64), ...fields, ...definitionShape });
const Preview = z.strictObject({
  definition: z.strictObject({ ...fields, name: fields.name.optional(), ...definitionShape }),
});

const Cell = z.json();
const ResultRow = z.record(z.string(), Cell);

/** The result of a report. */
const resultShape = {
  rows: z.array(ResultRow),
  totals: ResultRow.nullable().describe("The measures over all records; null for a report without measures"),
  row_count: z.number().int().describe("Rows of the result before its limit"),
  as_of: instant().describe("Records created later are not included"),
  status: oneOf(["ready", "running"]).describe("running: the rows are not there yet; read the report again"),
  unconverted: z
    .array(z.object({ currency: z.string(), rows: z.number().int() }))
    .describe("Records with an amount that was left out, because its currency has no exchange rate"),
};
const fileShape = z.object({
  file_name: z.string(),
  format: oneOf(formats),
  size: z.number().int().nullable().describe("Bytes; null until the file exists"),
  expires_at: instant().nullable().describe("Until when the file can be downloaded"),
});
const runShape = {
  run_id: z.string().nullable().describe("The run of a large report; null for a report that is evaluated at once"),
  rows_read: z.number().int().describe("Records that were read so far"),
  next_cursor: z.string().nullable().describe("Continues the rows of this result"),
};
/** A report with its rows. */
export const Result = z.object({ ...Stored.shape, ...resultShape, ...runShape });
export const RunResult = z.object({
  definition: Stored.shape.definition,
  ...resultShape,
  ...runShape,
  file: fileShape.nullable().describe("The file of an export; null for a run whose rows are read"),
});
export const PreviewResult = z.object({
  definition: Preview.shape.definition,
  ...resultShape,
  is_partial: z.boolean().describe("Whether only the first 20,000 records by time were read"),
});

const Query = listSchema(Reports, { kind: registryName("kinds", lineKindNames).optional() });

export const list = fn(Query, (input) => runAsAudience(() => listRecords(Reports, buildListQuery(Reports, input))));

/** Returns the reports with these ids that the caller may see. */
export const findReadable = (ids: readonly string[]): Promise<ReadonlyMap<string, ReportRecord>> =>
  runAsAudience(() => Records.findVisibleByIds(ids.map((id) => ({ kind: Reports.kind, id })))) as Promise<
    ReadonlyMap<string, ReportRecord>
  >;

export const create = fn(Create, async (input) => {
  const report = Records.init(Reports, await resolveReport(input, useActorId()));
  return transaction().create(Reports, report).commit(report);
});

export const replace = fn(Replace, async ({ id, ...input }) => {
  const resolved = await resolveReport(input, useActorId());
  return runAsAudience(() => Records.change(Reports, id, (current) => ({ ...requireOwn(current), ...resolved })));
});

export const remove = fn(IdInput, ({ id }) => runAsAudience(() => Records.remove(Reports, id, requireOwn)));

export const restore = fn(IdInput, ({ id }) => runAsAudience(() => Records.restore(Reports, id, requireOwn)));

/** Evaluates a definition at once: over all records by columns, or else over the first 20,000. */
export const preview = fn(Preview, async ({ definition }) => {
  const as_of = Clock.now();
  const { name: _name, kind, visibility: _visibility, ...shown } = definition;
  const result = await runAtTime(as_of, async () =>
    runImmediately(await prepareReport(kind, shown, "definition"), as_of, { allowsPart: true, mostRows: MAX_PAGE_ROWS }),
  );
  if (!result) throw new Error("A preview reads the first rows of any report");
  const { totals, unconverted, count, isPartial } = result;
  const rows = result.rows.slice(0, MAX_PAGE_ROWS);
  return { definition, rows, totals, row_count: count, as_of, status: "ready" as const, unconverted, is_partial: isPartial };
});

/** Rows of one answer, which stays below 6 MB. */
const MAX_PAGE_ROWS = 1000;

const pageShape = {
  limit: query.int(1, MAX_PAGE_ROWS).optional().describe("Rows of the answer; defaults to 1,000"),
  cursor: text(1000).optional().describe("The next_cursor of the previous page"),
};
interface Paging {
  limit?: number | undefined;
  cursor?: string | undefined;
}

/**
 * Reads a report with the rows that the caller sees. A report that reads few rows is evaluated at once; another one by a run, whose result is
 * kept for this reader.
 */
export const get = fn(z.strictObject({ id: text(64), ...pageShape }), async ({ id, ...paging }) => {
  const report = await readReport(id);
  const run = await ReportRun.find(report);
  const as_of = Clock.now();
  return runAtTime(as_of, async () => {
    const prepared = await prepareStored(report);
    // The run of a large report answers before its rows are read.
    const isLarge = run !== undefined && (isOpen(run) || run.rows_read > MAX_IMMEDIATE_ROWS);
    const result = await runImmediately(prepared, as_of, { isOnlyByColumns: isLarge });
    if (!result) {
      const present = (current: RunRecord) => presentRun(current, paging);
      const current =
        run && (await ReportRun.isCurrent(run, report)) ? await present(run) : await ReportRun.start(report, null, present);
      const { file: _file, ...shown } = current;
      return { ...report, ...shown };
    }
    const { rows, totals, unconverted, count, read } = result;
    const page = await slicePage(paging, rows.length, `${id} ${report.version}`);
    return {
      ...report,
      rows: rows.slice(page.offset, page.offset + page.limit),
      totals,
      row_count: count,
      as_of,
      status: "ready" as const,
      unconverted,
      run_id: null,
      rows_read: read,
      next_cursor: page.next_cursor,
    };
  });
});

/** Starts a run of the report for the caller. */
export const run = fn(IdInput, ({ id }) => startRun(id, null));

/** Reads a run of the caller, as long as its report and the rights of the caller are the same. */
export const getRun = fn(z.strictObject({ id: text(64), run_id: text(64), ...pageShape }), async ({ id, run_id, ...paging }) => {
  const report = await readReport(id);
  await runAtTime(Clock.now(), () => prepareStored(report));
  const run = await ReportRun.readOwn(report, run_id);
  if (!(await ReportRun.canBeShown(run, report)))
    throw ruleViolation("The report or your rights changed, or the result is older than seven days: run the report again");
  return presentRun(run, paging);
});

/** Starts a run for the caller that ends with a file. */
export const exportFile = fn(z.strictObject({ id: text(64), format: oneOf(formats) }), ({ id, format }) => startRun(id, format));

async function startRun(id: string, format: FileFormat | null) {
  const report = await readReport(id);
  if (format !== null) ReportRun.requireFormat(report, format);
  await runAtTime(Clock.now(), () => prepareStored(report));
  return ReportRun.start(report, format, (started) => presentRun(started, {}));
}

/** Returns the file of a run of the caller. */
export const findFile = fn(z.strictObject({ id: text(64), run_id: text(64) }), async ({ id, run_id }) => {
  const report = await readReport(id);
  await runAtTime(Clock.now(), () => prepareStored(report));
  return ReportRun.findFile(report, run_id);
});

/** Reads a report that is shared with the caller. */
export const readReport = (id: string): Promise<ReportRecord> => runAsAudience(() => Records.read(Reports, id));

async function presentRun(run: RunRecord, paging: Paging) {
  ReportRun.requireSuccess(run);
  const { id: run_id, status, totals, unconverted, row_count, as_of, definition, file_name, format, size, expires_at } = run;
  const isReady = status === "completed";
  const stored = isReady ? Math.min(row_count, definition.limit ?? row_count) : 0;
  const page = await slicePage(paging, stored, `${run_id} ${run.number}`);
  return {
    definition,
    rows: isReady ? await readResultRows(run, page.offset, Math.min(page.limit, stored - page.offset)) : [],
    totals,
    row_count,
    as_of,
    status: isReady ? ("ready" as const) : ("running" as const),
    unconverted,
    run_id,
    rows_read: await ReportRun.readRowsRead(run),
    next_cursor: page.next_cursor,
    file: format === null || file_name === null ? null : { file_name, format, size, expires_at },
  };
}

/** Returns the position of a page in a result, and the cursor of the next page. */
async function slicePage({ limit = MAX_PAGE_ROWS, cursor }: Paging, total: number, result: string) {
  const position = cursor === undefined ? undefined : await Cursor.open(cursor, result);
  const offset = Math.min(Number(position?.after ?? 0), total);
  const end = offset + limit;
  const next_cursor = end < total ? await Cursor.seal({ after: String(end), total, isLowerBound: false }, result) : null;
  return { offset, limit, next_cursor };
}

/** A condition of a stored report may name a field or a value that no longer exists. */
async function prepareStored({ kind, definition }: Pick<ReportRecord, "kind" | "definition">) {
  try {
    return await prepareReport(kind, definition);
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw ruleViolation(`The report can no longer be run, so its owner must change it: ${describeFailure(error)}`);
  }
}

function requireOwn(report: ReportRecord): ReportRecord {
  if (report.created_by === useActorId()) return report;
  throw forbidden("Only the owner can change a report: create your own");
}

type ReportInput = z.output<typeof Create>;

/** Checks a definition and returns the fields of its record. */
async function resolveReport({ name, kind, visibility, ...shown }: ReportInput, owner: string) {
  // `fn` has checked the texts.
  const definition = parseStored(Definition, shown);
  await runAtTime(Clock.now(), () => prepareReport(kind, definition));
  const audience = await resolveAudience(visibility, owner);
  if (audience === undefined) throw invalid("visibility", "The owner of the report is in no team");
  return { ...toStoredFields(fields, { name, kind, visibility }), audience, definition };
}

export * as Report from "./report.ts";
