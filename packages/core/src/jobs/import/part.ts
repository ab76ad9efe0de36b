import type { Conventions } from "../../import/convert.rules.ts";
import type { ImportRecord } from "../../import/import.ts";
import { type Counts, type Done, Journal, type Outcome, outcomes, type Progress } from "../../import/journal.ts";
import { runIn, useContext } from "../../kernel/context.ts";
import { type Detail, Failure, isFailure } from "../../kernel/error.ts";
import { letOthers } from "../../kernel/pool.ts";
import { Batch, BatchRefused, type Member } from "../../storage/table/batch.ts";
import { kindOf } from "../../storage/table/collections.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Moved, write } from "../../storage/write/transaction.ts";
import { fieldsFor, type Importable, type Input, type Matcher, type Written } from "./importable.ts";
import { get, type Row, rowReader } from "./rows.ts";
import { listIn, sealedText, writeList } from "./sealed.ts";
import { errorsOf, rowsOf } from "./stage.ts";

/** A refused row, as the report has it. */
export interface Refusal {
  number: number;
  cells: Row["cells"];
  wrong: readonly Detail[];
}

interface Asked {
  row: Row;
  input: Input;
  /** When it happened, where history is brought in. */
  at: number | undefined;
}

/** Characters of what an update has replaced that the journal keeps; what is longer cannot be taken back. */
const MOST_BEFORE = 16_000;

/** Times that a row is tried again when others keep changing what it touches. */
const ATTEMPTS = 8;

/** Does the rows of one part that have not been done yet, and writes down that all of it is. */
export async function part(record: ImportRecord, importable: Importable, lease: JobLease<Progress>): Promise<JobLease<Progress>> {
  const progress = lease.state as Progress;
  const rows = await listIn<Row>(record.id, rowsOf(progress.part));
  const { dry_run } = record.options;
  const [first, last] = [rows[0]?.number ?? 0, rows.at(-1)?.number ?? 0];
  const done = new Map<number, Outcome>();
  const ids = new Map<number, string>();
  for (const { row, outcome, id } of dry_run ? [] : await Journal.entries(record.id, first, last)) {
    done.set(row, outcome);
    ids.set(row, id);
  }
  const refused: Refusal[] = [];
  const reader = rowReader(record, await fieldsFor(importable, record.options), conventionsOf(record, progress), importable);
  const batch = batchOf(record, lease);
  const asked: Asked[] = [];
  for (const row of rows.filter(({ number }) => !done.has(number))) {
    await letOthers();
    const read = await batch.ahead(() => reader.read(row));
    if ("wrong" in read) refused.push({ number: row.number, cells: row.cells, wrong: read.wrong });
    else asked.push({ row, ...timed(read.input) });
  }
  await batch.ahead(() => importable.readAhead(asked.map(({ input }) => input)));
  const { match_on } = record.options;
  const match = match_on === undefined ? undefined : (await importable.matchers())[match_on];
  const work: Work = { record, importable, match, batch, done, ids, refused };
  for (const each of asked) {
    await letOthers();
    await tried(work, each, () => batch.run(each, () => written(work, each)));
    await alone(work, batch.takeRefused());
  }
  await alone(work, await refusedAtEnd(batch));
  if (dry_run) await Journal.rehearse(record.id, progress.part, batch.takeWritten());
  else if (record.list_id !== null)
    await (await import("./into-list.ts")).join(record, record.list_id, progress.part, [...new Set(ids.values())]);
  for (const { number } of refused) done.set(number, "failed");
  await keep(record.id, progress.part, refused);
  return Job.advance(record.id, lease, { ...progress, part: progress.part + 1, counts: counted(progress.counts, done) });
}

type Replaced = Pick<Done, "replaced">;

/** How cells are read: by what the whole file tells, of which an earlier release has looked at the beginning alone. */
function conventionsOf({ conventions }: ImportRecord, { told }: Progress): Conventions {
  if (!told) return conventions;
  const { date_format: _date, decimal_mark: _mark, ...rest } = conventions;
  return { ...rest, ...told };
}

interface Work {
  record: ImportRecord;
  importable: Importable;
  match: Matcher | undefined;
  batch: Batch<Asked>;
  done: Map<number, Outcome>;
  /** What rows made or found. */
  ids: Map<number, string>;
  refused: Refusal[];
  /** What was sealed last: all of a part is under one key. */
  like?: Sealed | undefined;
}

const batchOf = ({ id, options }: ImportRecord, lease: JobLease<Progress>): Batch<Asked> =>
  new Batch<Asked>({
    write,
    closing: (members) => [Job.fence(id, lease), Journal.entryStep(id, members.map(doneOf))],
    ...(options.dry_run ? { rehearsal: { written: (keys) => Journal.rehearsed(id, lease.state?.part ?? 0, keys) } } : {}),
  });

/** What the journal says of a member. */
function doneOf({ about, result, steps }: Member<Asked>): Done {
  const { id, version, outcome, replaced } = result as Written & Replaced;
  const beside = steps.flatMap(({ action }): [string, number][] => {
    const { sk, version: born } = action.Put?.Item ?? {};
    const kind = kindOf(String(sk));
    return born === 1 && sk !== id && kind ? [[String(sk), 1]] : [];
  });
  return {
    row: about.row.number,
    outcome: outcome === "updated" ? "updated" : "created",
    id,
    version,
    ...(beside.length > 0 ? { beside } : {}),
    ...(replaced ? { replaced } : {}),
  };
}

/** One row by the verb that its options ask for. */
async function written(work: Work, { input, at }: Asked): Promise<Written & Replaced> {
  const { record, importable, match } = work;
  const { mode, match_on, on_duplicate } = record.options;
  const context = useContext();
  const history = record.options.historic ? { is_history: true as const } : {};
  const past = { ...context, request: { ...context.request, ...history, ...(at === undefined ? {} : { at }) } };
  return runIn(past, async () => {
    const value = match_on === undefined ? undefined : get(input, match_on);
    const matched = value === undefined ? undefined : await match?.(value, input);
    const { id: _id, ...fields } = input;
    if (matched === undefined) {
      if (mode === "update")
        throw new Failure("NOT_FOUND", "No record", { details: [{ field: match_on ?? "", message: "No such record" }] });
      return importable.create(fields, on_duplicate);
    }
    if (mode === "create" && on_duplicate === "create") return importable.create(fields, on_duplicate);
    if (mode === "create" && on_duplicate !== "update") return { id: matched, version: 0, outcome: "skipped" };
    const before = await importable.before(matched, fields);
    const text = JSON.stringify(before);
    const isLarge = text.length > MOST_BEFORE;
    if (!isLarge) work.like = await sealedText(record.id, text, work.like);
    return { ...(await importable.update(matched, fields)), ...(isLarge ? {} : { replaced: work.like }) };
  });
}

/** Runs a row; what it is refused with is said of it, and what concerns all is thrown. */
async function tried({ done, ids, refused }: Work, { row }: Asked, run: () => Promise<Written>): Promise<void> {
  try {
    const { outcome, id } = await run();
    done.set(row.number, outcome);
    ids.set(row.number, id);
  } catch (error) {
    if (!isOfRow(error)) throw error;
    refused.push({ number: row.number, cells: row.cells, wrong: wrongIn(error) });
    done.delete(row.number);
    ids.delete(row.number);
  }
}

const isOfRow = (error: unknown): error is Error => isFailure(error) || error instanceof TypeError || error instanceof RangeError;

function wrongIn(error: Error): Detail[] {
  if (!isFailure(error)) return [{ field: "", message: "Something about this row goes wrong on our side" }];
  return error.details.length > 0 ? [...error.details] : [{ field: "", message: error.message }];
}

/** Rows of transactions that were refused, one by one, on what is there now. */
async function alone(work: Work, refusals: readonly BatchRefused<Asked>[]): Promise<void> {
  if (refusals.length === 0) return;
  const { batch } = work;
  const all = [...refusals, ...(await refusedAtEnd(batch))];
  for (const each of all.flatMap(({ members }) => members.map(({ about }) => about))) {
    await tried(work, each, async () => {
      for (let attempt = 1; ; attempt++) {
        batch.forget();
        const result = await batch.run(each, () => written(work, each));
        try {
          await batch.flush();
          return result;
        } catch (error) {
          if (!(error instanceof BatchRefused)) throw error;
          if (!(error.cause instanceof Moved)) throw error.cause;
          if (attempt >= ATTEMPTS) throw new Failure("CONFLICT", "Others keep changing what this row touches");
        }
      }
    });
  }
}

/** Sends what is pending; what of it was refused, and on the way. */
async function refusedAtEnd(batch: Batch<Asked>): Promise<BatchRefused<Asked>[]> {
  try {
    await batch.flush();
    return [];
  } catch (error) {
    if (!(error instanceof BatchRefused)) throw error;
    return [error, ...batch.takeRefused()];
  }
}

/** The instant that the row names is when its record came to be. */
function timed({ created_at, ...input }: Input): { input: Input; at: number | undefined } {
  return { input, at: typeof created_at === "string" ? Date.parse(created_at) : undefined };
}

/** The refused rows of a part, in their order. */
async function keep(id: string, part: number, refused: readonly Refusal[]): Promise<void> {
  if (refused.length === 0) return;
  const inOrder = refused.toSorted((a, b) => a.number - b.number);
  await writeList(id, errorsOf(part), JSON.stringify(inOrder));
}

function counted(counts: Counts, done: ReadonlyMap<number, Outcome>): Counts {
  const next = { ...counts };
  for (const outcome of outcomes) next[outcome] += [...done.values()].filter((each) => each === outcome).length;
  return next;
}
