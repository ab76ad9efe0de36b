import { Clock } from "../../kernel/clock.ts";
import { runAsSystem, usePorts, useSettings } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import type { Matches } from "../../storage/read/column-matches.ts";
import { mergeRuns, readRun, writeRun } from "../../storage/scheduler/external-sort.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { type BaseRecord, pad } from "../../storage/table/collection.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { foldByColumns, listReportColumns } from "./column-evaluation.ts";
import { recordSkipped, requireReadable } from "./delivery-recipient.ts";
import { compareEntries, emptyTotals, type GroupEntry, listEntries, mergeGroups } from "./group-entries.rules.ts";
import { hasPositions } from "./group-key.rules.ts";
import { GroupRecords, hasNamedGroups, orderByNames } from "./group-names.ts";
import { findReaderZone, type PreparedReport, prepareReport, runAtTime } from "./preparation.ts";
import { digestRights } from "./reader-rights.ts";
import { buildGroupRow, buildRecordRow, buildTotals, createRowOrder, GroupFold, type SortableRow } from "./report.rules.ts";
import type { ReportRow } from "./report-field.rules.ts";
import { isOpen, ReportRuns, type RunRecord } from "./report-run.entity.ts";
import { createRowReader, RateTable, readNamedIds } from "./row-reader.ts";
import { writeFile } from "./run-file.ts";
import { MAX_HELD_ENTRIES } from "./run-object.ts";
import { KEY_DIGITS, PartWriter, RowSorter } from "./run-output.ts";

/**
 * Runs a report in slices with flat memory. Each slice walks the rows of the list that the reader sees, and writes what it holds as a sorted
 * run whenever that becomes too much, and at its end. The last slice merges all runs and writes the result in parts. A slice that is killed
 * leaves objects that no progress names; the next one continues behind the last run.
 */

/** The progress of a run. Objects are named by their worker, so a killed worker cannot overwrite those of the next one. */
export interface Progress {
  /** The position in the walk: first through the tabs, one after the other, then through the rows. */
  step: number;
  after: string | null;
  walked: boolean;
  rows_read: number;
  /** Rows of the result, for a report without groups. */
  rows: number;
  /** Keys of the sorted ids that the records of each tab name. */
  tabRuns: readonly (readonly string[])[];
  /** Keys of sorted entries, or of sorted rows for a report without groups. */
  runs: readonly string[];
  unconverted: readonly { currency: string; rows: number }[];
}

export const initialProgress: Progress = {
  step: 0,
  after: null,
  walked: false,
  rows_read: 0,
  rows: 0,
  tabRuns: [],
  runs: [],
  unconverted: [],
};

/** Seconds for which a result and its file are kept. */
const KEEP_SECONDS = 7 * 24 * 60 * 60;
/** Seconds until recovery looks at a run whose result is being merged in one slice. */
const MERGE_SECONDS = 20 * 60;
/** Seconds for which a worker may still write for a run that has failed. */
const LEFTOVER_SECONDS = 20 * 60;

const runner = createWorker<RunRecord, Progress>({
  name: "report",
  collection: ReportRuns,
  isOpen,
  sliceMs: 10_000,
  // The reader's current roles and visibility, not those at the start.
  contextFor: ({ id, owner_id }) => buildActorContext(owner_id, { authority: "report_run", request: id, isReadOnly: true }),
  work: (record, lease, until) => runAtTime(record.as_of, () => work(record, lease, until), record.timezone || undefined),
  async onFailed(record, { message }) {
    if (record.schedule_id !== null) await recordSkipped(record, message);
    await endRun(record.id, { status: "failed", error: message, attention_at: Clock.addSeconds(LEFTOVER_SECONDS) });
  },
  onOver: deleteObjects,
});
export const { run, onContinueRequested } = runner;

async function work(record: RunRecord, from: JobLease<Progress>, until: number): Promise<void> {
  const rights = await digestRights();
  // A delivery has the rights that its recipient has at its first slice.
  if (record.rights !== "" && rights !== record.rights)
    throw forbidden("The rights of the reader changed during the run: run the report again");
  if (record.schedule_id !== null) await requireReadable(record);
  if (record.status === "queued") {
    const timezone = record.timezone || (await findReaderZone());
    await runner.change(record.id, () => ({ status: "running", started_at: Clock.now(), rights, timezone }));
  }
  const report = await prepareReport(record.kind, record.definition);
  let lease = from;
  while (!lease.state?.walked) {
    if (lease !== from && performance.now() >= until) return runner.requestNextSlice(record.id);
    lease = await new Walk(record, report, lease).advance(until);
    if (!isOpen((await Records.load(ReportRuns, record.id)) ?? record)) return;
  }
  await runner.change(record.id, () => ({ attention_at: Clock.addSeconds(MERGE_SECONDS) }));
  const result = await writeResult(record, report, lease);
  await endRun(record.id, { ...result, ...(await writeFile({ ...record, ...result }, report)) });
  await deleteUnneeded(record, lease.state ?? initialProgress);
}

/** Deletes the sorted objects, and the result of the run before. What a killed worker leaves is deleted with the result. */
async function deleteUnneeded({ id, number }: RunRecord, { runs, tabRuns }: Progress): Promise<void> {
  const folders = new Set([...runs, ...tabRuns.flat()].map((key) => key.slice(0, key.lastIndexOf("/") + 1)));
  const { objects } = usePorts();
  for (const folder of folders) await objects.delete(folder);
  if (number > 1) await objects.delete(objectKey("exports", id, `run${number - 1}`, ""));
}

async function endRun(id: string, to: Partial<RunRecord>): Promise<void> {
  await runner.change(id, () => ({ ...to, finished_at: Clock.now() }));
}

/** Deletes the objects of a run that has failed, or that was kept long enough. Its result is then gone, so the next reading runs it again. */
async function deleteObjects({ id }: RunRecord): Promise<void> {
  await usePorts().objects.delete(objectKey("exports", id, ""));
  await runAsSystem("export", () =>
    Records.change(ReportRuns, id, (current) => ({
      ...current,
      data: "",
      parts: 0,
      worker: null,
      object_key: null,
      attention_at: null,
    })),
  );
}

/** What a stretch of the walk has collected. */
interface Stretch {
  /** In their order; undefined if there are none. */
  readonly entries: Iterable<SortableRow | GroupEntry> | undefined;
  readonly rates: RateTable;
  /** Rows that were read, and the id after which to continue. */
  readonly read: number;
  readonly after: string | undefined;
  /** Rows of the result, for a report without groups. */
  readonly rows?: number;
}

/** One stretch of the walk: from the saved position until too much is held, or the time is up. */
class Walk {
  readonly #record: RunRecord;
  readonly #report: PreparedReport;
  readonly #lease: JobLease<Progress>;
  readonly #progress: Progress;

  constructor(record: RunRecord, report: PreparedReport, lease: JobLease<Progress>) {
    this.#record = record;
    this.#report = report;
    this.#lease = lease;
    this.#progress = lease.state ?? initialProgress;
  }

  advance(until: number): Promise<JobLease<Progress>> {
    const tab = this.#report.tabs[this.#progress.step];
    return tab ? this.#readTab(until) : this.#readRows(until);
  }

  #key(name: string, number: number): string {
    return objectKey("exports", this.#record.id, `run${this.#record.number}`, this.#lease.worker, name, pad(number, KEY_DIGITS));
  }

  #save(progress: Partial<Progress>): Promise<JobLease<Progress>> {
    return Job.saveProgress(this.#record.id, this.#lease, { ...this.#progress, ...progress });
  }

  /** Collects the ids that the records of a tab name. */
  async #readTab(until: number): Promise<JobLease<Progress>> {
    const { step, tabRuns, rows_read } = this.#progress;
    const ids = new Set<string>();
    let [read, after, isOver] = [0, this.#progress.after ?? undefined, true];
    for await (const page of readNamedIds(this.#report.tabs[step] as PreparedReport["tabs"][number], this.#record.as_of, after)) {
      for (const id of page.ids) ids.add(id);
      read += page.read;
      after = page.after;
      isOver = after === undefined;
      if (ids.size >= MAX_HELD_ENTRIES || performance.now() >= until) break;
    }
    const own = tabRuns[step] ?? [];
    const key = this.#key(`tab${step}`, own.length + 1);
    if (ids.size > 0) await writeRun(key, [...ids].sort());
    const next = [...tabRuns.slice(0, step), ids.size > 0 ? [...own, key] : own];
    return this.#save({
      step: isOver ? step + 1 : step,
      after: isOver ? null : (after ?? null),
      rows_read: rows_read + read,
      tabRuns: next,
    });
  }

  async #readRows(until: number): Promise<JobLease<Progress>> {
    const { plan } = this.#report;
    const progress = this.#progress;
    const fields = plan.columns ? undefined : listReportColumns(this.#report);
    const { readPage, found } = await createRowReader(this.#report, this.#record.as_of, { fields });
    const byColumns = fields && found && progress.after === null ? await this.#readColumns(found) : undefined;
    if (byColumns) return this.#saveEntries(byColumns);
    const rates = new RateTable(this.#report);
    for (const { currency, rows } of progress.unconverted) rates.addUnconverted(currency, rows, "");
    const memberships = this.#report.tabs.map(
      ({ has }, index) => new Membership(has, progress.tabRuns[index] ?? [], progress.after ?? ""),
    );
    const fold = new GroupFold(plan, rates.context);
    const records: SortableRow[] = [];
    let [read, after] = [0, progress.after ?? undefined];
    do {
      const page = await readPage(after);
      const rows: ReportRow[] = [];
      for (const row of page.rows) if (await holdsAll(memberships, row.id)) rows.push(row);
      await rates.load(rows);
      for (const row of rows)
        if (plan.columns) records.push(buildRecordRow(plan, row, rates.context));
        else fold.add(row);
      read += page.read;
      after = page.after;
    } while (
      after !== undefined &&
      fold.size < MAX_HELD_ENTRIES &&
      records.length < MAX_HELD_ENTRIES &&
      performance.now() < until
    );
    const isEmpty = plan.columns ? records.length === 0 : fold.groups.size === 0;
    const entries = plan.columns ? records.sort(createRowOrder(plan.sort)) : listEntries(fold);
    return this.#saveEntries({ entries: isEmpty ? undefined : entries, rates, read, after, rows: records.length });
  }

  /** Evaluates all rows from columns; undefined if they have too many groups for memory. */
  async #readColumns(found: Matches<BaseRecord>): Promise<Stretch | undefined> {
    const rates = new RateTable(this.#report);
    const fold = await foldByColumns(this.#report, found, rates);
    return fold && { entries: listEntries(fold), rates, read: found.total, after: undefined };
  }

  /** Writes sorted groups or rows, and saves the progress. */
  async #saveEntries({ entries, rates, read, after, rows = 0 }: Stretch): Promise<JobLease<Progress>> {
    const progress = this.#progress;
    const key = this.#key("sorted", progress.runs.length + 1);
    if (entries) await writeRun(key, entries);
    return this.#save({
      after: after ?? null,
      walked: after === undefined,
      rows_read: progress.rows_read + read,
      rows: progress.rows + rows,
      runs: entries ? [...progress.runs, key] : progress.runs,
      unconverted: rates.listUnconverted(),
    });
  }
}

async function holdsAll(memberships: readonly Membership[], id: string): Promise<boolean> {
  for (const membership of memberships) if (!(await membership.holds(id))) return false;
  return true;
}

/** The condition of a tab during the walk. Rows come in order of ids, and so do the ids that the tab's records name. */
class Membership {
  readonly #has: boolean;
  readonly #ids: AsyncGenerator<string>;
  #head: string | undefined;
  #isOver = false;

  constructor(has: boolean, runs: readonly string[], after: string) {
    this.#has = has;
    this.#head = after;
    this.#ids = mergeRuns(
      runs.map((key) => readRun<string>(key)),
      (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    );
  }

  async holds(id: string): Promise<boolean> {
    while (!this.#isOver && (this.#head === undefined || this.#head < id)) {
      const next = await this.#ids.next();
      this.#isOver = next.done === true;
      this.#head = next.done ? undefined : next.value;
    }
    return (this.#head === id) === this.#has;
  }
}

/** Merges the sorted runs and writes the result in parts. */
async function writeResult(record: RunRecord, report: PreparedReport, lease: JobLease<Progress>): Promise<Partial<RunRecord>> {
  const { plan } = report;
  const { runs, rows_read, unconverted } = lease.state ?? initialProgress;
  const writer = new PartWriter(record, lease.worker, plan.limit);
  let totals: RunRecord["totals"] = null;
  if (plan.columns) {
    const sources = runs.map((key) => readRun<SortableRow>(key));
    for await (const { row } of mergeRuns(sources, createRowOrder(plan.sort))) await writer.add(row);
  } else totals = await writeGroups(record, report, lease, writer);
  await writer.close();
  return {
    status: "completed",
    totals,
    rows_read,
    row_count: writer.count,
    parts: writer.parts,
    worker: lease.worker,
    unconverted: [...unconverted],
    attention_at: Clock.addSeconds(KEEP_SECONDS),
    expires_at: record.format === null ? null : Clock.addSeconds(KEEP_SECONDS),
  };
}

/** Returns the plan with groups of records in the order of their names. The runs are read once more for the records that they name. */
async function orderGroups(report: PreparedReport, keys: readonly string[]): Promise<PreparedReport["plan"]> {
  if (!hasNamedGroups(report)) return report.plan;
  const records = new GroupRecords(report.plan);
  for (const key of keys)
    for await (const [, , , payload] of readRun<GroupEntry>(key)) if (typeof payload === "object") records.add(payload.values);
  return orderByNames(report, records);
}

async function writeGroups(
  record: RunRecord,
  report: PreparedReport,
  { state, worker }: JobLease<Progress>,
  writer: PartWriter,
): Promise<RunRecord["totals"]> {
  const { currency } = useSettings();
  const keys = state?.runs ?? [];
  const plan = await orderGroups(report, keys);
  const sources = keys.map((key) => readRun<GroupEntry>(key));
  let totals = emptyTotals(plan).summaries;
  const sorter = new RowSorter(record, worker, createRowOrder(plan.sort));
  const isInOrder = plan.sort.length === 0 && !hasPositions(plan.groups);
  for await (const group of mergeGroups(plan, mergeRuns(sources, compareEntries))) {
    if (group.key.text === "") {
      totals = group.summaries;
      continue;
    }
    const row = buildGroupRow(plan, group, totals, currency);
    if (isInOrder) await writer.add(row.row);
    else await sorter.add(row);
  }
  for await (const { row } of sorter.sorted()) await writer.add(row);
  const shown = buildTotals(plan, totals, currency) as RunRecord["totals"];
  if (plan.groups.length === 0 && shown) await writer.add(shown);
  return shown;
}
