import { Clock } from "../../kernel/clock.ts";
import { isReadOnlyView, useActorId } from "../../kernel/context.ts";
import { forbidden, notFound, ruleViolation } from "../../kernel/error.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { Counter } from "../../storage/read/counter.ts";
import { putDerived } from "../../storage/write/derived-record.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { findReaderZone } from "./preparation.ts";
import { digestRights } from "./reader-rights.ts";
import type { ReportRecord } from "./report.entity.ts";
import { REPORT_RUN } from "./report.kind.ts";
import { isOpen, ReportRuns, type RunRecord } from "./report-run.entity.ts";
import { initialProgress, type Progress } from "./run-worker.ts";

/** The runs of large reports: one for each report and reader, with a result that is kept as long as it is current. */

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
 * Starts a run of a report for the caller, in place of the former one, and returns what `present` makes of it, which is also the stored answer of a
 * keyed request. A run that is in progress with the same report and rights continues.
 */
export async function start<A extends object>(report: ReportRecord, present: (run: RunRecord) => Promise<A>): Promise<A> {
  if (isReadOnlyView()) throw forbidden("A large report is run by its reader: stop viewing as another role");
  const [rights, data, timezone] = await Promise.all([digestRights(), readDataState(report.kind), findReaderZone()]);
  return retryOnConflict(async () => {
    const before = await find(report);
    if (before && isOpen(before) && (await isSameReport(before, report))) return present(before);
    const tx = transaction();
    const id = runId(report.id, useActorId());
    const run = putDerived(tx, ReportRuns, before, id, {
      ...blankRun,
      report_id: report.id,
      owner_id: useActorId(),
      kind: report.kind,
      definition: report.definition,
      report_version: report.version,
      rights,
      data,
      timezone,
      number: (before?.number ?? 0) + 1,
      as_of: Clock.now(),
      ...Job.requestWorker(before?.turn),
    });
    // A worker of the former run loses its lease.
    return tx.put(Job.initialProgressItem(id, initialProgress)).commit(await present(run));
  });
}

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
};

/** Returns how many rows a run has read. */
export const readRowsRead = async (run: RunRecord): Promise<number> =>
  run.status === "running" ? ((await Job.readProgress<Progress>(run.id))?.rows_read ?? 0) : run.rows_read;

/** Refuses a run without a result. */
export function requireSuccess(run: RunRecord): void {
  if (run.status === "failed") throw ruleViolation(`The run of the report failed: ${run.error}`);
}

export * as ReportRun from "./run.ts";
