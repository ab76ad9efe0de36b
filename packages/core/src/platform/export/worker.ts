import { Clock } from "../../kernel/clock.ts";
import { hasPermission, isReadOnlyView, runAsSystem, usePorts } from "../../kernel/context.ts";
import { forbidden, ruleViolation } from "../../kernel/error.ts";
import { writeCsv, writeXlsx } from "../../lib/spreadsheet/table-writer.ts";
import { StableScan } from "../../storage/read/stable-scan.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { buildActorContext } from "../sign-in/actor-context.ts";
import { Export, type ExportRecord, Exports, isOpen, LEFTOVER_SECONDS } from "./export.ts";
import type { Column } from "./exportable.ts";
import { labelColumns, loadExportable } from "./exportable.ts";
import { initialProgress, type Progress, readRows, type Work, writePart } from "./part.ts";

/** The worker of exports: each slice walks the list part by part, and the last slice assembles the file from the parts. */
const exporter = createWorker<ExportRecord, Progress>({
  name: "export",
  collection: Exports,
  isOpen,
  sliceMs: 10_000,
  // The owner's current roles and visibility, not those at the start.
  contextFor: ({ id, owner_id }) => buildActorContext(owner_id, { authority: "export_rows", request: id, isReadOnly: true }),
  work,
  onFailed: ({ id }, { message }) =>
    endExport(id, { status: "failed", error: message, attention_at: Clock.addSeconds(LEFTOVER_SECONDS) }),
  onOver: deleteLeftovers,
});
export const { run, scheduleRecovery, onContinueRequested } = exporter;

/** Seconds until recovery looks at an export whose file is being assembled in one run: longer than a function may run. */
const ASSEMBLY_SECONDS = 20 * 60;
/** Seconds for which a file is kept. */
const KEEP_SECONDS = 7 * 24 * 60 * 60;

const contentTypes: Readonly<Record<ExportRecord["format"], string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

async function work(record: ExportRecord, from: JobLease<Progress>, until: number): Promise<void> {
  const exportable = await loadExportable(record.entity);
  if (!hasPermission(exportable.read)) throw forbidden("The user who started the export can no longer read these records");
  if (record.status === "queued") await exporter.change(record.id, () => ({ status: "running", started_at: Clock.now() }));
  const query = await exportable.listQuery(WhereClauses.parseStoredQuery(exportable.query, record.query));
  const { as_of } = record;
  const extent = exportable.values
    ? undefined
    : await StableScan.plan(exportable.collection, query, { as_of, idAheadMs: exportable.maxIdSkewMs });
  const columnByName = new Map((await exportable.columns()).map((column) => [column.name, column]));
  const exportWork: Work = { record, exportable, extent, columns: record.columns.map((name) => columnByName.get(name)) };
  let lease = from;
  while (!lease.state?.walked) {
    if (lease !== from && performance.now() >= until) return exporter.requestNextSlice(record.id);
    lease = await writePart(exportWork, lease);
    if ((await Records.load(Exports, record.id))?.status !== "running") return;
  }
  lease = await assembleFile(exportWork, lease);
  const { file, rows, left_out = 0 } = lease.state ?? initialProgress;
  if (!file) throw new Error("The export has no file");
  const expires_at = Clock.addSeconds(KEEP_SECONDS);
  await endExport(record.id, {
    ...{ status: "completed", rows, left_out, size: file.size, object_key: file.key },
    ...{ expires_at, attention_at: expires_at },
  });
}

/** Assembles the file from the parts, under a key of the worker's own, and saves it as the file of the export. */
async function assembleFile({ record, columns }: Work, lease: JobLease<Progress>): Promise<JobLease<Progress>> {
  const state = lease.state ?? initialProgress;
  if (state.file) return lease;
  await exporter.change(record.id, () => ({ attention_at: Clock.addSeconds(ASSEMBLY_SECONDS) }));
  const key = objectKey("exports", record.id, "file", lease.worker);
  const write = record.format === "csv" ? writeCsv : writeXlsx;
  let size = 0;
  async function* countBytes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      size += chunk.length;
      yield chunk;
    }
  }
  await usePorts().objects.write(key, countBytes(write(buildHeader(record, columns), readRows(record.id, state))));
  return Job.saveProgress(record.id, lease, { ...state, file: { key, size } });
}

const buildHeader = ({ columns, labels }: ExportRecord, columnDefinitions: readonly (Column | undefined)[]): string[] =>
  labels ? labelColumns(columns, columnDefinitions) : [...columns];

/** Deletes the objects of an ended export: leftovers, or its file after it has expired. */
async function deleteLeftovers({ id }: ExportRecord): Promise<void> {
  // Objects are deleted first: if the process is killed before the record is changed, the record stays due and is cleaned up again.
  await usePorts().objects.delete(objectKey("exports", id, ""));
  await runAsSystem("export", () =>
    Records.change(Exports, id, (current) => ({ ...current, object_key: null, attention_at: null })),
  );
}

async function endExport(id: string, to: Partial<ExportRecord>): Promise<void> {
  await exporter.change(id, () => ({ ...to, finished_at: Clock.now() }));
  await usePorts().objects.delete(objectKey("exports", id, "parts", ""));
}

/** Returns the file of an export, if the caller may download it. */
export async function findFile(id: string): Promise<{ key: string; file_name: string; content_type: string }> {
  const { entity, status, object_key, expires_at, file_name, format } = await Export.readOwn(id);
  if (isReadOnlyView()) throw forbidden("The file has the records that its owner sees: stop viewing as another role");
  if (!hasPermission((await loadExportable(entity)).read)) throw forbidden("Your role cannot read these records");
  if (status !== "completed") throw ruleViolation(`No file is available: the export is ${status}`);
  if (object_key === null || expires_at === null || expires_at <= Clock.now())
    throw ruleViolation("The file is no longer available after seven days: export again");
  return { key: object_key, file_name, content_type: contentTypes[format] };
}
