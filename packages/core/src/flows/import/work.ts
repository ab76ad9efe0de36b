import { ATTENTION, type ImportRecord, Imports, isOpen } from "../../import/import.ts";
import { countsOf, type Progress } from "../../import/journal.ts";
import { Clock } from "../../kernel/clock.ts";
import { type Context, may, runIn, usePorts } from "../../kernel/context.ts";
import { type Detail, isFailure } from "../../kernel/error.ts";
import { Fenced, Job, type Turn } from "../../storage/job.ts";
import { objectKey } from "../../storage/object.ts";
import { Records } from "../../storage/records.ts";
import { acting, asSystem } from "../acting.ts";
import { importables } from "./entities.ts";
import { part } from "./part.ts";
import { report } from "./report.ts";
import { stage } from "./stage.ts";
import { undo } from "./undo.ts";

/**
 * The worker of imports. A turn takes the import over, does parts until its time is up, and calls for the next. Whatever
 * ends it before, the next goes on at the part that was not finished.
 */

/** Milliseconds of one turn: others wait meanwhile where events come one by one. */
const TURN = 5000;
/** Turns without a finished part, after which the import has failed. */
const TRIES = 8;

export async function turn(id: string, ms = TURN): Promise<void> {
  const record = await Records.find(Imports, id);
  if (!record || !isOpen(record)) return;
  const claimed = await Job.claim<Progress>(id);
  try {
    if (claimed.tries > TRIES) throw new Given("It was tried again and again without getting any further");
    const context = await contextOf(record);
    if (!context) throw new Given("Who asked for it may not sign in any more");
    await runIn(context, () => work(record, claimed, performance.now() + ms));
  } catch (error) {
    if (error instanceof Fenced) return;
    if (!(error instanceof Given) && !isFailure(error)) throw error;
    await end(record, { status: "failed", error: { message: error.message, details: detailsOf(error) } });
  }
}

/** What ends the whole, and not one row. */
class Given extends Error {
  override name = "Given";
}

const detailsOf = (error: Error): Detail[] => (isFailure(error) ? [...error.details] : []);

async function work(record: ImportRecord, from: Turn<Progress>, until: number): Promise<void> {
  let turn = from;
  if (record.status === "reverting") {
    const { reverted, done } = await undo(record, turn, until);
    if (done) return end(record, { status: "reverted", reverted });
    return again(record.id);
  }
  const importable = importables[record.entity];
  if (!may(importable.write)) throw new Given("Who asked for it may not write them any more");
  if (record.status === "queued") await change(record.id, () => ({ status: "running", started_at: Clock.now() }));
  if (turn.state === undefined) turn = await stage(record, turn);
  while (turn.state && turn.state.part <= turn.state.parts) {
    if (performance.now() >= until) return again(record.id);
    if ((await Records.find(Imports, record.id))?.status !== "running") return;
    turn = await part(record, importable, turn);
  }
  await end(record, { status: "completed", ...countsOf(turn.state) });
}

/** Calls the next worker, by the event of a change. */
async function again(id: string): Promise<void> {
  await change(id, (current) => ({ turn: current.turn + 1, attention_at: Clock.after(ATTENTION) }));
}

/** Called by the sweep for an import whose worker has not come back. */
export async function lookAfter(id: string): Promise<void> {
  const record = await Records.find(Imports, id);
  if (record?.attention_at && record.attention_at <= Clock.now() && isOpen(record)) await again(id);
}

/** The report first: who reads that the import is over finds it. */
async function end(record: ImportRecord, to: Partial<ImportRecord>): Promise<void> {
  const { id } = record;
  const progress = await Job.progress<Progress>(id);
  if (progress && progress.counts.failed > 0) await report(record);
  await change(id, (current) => ({
    ...(current.status === "reverting" ? {} : countsOf(progress)),
    ...to,
    finished_at: Clock.now(),
    attention_at: null,
  }));
  await usePorts().objects.delete(objectKey("imports", id, "rows", ""));
}

function change(id: string, edit: (current: ImportRecord) => Partial<ImportRecord>): Promise<ImportRecord> {
  return asSystem("import", () =>
    Records.change(Imports, id, (current) => (isOpen(current) ? { ...current, ...edit(current) } : current)),
  );
}

/** Telephone numbers without a country are read as the import says. */
function contextOf({ id, owner_id, options: { default_country } }: ImportRecord): Promise<Context | undefined> {
  return acting(owner_id, { request: id, settings: default_country === undefined ? {} : { default_country } });
}
