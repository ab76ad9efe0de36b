import { Clock } from "../../kernel/clock.ts";
import { isReadOnlyView, useActorId } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { forbidden, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { derivedId, idTime, newId } from "../../kernel/id.ts";
import { bounds } from "../../lib/pdf/document-bounds.ts";
import { Counter } from "../../storage/read/counter.ts";
import { putDerived } from "../../storage/write/derived-record.ts";
import { Job } from "../../storage/write/job.ts";
import { limitOpenJobs } from "../../storage/write/open-record-limit.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { findReaderZone } from "./preparation.ts";
import { digestRights } from "./reader-rights.ts";
import type { ReportRecord } from "./report.entity.ts";
import { REPORT_RUN } from "./report.kind.ts";
import { type FileFormat, isOpen, ReportRuns, type RunRecord } from "./report-run.entity.ts";
import { initialProgress, type Progress } from "./run-worker.ts";

/**
 * The runs of reports. A large report has one for each reader, with a result that is kept as long as it is current. Exports and deliveries have one for
 * each file.
 */

/** Seconds for which a result is current although records of the kind have changed, so that a busy tenant does not run it at each reading. */
const MIN_CURRENT_SECONDS = 10 * 60;
/** Seconds after which a result is no longer current, because edits of fields that no counter counts, and relative dates, do not show. */
const MAX_CURRENT_SECONDS = 24 * 60 * 60;

const runId = (report: string, reader: string): string => derivedId(REPORT_RUN, idTime(report), `${report} ${reader}`);

/** Returns the run of a report for the caller. */
export const find = (report: Pick<ReportRecord, "id">): Promise<RunRecord | undefined> =>
  Records.load(ReportRuns, runId(report.id, useActorId()), { live: true });

/** Returns a run of the caller by its id; for all other users it does not exist. */
export async function readOwn(report: Pick<ReportRecord, "id">, id: string): Promise<RunRecord> {
  const run = await Records.load(ReportRuns, id, { live: true });
  if (!run || run.report_id !== report.id || run.owner_id !== useActorId()) throw notFound();
  return run;
}

/** Returns whether a run is of this version of the report and has the present rights of the caller. */
const isSameReport = async (run: RunRecord, report: ReportRecord): Promise<boolean> =>
  run.report_version === report.version && run.rights === (await digestRights());

/** Returns whether a run may be shown: it is in progress, has failed, or has a result that is still kept. */
export const canBeShown = async (run: RunRecord, report: ReportRecord): Promise<boolean> =>
  run.format !== null
    ? isOpen(run) || run.status === "failed" || (run.data !== "" && run.rights === (await digestRights()))
    : await isResultShown(run, report);

const isResultShown = async (run: RunRecord, report: ReportRecord): Promise<boolean> =>
  (run.status !== "completed" || run.data !== "") && (await isSameReport(run, report));

/** Returns whether a run is in progress, or has a result that is current. A result is only shown to its reader with the rights of its run. */
export async function isCurrent(run: RunRecord, report: ReportRecord): Promise<boolean> {
  if (!(await isSameReport(run, report))) return false;
  if (isOpen(run)) return true;
  if (run.status !== "completed" || run.data === "") return false;
  const age = Clock.ms() - Date.parse(run.as_of);
  if (age > MAX_CURRENT_SECONDS * 1000) return false;
  return age <= MIN_CURRENT_SECONDS * 1000 || run.data === (await readDataState(report.kind));
}

/** The instant up to which changes of a kind are counted. It moves with each change that a counter counts. */
async function readDataState(kind: string): Promise<string> {
  const { as_of } = await Counter.read(kind, [Counter.ALL]);
  return as_of ?? "none";
}

/**
 * Starts a run of a report for the caller and returns what `present` makes of it, which is also the stored answer of a keyed request. With a format the
 * run ends with a file, and is a run of its own. Without one it takes the place of the caller's former run, or continues one that is in progress with the
 * same report and rights.
 */
export async function start<A extends object>(
  report: ReportRecord,
  format: FileFormat | null,
  present: (run: RunRecord) => Promise<A>,
): Promise<A> {
  if (isReadOnlyView()) throw forbidden("A run of a report has the records that its reader sees: stop viewing as another role");
  const reader = useActorId();
  const [rights, data, timezone] = await Promise.all([digestRights(), readDataState(report.kind), findReaderZone()]);
  return retryOnConflict(async () => {
    const before = format === null ? await find(report) : undefined;
    if (before && isOpen(before) && (await isSameReport(before, report))) return present(before);
    const id = format === null ? runId(report.id, reader) : newId(REPORT_RUN);
    const tx = transaction();
    const run = putDerived(tx, ReportRuns, before, id, {
      ...buildRun(report, reader, format, before),
      ...{ rights, data, timezone },
    });
    if (format !== null) await limitOpenJobs(tx, run, { collection: ReportRuns, isOpen });
    // A worker of the former run loses its lease.
    return tx.put(Job.initialProgressItem(id, initialProgress)).commit(await present(run));
  });
}

/** Refuses the format of a file that cannot have the columns of a report. `field` is the format's field of the request. */
export function requireFormat({ definition }: Pick<ReportRecord, "definition">, format: FileFormat, field = "format"): void {
  const { columns = [], group_by = [], measures = [] } = definition;
  const count = columns.length + group_by.length + measures.length;
  if (format === "pdf" && count > MAX_PDF_COLUMNS)
    throw invalid(field, `A PDF has at most ${MAX_PDF_COLUMNS} columns, and the report ${count}: choose xlsx or csv`);
}

/** Columns that fit on a page. */
const MAX_PDF_COLUMNS = bounds.columns;

/**
 * Starts the run that delivers a report to a recipient of a schedule. Its id is made of schedule, instant and recipient, so a repeat starts no second
 * one. The first slice fixes rights and time zone, as the recipient has them then.
 */
export async function startDelivery(
  report: ReportRecord,
  { id: schedule_id, format }: { id: string; format: FileFormat },
  due_at: string,
  recipient: string,
): Promise<void> {
  const id = derivedId(REPORT_RUN, Date.parse(due_at), `${schedule_id} ${due_at}`, recipient);
  const data = await readDataState(report.kind);
  await retryOnConflict(async () => {
    if (await Records.load(ReportRuns, id)) return;
    const tx = transaction();
    const fields = { ...buildRun(report, recipient, format), schedule_id, due_at, data };
    const run = putDerived(tx, ReportRuns, undefined, id, { ...fields, rights: "", timezone: "" });
    await tx.put(Job.initialProgressItem(id, initialProgress)).commit(run);
  });
}

const buildRun = (report: ReportRecord, owner_id: string, format: FileFormat | null, before?: RunRecord) => {
  const now = Clock.now();
  return {
    ...blankRun,
    report_id: report.id,
    owner_id,
    kind: report.kind,
    definition: report.definition,
    report_version: report.version,
    number: (before?.number ?? 0) + 1,
    format,
    file_name: format === null ? null : `${report.name} ${today()}.${format}`,
    as_of: now,
    ...Job.requestWorker(before?.turn),
  };
};

const blankRun = {
  status: "queued" as const,
  rows_read: 0,
  row_count: 0,
  parts: 0,
  worker: null,
  totals: null,
  unconverted: [],
  error: null,
  started_at: null,
  finished_at: null,
  size: null,
  object_key: null,
  expires_at: null,
  schedule_id: null,
  due_at: null,
};

/** Returns how many rows a run has read. */
export const readRowsRead = async (run: RunRecord): Promise<number> =>
  run.status === "running" ? ((await Job.readProgress<Progress>(run.id))?.rows_read ?? 0) : run.rows_read;

const contentTypes: Readonly<Record<FileFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pdf: "application/pdf",
};

/**
 * Returns the file of a run. It has the rows that the reader saw at the run, so it is refused once the reader has other rights, may not read the kind, or
 * views as another role.
 */
export async function findFile(
  report: ReportRecord,
  run_id: string,
): Promise<{ key: string; file_name: string; content_type: string }> {
  const run = await readOwn(report, run_id);
  requireSuccess(run);
  if (isReadOnlyView()) throw forbidden("The file has the records that its reader sees: stop viewing as another role");
  const { format, status, object_key, expires_at, file_name } = run;
  if (format === null) throw ruleViolation("The run has no file: export the report");
  if (isOpen(run)) throw ruleViolation(`No file is available: the run is ${status}`);
  if (run.rights !== (await digestRights()))
    throw ruleViolation("Your rights have changed since the run: export the report again");
  if (object_key === null || expires_at === null || expires_at <= Clock.now())
    throw ruleViolation("The file is no longer available after seven days: export the report again");
  return { key: object_key, file_name: file_name ?? run_id, content_type: contentTypes[format] };
}

/** Refuses a run without a result. */
export function requireSuccess(run: RunRecord): void {
  if (run.status === "failed") throw ruleViolation(`The run of the report failed: ${run.error}`);
}

export * as ReportRun from "./run.ts";
