import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { hasProcessingPolicy, selectProcessable } from "../../kernel/processing.ts";
import type { OutputCell } from "../../lib/spreadsheet/table-writer.ts";
import { type ScanExtent, type ScanPage, StableScan } from "../../storage/read/stable-scan.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { type BaseRecord, pad } from "../../storage/table/collection.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { loadPersonFields } from "../personal-data/record-persons.ts";
import type { ExportRecord } from "./export.ts";
import type { Column, Exportable } from "./exportable.ts";
import { createRowBuilder } from "./row-cells.ts";

/** The progress of an export: the state of its job. */
export interface Progress {
  /** The id at which the walk stopped; null before its beginning. */
  after: string | null;
  /** Whether the walk is complete. */
  walked: boolean;
  rows: number;
  /** Records that are not in the file because their person may not be exported. Older states lack it. */
  left_out?: number;
  /** The parts of the export in their order, with the worker that wrote them. Parts that other workers wrote are ignored. */
  runs: readonly { worker: string; from: number; to: number }[];
  /** The file, once it exists. */
  file: { key: string; size: number } | null;
}

export const initialProgress: Progress = { after: null, walked: false, rows: 0, runs: [], file: null };

/** Rows of one part; progress is saved after each part. */
const PART_ROWS = 1000;
/** Characters after which a part is closed, even if it has few rows. */
const MAX_PART_CHARACTERS = 4_000_000;

const PART_DIGITS = 6;
const partKey = (id: string, worker: string, part: number): string =>
  objectKey("exports", id, "parts", worker, pad(part, PART_DIGITS));

/** What a worker needs for each part; built once in a slice. */
export interface Work {
  record: ExportRecord;
  exportable: Exportable;
  /** Undefined if the list contains nothing that the caller sees, or is in memory. */
  extent: ScanExtent<BaseRecord> | undefined;
  /** The columns of the file; undefined for a column that no longer exists, which stays empty. */
  columns: readonly (Column | undefined)[];
}

/** Writes the next part, and saves the position of the walk. */
export async function writePart(
  { record, exportable, extent, columns }: Work,
  lease: JobLease<Progress>,
): Promise<JobLease<Progress>> {
  const progress = lease.state ?? initialProgress;
  const page = await loadNextRecords({ record, exportable, extent }, progress.after ?? undefined);
  const buildCells = createRowBuilder(columns, record);
  const isWhole = !exportable.values && columns.some((column) => column && !column.inRow);
  const rows: string[] = [];
  let length = 0;
  let left_out = progress.left_out ?? 0;
  let after = page.after;
  for (let index = 0; index < page.records.length; index += dynamodbLimits.batchGet) {
    const wholeChunk = page.records.slice(index, index + dynamodbLimits.batchGet);
    const chunk = await selectExportable(exportable, wholeChunk);
    left_out += wholeChunk.length - chunk.length;
    const outputRecords = isWhole ? await loadWholeRecords(exportable, chunk, extent) : chunk;
    for (const outputRecord of outputRecords)
      rows.push(JSON.stringify(await buildCells(outputRecord as Record<string, unknown>)));
    length = rows.reduce((sum, row) => sum + row.length, 0);
    if (length > MAX_PART_CHARACTERS && index + dynamodbLimits.batchGet < page.records.length) {
      after = wholeChunk.at(-1)?.id;
      break;
    }
  }
  const { runs } = progress;
  if (rows.length > 0) {
    const last = runs.at(-1);
    const partNumber = (last?.to ?? 0) + 1;
    await usePorts().objects.write(partKey(record.id, lease.worker, partNumber), Buffer.from(`[${rows.join(",\n")}]`));
    return Job.saveProgress(record.id, lease, {
      ...advanceProgress(progress, after, rows.length),
      left_out,
      runs: appendRun(runs, lease.worker, partNumber),
    });
  }
  return Job.saveProgress(record.id, lease, { ...advanceProgress(progress, after, 0), left_out });
}

/** Leaves out records of persons who may not be exported. Reads nothing while there is no policy. */
async function selectExportable(
  { collection, load }: Exportable,
  records: readonly BaseRecord[],
): Promise<readonly BaseRecord[]> {
  if (!hasProcessingPolicy()) return records;
  const fields = await loadPersonFields(collection.name);
  if (fields.length === 0) return records;
  const isInRows = fields.every((field) => collection.row.has(field));
  const ids = records.map(({ id }) => id);
  const sources = isInRows ? records : load ? await load(ids) : await Records.loadMany(collection, ids);
  const persons = sources.map((source) =>
    fields.flatMap((field) => (source as Record<string, string | null> | undefined)?.[field] ?? []),
  );
  const processable = await selectProcessable(persons.flat(), "export");
  return records.filter((_, index) => persons[index]?.every((person) => processable.has(person)));
}

/** Returns the records of the next part, ordered by id. */
async function loadNextRecords(
  { record, exportable, extent }: Pick<Work, "record" | "exportable" | "extent">,
  after: string | undefined,
): Promise<Pick<ScanPage<BaseRecord>, "records" | "after">> {
  const chosenIds = record.ids && new Set(record.ids);
  if (exportable.values) {
    const all = (await exportable.values(record.query)).filter(
      ({ id }) => (after === undefined || id > after) && chosenIds?.has(id) !== false,
    );
    const records = all.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, PART_ROWS);
    return { records, after: all.length > PART_ROWS ? records.at(-1)?.id : undefined };
  }
  if (!extent) return { records: [], after: undefined };
  if (chosenIds)
    return { records: await loadChosenRecords({ record, exportable, extent }, [...chosenIds].sort()), after: undefined };
  return StableScan.readNext(exportable.collection, extent, after, PART_ROWS);
}

/** Loads the chosen records that the list shows to the caller. They fit into one part, so the list is not walked. */
async function loadChosenRecords(
  { record: { query }, exportable, extent }: Pick<Work, "record" | "exportable" | "extent">,
  ids: readonly string[],
): Promise<BaseRecord[]> {
  const { collection, load = (recordIds) => Records.loadMany(collection, recordIds) } = exportable;
  const records = (await load(ids)).filter((record) => record !== undefined);
  const isListed = (record: BaseRecord): boolean =>
    Boolean(record.deleted_at) === Boolean(query.deleted) && extent?.matches(record) === true;
  return Visibility.recheckVisible(collection, records.filter(isListed));
}

const advanceProgress = (progress: Progress, after: string | undefined, rows: number): Progress => ({
  ...progress,
  after: after ?? progress.after,
  walked: after === undefined,
  rows: progress.rows + rows,
});

function appendRun(runs: Progress["runs"], worker: string, part: number): Progress["runs"] {
  const last = runs.at(-1);
  if (last?.worker === worker) return [...runs.slice(0, -1), { ...last, to: part }];
  return [...runs, { worker, from: part, to: part }];
}

/**
 * Loads the complete records, for columns that lists do not have. They are newer than the walk, so each is checked again; records that no longer
 * belong to the list are omitted.
 */
async function loadWholeRecords(
  { collection, present: presentRecords, load = (ids) => Records.loadMany(collection, ids) }: Exportable,
  records: readonly BaseRecord[],
  extent: ScanExtent<BaseRecord> | undefined,
): Promise<readonly object[]> {
  const loadedRecords = await load(records.map(({ id }) => id));
  const currentRecords = loadedRecords.flatMap((record, index) => {
    if (!record || Boolean(record.deleted_at) !== Boolean(records[index]?.deleted_at) || !extent?.matches(record)) return [];
    return [record];
  });
  return presentRecords ? presentRecords(currentRecords) : currentRecords;
}

/** Yields the rows of all parts, with one part in memory at a time. */
export async function* readRows(id: string, { runs }: Progress): AsyncGenerator<OutputCell[]> {
  for (const { worker, from, to } of runs) {
    for (let partNumber = from; partNumber <= to; partNumber++) {
      const object = await usePorts().objects.open(partKey(id, worker, partNumber));
      if (!object) throw new Error(`Part ${partNumber} of ${id} no longer exists`);
      yield* JSON.parse((await collectBytes(object.read())).toString()) as OutputCell[][];
    }
  }
}
