import { usePorts, useSettings } from "../../kernel/context.ts";
import { idTime, minIdAt } from "../../kernel/id.ts";
import { hasProcessingPolicy, selectProcessable } from "../../kernel/processing.ts";
import { toCell } from "../../lib/parquet/cell.rules.ts";
import { type ParquetRow, writeParquet } from "../../lib/parquet/file.ts";
import { loadPersonFields } from "../../platform/personal-data/record-persons.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { CURRENCY_COLUMN, type ExportColumn, maskCapability } from "./column.rules.ts";
import type { ExportedKind } from "./exported-kind.ts";
import { partitionKey, partitionPrefix } from "./manifest.ts";

/** One day of one kind as an object. */

interface WrittenPartition {
  rows: number;
  bytes: number;
  /** Values that do not have the type of their column. Their cells are empty. */
  misfits: number;
  /** Records about persons who may not be exported. */
  left_out: number;
}

/** Records that are read together. */
const PAGE_RECORDS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

const startOfUtcDay = (day: string): number => Date.parse(`${day}T00:00:00.000Z`);
const dayOfId = (id: string): string => new Date(idTime(id)).toISOString().slice(0, 10);

/** Returns the first day after `day` with live records, in UTC, by the instants in their ids. */
export async function findNextDay(collection: Collection<BaseRecord>, day: string | null): Promise<string | undefined> {
  const from = day === null ? undefined : minIdAt(collection.kind, startOfUtcDay(day) + DAY_MS);
  const partitions = collection
    .allPartitions("live")
    .map((partition) => ({ ...partition, ...(from === undefined ? {} : { from }) }));
  const [id] = await listKeysAfter(collection, partitions, { order: "asc", after: undefined, limit: 1 });
  return id === undefined ? undefined : dayOfId(id);
}

/** Lists the days of records by their ids. */
export const listIdDays = (ids: readonly string[]): string[] => [...new Set(ids.map(dayOfId))];

/** Writes the object of a day, or deletes it if the day has no live records. */
export async function writePartition(kind: ExportedKind, day: string): Promise<WrittenPartition> {
  const { objects } = usePorts();
  const name = kind.collection.name;
  const written: WrittenPartition = { rows: 0, bytes: 0, misfits: 0, left_out: 0 };
  const records = readRecords(kind.collection, day, written);
  const first = await records.next();
  if (first.done) {
    await objects.delete(partitionPrefix(name, day));
    return written;
  }
  const currency = useSettings().currency;
  const toRow = (record: BaseRecord): ParquetRow => {
    written.rows++;
    return kind.columns.map((column) => {
      const cell = toCell(column, readValue(column, record, currency));
      if (cell === undefined) written.misfits++;
      return maskCapability(cell ?? null);
    });
  };
  async function* readRows(): AsyncGenerator<ParquetRow> {
    yield toRow(first.value as BaseRecord);
    for await (const record of records) yield toRow(record);
  }
  async function* countBytes(): AsyncGenerator<Uint8Array> {
    for await (const bytes of writeParquet(kind.columns, readRows())) {
      written.bytes += bytes.length;
      yield bytes;
    }
  }
  await objects.write(partitionKey(name, day), countBytes());
  return written;
}

/** An amount whose record names no currency is in that of the tenant, as in reports. */
function readValue({ name }: ExportColumn, record: BaseRecord, currency: string): unknown {
  const value = (record as BaseRecord & Readonly<Record<string, unknown>>)[name];
  return name === CURRENCY_COLUMN ? (value ?? currency) : value;
}

/** Reads the live records of a day, in the order of their ids, without those about persons who may not be exported. */
async function* readRecords(
  collection: Collection<BaseRecord>,
  day: string,
  written: WrittenPartition,
): AsyncGenerator<BaseRecord> {
  const personFields = hasProcessingPolicy() ? await loadPersonFields(collection.name) : [];
  const start = startOfUtcDay(day);
  const from = minIdAt(collection.kind, start);
  const to = minIdAt(collection.kind, start + DAY_MS);
  const partitions = collection.allPartitions("live").map((partition) => ({ ...partition, from, to }));
  for (let after: string | undefined; ; ) {
    const ids = await listKeysAfter(collection, partitions, { order: "asc", after, limit: PAGE_RECORDS });
    // The range ends with the ids of the next day's first millisecond.
    const idsOfDay = ids.filter((id) => dayOfId(id) === day);
    const found = (await Records.loadMany(collection, idsOfDay, { live: true })).filter((record) => record !== undefined);
    const records = personFields.length === 0 ? found : await selectExportable(found, personFields);
    written.left_out += found.length - records.length;
    yield* records;
    after = ids.at(-1);
    if (ids.length < PAGE_RECORDS) return;
  }
}

async function selectExportable(records: readonly BaseRecord[], personFields: readonly string[]): Promise<readonly BaseRecord[]> {
  const persons = records.map((record) =>
    personFields.flatMap((field) => (record as BaseRecord & Readonly<Record<string, string | null>>)[field] ?? []),
  );
  const processable = await selectProcessable(persons.flat(), "export");
  return records.filter((_, index) => persons[index]?.every((person) => processable.has(person)));
}
