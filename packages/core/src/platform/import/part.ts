import { yieldToEventLoop } from "../../kernel/concurrency.ts";
import { runIn, useContext } from "../../kernel/context.ts";
import { type ErrorDetail, Failure, isFailure } from "../../kernel/error.ts";
import { findKindById } from "../../storage/table/collection-registry.ts";
import { Batch, type BatchMember, BatchRejection } from "../../storage/table/transaction-batch.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { WriteConflict, writeSteps } from "../../storage/write/transaction.ts";
import type { Conventions } from "./convert.rules.ts";
import type { ImportRecord } from "./import.ts";
import { fieldsFor, type Importable, type Input, type Matcher, type RowResult } from "./importable.ts";
import { removeUnusedValue } from "./made-values.ts";
import { type Counts, type LoggedRow, type Outcome, outcomes, type Progress, RowLog } from "./row-log.ts";
import { createRowReader, type Row, readPath } from "./row-reader.ts";
import { readList, sealText, writeList } from "./sealed-text.ts";
import { errorsPath, rowsPath } from "./staging.ts";

/** A refused row, as the report contains it. */
export interface RejectedRow {
  number: number;
  cells: Row["cells"];
  wrong: readonly ErrorDetail[];
}

interface PendingRow {
  row: Row;
  input: Input;
  /** Milliseconds of the record's creation; for imports of history. */
  createdMs: number | undefined;
}

/** Characters of the replaced values that the row log keeps; longer values cannot be restored. */
const MAX_BEFORE_LENGTH = 16_000;

/** Attempts for a row whose records others keep changing. */
const MAX_ATTEMPTS = 8;

/** Does the rows of one part that are not done yet, and saves the progress. */
export async function runPart(
  record: ImportRecord,
  importable: Importable,
  lease: JobLease<Progress>,
): Promise<JobLease<Progress>> {
  const progress = lease.state as Progress;
  const rows = await readList<Row>(record.id, rowsPath(progress.part));
  const { dry_run } = record.options;
  const [first, last] = [rows[0]?.number ?? 0, rows.at(-1)?.number ?? 0];
  const done = new Map<number, Outcome>();
  const ids = new Map<number, string>();
  for (const { row, outcome, id } of dry_run ? [] : await RowLog.listEntries(record.id, first, last)) {
    done.set(row, outcome);
    ids.set(row, id);
  }
  const rejectedRows: RejectedRow[] = [];
  const reader = createRowReader(
    record,
    await fieldsFor(importable, record.options),
    resolveConventions(record, progress),
    importable,
  );
  const batch = createBatch(record, lease);
  const pendingRows: PendingRow[] = [];
  /** The rows that name a value that this part added. */
  const rowsByValue = new Map<string, number[]>();
  for (const row of rows.filter(({ number }) => !done.has(number))) {
    await yieldToEventLoop();
    const read = await batch.prefetch(() => reader.read(row));
    if ("wrong" in read) rejectedRows.push({ number: row.number, cells: row.cells, wrong: read.wrong });
    else {
      pendingRows.push({ row, ...splitCreatedAt(read.input) });
      for (const id of read.made) rowsByValue.set(id, [...(rowsByValue.get(id) ?? []), row.number]);
    }
  }
  await batch.prefetch(() => importable.preload(pendingRows.map(({ input }) => input)));
  const { match_on } = record.options;
  const match = match_on === undefined ? undefined : (await importable.matchers())[match_on];
  const work: Work = { record, importable, match, batch, done, ids, rejectedRows };
  for (const pendingRow of pendingRows) {
    await yieldToEventLoop();
    await tryRow(work, pendingRow, () => batch.run(pendingRow, () => writeRow(work, pendingRow)));
    await retryAlone(work, batch.takeRejections());
  }
  await retryAlone(work, await flushRejected(batch));
  if (dry_run) await RowLog.saveDryRun(record.id, progress.part, batch.takeWrites());
  else if (record.list_id !== null)
    await importable.target?.join(record, record.list_id, progress.part, [...new Set(ids.values())]);
  for (const { number } of rejectedRows) done.set(number, "failed");
  for (const [id, kind] of reader.made)
    if ((rowsByValue.get(id) ?? []).every((number) => done.get(number) === "failed")) await removeUnusedValue(record, kind, id);
  await saveRejected(record.id, progress.part, rejectedRows);
  return Job.saveProgress(record.id, lease, { ...progress, part: progress.part + 1, counts: addCounts(progress.counts, done) });
}

type ReplacedValues = Pick<LoggedRow, "replaced">;

/** Returns the conventions of the whole file. Jobs of an earlier release have only those of the first rows. */
function resolveConventions({ conventions }: ImportRecord, { told: learnedConventions }: Progress): Conventions {
  if (!learnedConventions) return conventions;
  const { date_format: _date, decimal_mark: _mark, ...rest } = conventions;
  return { ...rest, ...learnedConventions };
}

interface Work {
  record: ImportRecord;
  importable: Importable;
  match: Matcher | undefined;
  batch: Batch<PendingRow>;
  done: Map<number, Outcome>;
  /** Ids of the records that rows created or matched. */
  ids: Map<number, string>;
  rejectedRows: RejectedRow[];
  /** The last sealed text: everything in a part is sealed with one key. */
  like?: Sealed | undefined;
}

const createBatch = ({ id, options }: ImportRecord, lease: JobLease<Progress>): Batch<PendingRow> =>
  new Batch<PendingRow>({
    write: writeSteps,
    closingSteps: (members) => [Job.requireLeaseStep(id, lease), RowLog.buildEntryStep(id, members.map(toLoggedRow))],
    ...(options.dry_run ? { dryRun: { findWrites: (keys) => RowLog.readDryRun(id, lease.state?.part ?? 0, keys) } } : {}),
  });

/** Returns the row log entry for a member of the batch. */
function toLoggedRow({ subject, result, steps }: BatchMember<PendingRow>): LoggedRow {
  const { id, version, outcome, replaced, part } = result as RowResult & ReplacedValues;
  const sideRecords = steps.flatMap(({ action }): [string, number][] => {
    const { sk, version: itemVersion } = action.Put?.Item ?? {};
    const kind = findKindById(String(sk));
    return itemVersion === 1 && sk !== id && kind ? [[String(sk), 1]] : [];
  });
  return {
    row: subject.row.number,
    outcome: outcome === "updated" ? "updated" : "created",
    id,
    version,
    ...(part === undefined ? {} : { part }),
    ...(sideRecords.length > 0 ? { beside: sideRecords } : {}),
    ...(replaced ? { replaced } : {}),
  };
}

/** Writes one row with the verb that the options select. */
async function writeRow(work: Work, { input, createdMs }: PendingRow): Promise<RowResult & ReplacedValues> {
  const { record, importable, match } = work;
  const { mode, match_on, on_duplicate } = record.options;
  const context = useContext();
  const history = record.options.historic ? { is_history: true as const } : {};
  const past = { ...context, request: { ...context.request, ...history, ...(createdMs === undefined ? {} : { at: createdMs }) } };
  return runIn(past, async () => {
    const value = match_on === undefined ? undefined : readPath(input, match_on);
    const matchedId = value === undefined ? undefined : await match?.(value, input);
    const { id: _id, ...fields } = input;
    if (matchedId === undefined) {
      if (mode === "update")
        throw new Failure("NOT_FOUND", "No such record", { details: [{ field: match_on ?? "", message: "No such record" }] });
      return importable.create(fields, on_duplicate);
    }
    if (mode === "create" && on_duplicate === "create") return importable.create(fields, on_duplicate);
    if (mode === "create" && on_duplicate !== "update") return { id: matchedId, version: 0, outcome: "skipped" };
    const before = await importable.readPrevious(matchedId, fields);
    const text = JSON.stringify(before);
    const isLarge = text.length > MAX_BEFORE_LENGTH;
    if (!isLarge) work.like = await sealText(record.id, text, work.like);
    return { ...(await importable.update(matchedId, fields)), ...(isLarge ? {} : { replaced: work.like }) };
  });
}

/** Runs a row. An error about this row refuses it; an error that concerns the whole job is thrown. */
async function tryRow({ done, ids, rejectedRows }: Work, { row }: PendingRow, run: () => Promise<RowResult>): Promise<void> {
  try {
    const { outcome, id } = await run();
    done.set(row.number, outcome);
    ids.set(row.number, id);
  } catch (error) {
    if (!isRowError(error)) throw error;
    rejectedRows.push({ number: row.number, cells: row.cells, wrong: listDetails(error) });
    done.delete(row.number);
    ids.delete(row.number);
  }
}

const isRowError = (error: unknown): error is Error =>
  isFailure(error) || error instanceof TypeError || error instanceof RangeError;

function listDetails(error: Error): ErrorDetail[] {
  if (!isFailure(error)) return [{ field: "", message: "Internal error while processing this row" }];
  return error.details.length > 0 ? [...error.details] : [{ field: "", message: error.message }];
}

/** Retries the rows of rejected transactions one by one, on fresh reads. */
async function retryAlone(work: Work, refusals: readonly BatchRejection<PendingRow>[]): Promise<void> {
  if (refusals.length === 0) return;
  const { batch } = work;
  const all = [...refusals, ...(await flushRejected(batch))];
  for (const pendingRow of all.flatMap(({ members }) => members.map(({ subject }) => subject))) {
    await tryRow(work, pendingRow, async () => {
      for (let attempt = 1; ; attempt++) {
        batch.clearReads();
        const result = await batch.run(pendingRow, () => writeRow(work, pendingRow));
        try {
          await batch.flush();
          return result;
        } catch (error) {
          if (!(error instanceof BatchRejection)) throw error;
          if (!(error.cause instanceof WriteConflict)) throw error.cause;
          if (attempt >= MAX_ATTEMPTS) throw new Failure("CONFLICT", "A record of this row keeps changing: try again later");
        }
      }
    });
  }
}

/** Flushes the batch; returns the rejections, including those that occurred on the way. */
async function flushRejected(batch: Batch<PendingRow>): Promise<BatchRejection<PendingRow>[]> {
  try {
    await batch.flush();
    return [];
  } catch (error) {
    if (!(error instanceof BatchRejection)) throw error;
    return [error, ...batch.takeRejections()];
  }
}

/** Splits off the creation time that the row contains. */
function splitCreatedAt({ created_at, ...input }: Input): { input: Input; createdMs: number | undefined } {
  return { input, createdMs: typeof created_at === "string" ? Date.parse(created_at) : undefined };
}

/** Saves the refused rows of a part, ordered by row number. */
async function saveRejected(id: string, part: number, rejectedRows: readonly RejectedRow[]): Promise<void> {
  if (rejectedRows.length === 0) return;
  const inOrder = rejectedRows.toSorted((a, b) => a.number - b.number);
  await writeList(id, errorsPath(part), JSON.stringify(inOrder));
}

function addCounts(counts: Counts, done: ReadonlyMap<number, Outcome>): Counts {
  const next = { ...counts };
  for (const outcome of outcomes) next[outcome] += [...done.values()].filter((rowOutcome) => rowOutcome === outcome).length;
  return next;
}
