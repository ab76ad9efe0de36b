import { useTenant } from "../../kernel/context.ts";
import { buildOrderEntry } from "../read/order-entries.ts";
import { isDeclarable, refreshDeclarations } from "../read/path-declarations.ts";
import {
  buildEntryNames,
  CUT,
  declarationsFingerprint,
  FILLED,
  isValueEntry,
  listFilledDeclarations,
  pathCounter,
  readPathCheckpoints,
} from "../read/path-entries.ts";
import { findArchiveEntry } from "../table/archived-record.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { recordKey } from "../table/key.ts";
import type { Row } from "../table/row.ts";
import {
  buildCheckpoint,
  buildCheckpointItem,
  buildWordItems,
  type Checkpoint,
  emptyCheckpoint,
  listAdditions,
  parseCheckpoint,
  readCheckpointItems,
} from "./checkpoint.ts";
import type { Difference } from "./recount-difference.ts";
import { readIdentityPages, readIdPages } from "./recount-pages.ts";
import { compareCounts, type RecountSink, type RecountSubject, readCounters } from "./recount-subject.ts";
import { verifyEntries } from "./recount-visibility.ts";

/** Recounts the records of a kind: compares checkpoints with records, and counters with checkpoints. */

export function buildRecordSubject(collection: Collection<BaseRecord>): RecountSubject {
  const kind = collection.name;
  return {
    name: kind,
    readStored: (after) => readCounters(kind, after),
    async *pages(after, proof) {
      for await (const { ids, archived } of readIdentityPages(collection, after)) {
        const differences = await verifyChunk(collection, ids, archived, proof);
        yield { after: String(ids.at(-1)), records: ids.length, differences };
      }
    },
    findDifferences: (storedCounter, scope, counts) => compareCounts(kind, storedCounter, scope, counts),
    isCounter: true,
  };
}

/**
 * Recounts search paths: compares each record's path checkpoint with the record, and the counters with the sum of the checkpoints. Records
 * that a backfill has not reached yet count as in their checkpoints.
 */
export function buildPathSubjects(collection: Collection<BaseRecord>): RecountSubject[] {
  if (!isDeclarable(collection)) return [];
  const kind = pathCounter(collection.name);
  return [
    {
      name: kind,
      readStored: (after) => readCounters(kind, after),
      async *pages(after, { add }) {
        const { all } = await refreshDeclarations(collection);
        if (all.length === 0 && (await readCounters(kind, undefined).next()).done) return;
        for await (const ids of readIdPages(collection, after)) {
          const differences = await verifyPaths(collection, ids, add);
          yield { after: String(ids.at(-1)), records: 0, differences };
        }
      },
      findDifferences: (storedCounter, scope, counts) => compareCounts(kind, storedCounter, scope, counts),
      isCounter: true,
    },
  ];
}

async function verifyPaths(
  collection: Collection<BaseRecord>,
  ids: readonly string[],
  add: RecountSink["add"],
): Promise<Difference[]> {
  const tenant = useTenant();
  const { all } = await refreshDeclarations(collection);
  const fingerprint = declarationsFingerprint(all);
  const [items, checkpoints] = await Promise.all([
    readItems(ids.map((id) => recordKey(tenant, id))),
    readPathCheckpoints(tenant, ids),
  ]);
  return checkpoints.flatMap((checkpoint, index): Difference[] => {
    for (const name of Object.keys(checkpoint.entries)) if (isValueEntry(name)) add(name, { [FILLED]: 1 });
    for (const declaration of listFilledDeclarations(checkpoint)) add(declaration, { [FILLED]: 1 });
    for (const declaration of checkpoint.cut) add(declaration, { [CUT]: 1 });
    const item = items[index];
    if (!item || Number(item.version) !== checkpoint.version || checkpoint.under !== fingerprint) return [];
    const expectedNames = [...buildEntryNames(collection.fromItem(item), all).names].sort().join(" ");
    const storedNames = Object.keys(checkpoint.entries).sort().join(" ");
    const where = ids[index] ?? "";
    return storedNames === expectedNames
      ? []
      : [{ kind: pathCounter(collection.name), where, what: "entries", kept: storedNames, counted: expectedNames }];
  });
}

interface StoredRecord {
  record: BaseRecord;
  /** Stored in the shape of an earlier release. */
  isOld: boolean;
  /** The item of its checkpoint, which an archived record has beside it. */
  checkpoint: Item | undefined;
}

/** Reads whole records: rows contain neither their versions nor all that counters need. */
async function readStoredRecords(
  collection: Collection<BaseRecord>,
  ids: readonly string[],
  archived: ReadonlyMap<string, Item>,
): Promise<StoredRecord[]> {
  const tenant = useTenant();
  const inTable = ids.filter((id) => !archived.has(id));
  const items = await readItems(inTable.map((id) => recordKey(tenant, id)));
  const itemById = new Map<string, Item | undefined>([...archived, ...inTable.map((id, index) => [id, items[index]] as const)]);
  const stored = ids.flatMap((id) => {
    const item = itemById.get(id);
    return item ? [{ record: collection.fromItem(item), isOld: Number(item.shape) < collection.shape }] : [];
  });
  const unread = stored.filter(({ record }) => !findArchiveEntry(record));
  const checkpoints = await readCheckpointItems(
    tenant,
    unread.map(({ record }) => ({ collection, id: record.id })),
  );
  const checkpointById = new Map(unread.map(({ record }, index) => [record.id, checkpoints[index]]));
  return stored.map((one) => ({
    ...one,
    checkpoint: findArchiveEntry(one.record)?.checkpoint ?? checkpointById.get(one.record.id),
  }));
}

/**
 * Builds the checkpoint that a record should have. A record of an earlier shape keeps its sums, words and order keys until it is migrated.
 */
function expectedCheckpoint(collection: Collection<BaseRecord>, { record, isOld, checkpoint }: StoredRecord): Checkpoint {
  const expected = buildCheckpoint(collection, record, record.version);
  if (!isOld || !checkpoint) return expected;
  const { sums, words, orderKeys } = parseCheckpoint(checkpoint);
  return { ...expected, sums, words, orderKeys };
}

async function verifyChunk(
  collection: Collection<BaseRecord>,
  ids: readonly string[],
  archived: ReadonlyMap<string, Item>,
  { add, verifiesWords }: RecountSink,
): Promise<Difference[]> {
  const tenant = useTenant();
  const stored = await readStoredRecords(collection, ids, archived);
  const differences: Difference[] = [];
  differences.push(
    ...(await verifyEntries(
      collection,
      stored.map(({ record }) => record),
      stored.map(({ checkpoint }) => checkpoint),
      add,
    )),
  );
  const level: LevelRecord[] = [];
  for (const storedRecord of stored) {
    const { record, checkpoint } = storedRecord;
    const expected = expectedCheckpoint(collection, storedRecord);
    // Changes that the stream has not delivered yet count when it does: counting them here would count them twice.
    const isLevel = Number(checkpoint?.version) === record.version;
    const countedCheckpoint = isLevel ? expected : checkpoint ? parseCheckpoint(checkpoint) : emptyCheckpoint;
    for (const [scope, counts] of listAdditions(countedCheckpoint)) add(scope, counts);
    // A checkpoint older than its record has a pending change in the stream; a current one must agree.
    if (checkpoint && !isLevel) continue;
    level.push({ record, expected: expected });
    const item = buildCheckpointItem(tenant, record.id, expected);
    for (const attribute of ["counts", "sums", "words", "places"]) {
      const expectedValue = String(item[attribute] ?? "");
      const storedValue = checkpoint && String(checkpoint[attribute] ?? "");
      if (storedValue !== expectedValue)
        differences.push({ kind: collection.name, where: record.id, what: attribute, kept: storedValue, counted: expectedValue });
    }
  }
  differences.push(...(await verifyOrderEntries(collection, level)));
  if (verifiesWords) differences.push(...(await verifyWords(collection, level)));
  return differences;
}

/** A record whose checkpoint is current, and the expected checkpoint. */
interface LevelRecord {
  record: BaseRecord;
  expected: Checkpoint;
}

/** Verifies that a record has its entry, with the current row, in each entry order. */
async function verifyOrderEntries(collection: Collection<BaseRecord>, level: readonly LevelRecord[]): Promise<Difference[]> {
  const tenant = useTenant();
  const expectedEntries = level.flatMap(({ record, expected: { orderKeys } }) =>
    Object.entries(orderKeys).map(([field, value]) => buildOrderEntry(tenant, collection, { field, value }, record)),
  );
  const items = await readItems(expectedEntries.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  return expectedEntries.flatMap(({ pk, sk, row }, index) => {
    const storedRow = items[index]?.row as string | undefined;
    return storedRow !== undefined && normalizeRow(collection, { key: String(sk), row: storedRow }) === row
      ? []
      : [{ kind: collection.name, where: `${pk} ${sk}`, what: "place", kept: storedRow, counted: String(row) }];
  });
}

/** Normalizes the row of an entry, whichever release wrote it. */
const normalizeRow = (collection: Collection<BaseRecord>, row: Row): string => collection.serialize(collection.fromRow(row)).row;

/** Verifies that each word of a record has its item. */
async function verifyWords(collection: Collection<BaseRecord>, level: readonly LevelRecord[]): Promise<Difference[]> {
  const tenant = useTenant();
  const expectedKeys = level.flatMap(({ record, expected }) =>
    buildWordItems(tenant, collection.name, record.id, expected).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })),
  );
  const items = await readItems(expectedKeys);
  return expectedKeys.flatMap(({ pk, sk }, index) =>
    items[index] ? [] : [{ kind: collection.name, where: `${pk} ${sk}`, what: "word", kept: undefined, counted: sk }],
  );
}
