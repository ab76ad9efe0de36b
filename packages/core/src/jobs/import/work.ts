import { ended, type ImportRecord, Imports, isOpen } from "../../import/import.ts";
import { countsOf, Journal, type Progress } from "../../import/journal.ts";
import { Clock } from "../../kernel/clock.ts";
import { asSystem, may, usePorts } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { acting } from "../../sign-in/acting.ts";
import { keepPace } from "../../storage/jobs/pace.ts";
import { worker } from "../../storage/jobs/worker.ts";
import { objectKey } from "../../storage/table/object.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { fieldsFor, importableNamed } from "./importable.ts";
import { requireLeave } from "./leave.ts";
import { part } from "./part.ts";
import { sealedText } from "./sealed.ts";
import { stage } from "./stage.ts";
import { undo } from "./undo.ts";

/** The worker of imports: a turn reads the file into parts, or does parts, or takes back what they did. */
const importer = worker<ImportRecord, Progress>({
  name: "import",
  collection: Imports,
  isOpen,
  longest: 5000,
  // Telephone numbers without a country are read as the import says.
  acting: ({ id, owner_id, status, reverted_by, options: { default_country } }) =>
    acting((status === "reverting" && reverted_by) || owner_id, {
      request: id,
      settings: default_country === undefined ? {} : { default_country },
      of: owner_id,
    }),
  work,
  failed: (record, { message, details }) => end(record, { status: "failed", error: { message, details: [...details] } }),
  over: emptied,
});
export const { run, lookAfter, onContinueRequested } = importer;

async function work(record: ImportRecord, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  if (record.status === "reverting") {
    await requireLeave(record);
    const { reverted, done } = await undo(record, lease, until);
    if (done) return end(record, { status: "reverted", reverted });
    return importer.resumeLater(record.id);
  }
  const importable = await importableNamed(record.entity);
  if (!may(importable.write)) throw forbidden("Who asked for it may not write them any more");
  if (record.status === "queued") await importer.change(record.id, () => ({ status: "running", started_at: Clock.now() }));
  if (lease.state === undefined) lease = await stage(record, await fieldsFor(importable, record.options), lease);
  while (lease.state && lease.state.part <= lease.state.parts) {
    await keepPace(() => performance.now() < until);
    if (performance.now() >= until) return importer.resumeLater(record.id);
    if ((await Records.load(Imports, record.id))?.status !== "running") return;
    lease = await part(record, importable, lease);
  }
  await end(record, { status: "completed", ...countsOf(lease.state) });
}

async function end({ id }: ImportRecord, to: Partial<ImportRecord>): Promise<void> {
  const progress = await Job.progress<Progress>(id);
  await importer.change(id, (current) => ({
    ...(current.status === "reverting" ? {} : countsOf(progress)),
    ...to,
    ...ended(),
  }));
  await usePorts().objects.delete(objectKey("imports", id, "rows", ""));
}

/** Of one that has ended, what it keeps of the file goes when nobody may read it any more; what a revert needs is sealed. */
async function emptied({ id }: ImportRecord): Promise<void> {
  // The objects first: a record that was killed before it could say so is due again.
  await usePorts().objects.delete(objectKey("imports", id, ""));
  await Journal.seal(id, (before) => sealedText(id, JSON.stringify(before)));
  await asSystem("import", () => Records.change(Imports, id, (current) => ({ ...current, attention_at: null })));
}
