import { Export, type ExportRecord, Exports, isOpen, LEFTOVERS } from "../../export/export.ts";
import { Clock } from "../../kernel/clock.ts";
import { may, runIn, usePorts } from "../../kernel/context.ts";
import { forbidden, isFailure, ruleViolation } from "../../kernel/error.ts";
import { writeCsv, writeXlsx } from "../../sheet/write.ts";
import { Fenced, Job, type Turn } from "../../storage/job.ts";
import { objectKey } from "../../storage/object.ts";
import { Records } from "../../storage/records.ts";
import { Steady } from "../../storage/steady.ts";
import { acting, asSystem } from "../acting.ts";
import { exportables } from "./entities.ts";
import type { Column } from "./exportable.ts";
import { nothing, type Progress, part, rowsOf, type Work } from "./part.ts";

/**
 * The worker of exports. A turn takes the export over, walks on part by part until its time is up, and calls for the next;
 * the last one makes a file of the parts. Whatever ends a turn before, the next goes on at the part that was not finished.
 */

/** Milliseconds of one turn: others wait meanwhile where events come one by one. */
const TURN = 10_000;
/** Seconds after which an export that nobody works on is looked after. */
export const ATTENTION = 5 * 60;
/** The same while a file is made of the parts, which is done in one go: longer than a function may run. */
const ASSEMBLY = 20 * 60;
/** Turns without a finished part, after which the export has failed. */
const TRIES = 8;
/** Seconds that a file is kept. */
const KEPT = 7 * 24 * 60 * 60;

export const contentTypes: Readonly<Record<ExportRecord["format"], string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

export async function turn(id: string, ms = TURN): Promise<void> {
  const record = await Records.find(Exports, id);
  if (!record || !isOpen(record)) return;
  const claimed = await Job.claim<Progress>(id);
  try {
    if (claimed.tries > TRIES) throw new Given("It was tried again and again without getting any further");
    // As they are now: their roles, and what they may see.
    const context = await acting(record.owner_id, { request: id });
    if (!context) throw new Given("Who asked for it may not sign in any more");
    await runIn(context, () => work(record, claimed, performance.now() + ms));
  } catch (error) {
    if (error instanceof Fenced) return;
    if (!(error instanceof Given) && !isFailure(error)) throw error;
    await end(id, { status: "failed", error: error.message, attention_at: Clock.after(LEFTOVERS) });
  }
}

/** What ends the whole. */
class Given extends Error {
  override name = "Given";
}

async function work(record: ExportRecord, from: Turn<Progress>, until: number): Promise<void> {
  const exportable = exportables[record.entity];
  if (!may(exportable.read)) throw new Given("Who asked for it may not read them any more");
  if (record.status === "queued") await change(record.id, () => ({ status: "running", started_at: Clock.now() }));
  const query = await exportable.asked(record.query as never);
  const { as_of } = record;
  const extent = await Steady.extentOf(exportable.collection, query, { as_of, ahead: exportable.ahead });
  const known = new Map((await exportable.columns()).map((column) => [column.name, column]));
  const each: Work = { record, exportable, extent, columns: record.columns.map((name) => known.get(name)) };
  let turn = from;
  while (!turn.state?.walked) {
    if (turn !== from && performance.now() >= until) return again(record.id);
    turn = await part(each, turn);
    if ((await Records.find(Exports, record.id))?.status !== "running") return;
  }
  turn = await assembled(each, turn);
  const { file, rows } = turn.state ?? nothing;
  if (!file) throw new Error("An export without a file");
  const expires_at = Clock.after(KEPT);
  await end(record.id, {
    ...{ status: "completed", rows, size: file.size, object_key: file.key },
    ...{ expires_at, attention_at: expires_at },
  });
}

/** Makes a file of the parts, under a name of the worker's own; from then on there is one. */
async function assembled({ record, columns }: Work, turn: Turn<Progress>): Promise<Turn<Progress>> {
  const state = turn.state ?? nothing;
  if (state.file) return turn;
  await change(record.id, () => ({ attention_at: Clock.after(ASSEMBLY) }));
  const key = objectKey("exports", record.id, "file", turn.worker);
  const write = record.format === "csv" ? writeCsv : writeXlsx;
  let size = 0;
  async function* counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      size += chunk.length;
      yield chunk;
    }
  }
  await usePorts().objects.write(key, counted(write(headerOf(record, columns), rowsOf(record.id, state))));
  return Job.advance(record.id, turn, { ...state, file: { key, size } });
}

const headerOf = ({ columns, labels }: ExportRecord, known: readonly (Column | undefined)[]): string[] =>
  columns.map((name, at) => (labels ? known[at]?.label : undefined) ?? name);

/** Calls the next worker, by the event of a change. */
async function again(id: string): Promise<void> {
  await change(id, (current) => ({ turn: current.turn + 1, attention_at: Clock.after(ATTENTION) }));
}

/**
 * Called by the sweep: an export whose worker has not come back gets another one; of one that has ended, whatever it has
 * left goes, and its file when nobody may fetch it any more.
 */
export async function lookAfter(id: string): Promise<void> {
  const record = await Records.find(Exports, id);
  if (!record?.attention_at || record.attention_at > Clock.now()) return;
  if (isOpen(record)) return again(id);
  // The objects first: a record that was killed before it could say so is due again.
  await usePorts().objects.delete(objectKey("exports", id, ""));
  await asSystem("export", () =>
    Records.change(Exports, id, (current) => ({ ...current, object_key: null, attention_at: null })),
  );
}

async function end(id: string, to: Partial<ExportRecord>): Promise<void> {
  await change(id, () => ({ ...to, finished_at: Clock.now() }));
  await usePorts().objects.delete(objectKey("exports", id, "parts", ""));
}

function change(id: string, edit: (current: ExportRecord) => Partial<ExportRecord>): Promise<ExportRecord> {
  return asSystem("export", () =>
    Records.change(Exports, id, (current) => (isOpen(current) ? { ...current, ...edit(current) } : current)),
  );
}

/** The file of an export, for who may have it. */
export async function fileOf(id: string): Promise<{ key: string; file_name: string; content_type: string }> {
  const { entity, status, object_key, expires_at, file_name, format } = await Export.own(id);
  if (!may(exportables[entity].read)) throw forbidden("Your role may not read them");
  if (status !== "completed") throw ruleViolation(`There is no file: the export is ${status}`);
  if (object_key === null || expires_at === null || expires_at <= Clock.now())
    throw ruleViolation("The file has gone: it is kept for seven days, export again");
  return { key: object_key, file_name, content_type: contentTypes[format] };
}
