import { Clock } from "../../kernel/clock.ts";
import { hasPermission, runAsSystem, usePorts } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { waitForStream } from "../../storage/scheduler/backpressure.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { buildActorContext } from "../sign-in/actor-context.ts";
import { buildEndFields, type ImportRecord, Imports, isOpen } from "./import.ts";
import { requirePermission } from "./import-permission.ts";
import { fieldsFor, loadImportable } from "./importable.ts";
import { runPart } from "./part.ts";
import { completeOptions, type Progress, RowLog, toCounts } from "./row-log.ts";
import { sealText } from "./sealed-text.ts";
import { stageFile } from "./staging.ts";
import { undo } from "./undo.ts";

/** The worker of imports: a slice cuts the file into parts, imports parts, or reverts them. */
const importer = createWorker<ImportRecord, Progress>({
  name: "import",
  collection: Imports,
  isOpen,
  sliceMs: 5000,
  // The import's default country applies to phone numbers without a country code.
  contextFor: ({ id, owner_id, status, reverted_by, options: { default_country } }) =>
    buildActorContext((status === "reverting" && reverted_by) || owner_id, {
      authority: "import_rows",
      request: id,
      settings: default_country === undefined ? {} : { default_country },
      jobOwner: owner_id,
    }),
  work,
  onFailed: (record, { message, details }) => endImport(record, { status: "failed", error: { message, details: [...details] } }),
  onOver: deleteLeftovers,
});
export const { run, scheduleRecovery, onContinueRequested } = importer;

async function work(record: ImportRecord, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  if (record.status === "reverting") {
    await requirePermission(record);
    const { reverted, done } = await undo(record, lease, until);
    if (done) return endImport(record, { status: "reverted", reverted });
    return importer.requestNextSlice(record.id);
  }
  const importable = await loadImportable(record.entity);
  if (!hasPermission(importable.write)) throw forbidden("The user who started the import can no longer write these records");
  if (record.status === "queued") await importer.change(record.id, () => ({ status: "running", started_at: Clock.now() }));
  if (lease.state === undefined) lease = await stageFile(record, await fieldsFor(importable, record.options), lease);
  while (lease.state && lease.state.part <= lease.state.parts) {
    await waitForStream(() => performance.now() < until);
    if (performance.now() >= until) return importer.requestNextSlice(record.id);
    if ((await Records.load(Imports, record.id))?.status !== "running") return;
    lease = await runPart(record, importable, lease);
  }
  await endImport(record, { status: "completed", ...toCounts(lease.state) });
}

async function endImport({ id }: ImportRecord, to: Partial<ImportRecord>): Promise<void> {
  const progress = await Job.readProgress<Progress>(id);
  await importer.change(id, (current) => ({
    ...(current.status === "reverting" ? {} : { ...toCounts(progress), options: completeOptions(current.options, progress) }),
    ...to,
    ...buildEndFields(),
  }));
  await usePorts().objects.delete(objectKey("imports", id, "rows", ""));
}

/** Deletes what is left of the file after the import has ended, and seals the data that a revert needs. */
async function deleteLeftovers({ id }: ImportRecord): Promise<void> {
  // Objects are deleted first: if the process is killed before the record is changed, the record stays due and is cleaned up again.
  await usePorts().objects.delete(objectKey("imports", id, ""));
  await RowLog.sealEntries(id, (before) => sealText(id, JSON.stringify(before)));
  await runAsSystem("import", () => Records.change(Imports, id, (current) => ({ ...current, attention_at: null })));
}
