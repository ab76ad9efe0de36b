import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { minIdAt } from "../../kernel/id.ts";
import { Archive } from "../read/archive.ts";
import { listKeysAfter } from "../read/partition-query.ts";
import { readTagCheckpoints } from "../read/tag-counts.ts";
import { diffTagOwners, resolveTagOwners } from "../stream/tag-steps.ts";
import { MIN_UNCHANGED_DAYS } from "../table/archive-retention.ts";
import { buildStub, idMonth, isStub } from "../table/archived-record.ts";
import { type BaseRecord, type Collection, mayBeArchived } from "../table/collection.ts";
import { loadAllCollections } from "../table/collection-registry.ts";
import { isConditionFailed, put, readItems, send, tableName } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { checkpointKey, recordKey } from "../table/key.ts";
import { isSwitched, refreshWrittenShapes } from "../table/written-shapes.ts";
import { Job, LeaseLost } from "../write/job.ts";
import { waitForStream } from "./backpressure.ts";

/**
 * Moves old records to the object store (docs/storage/archive.md). A record is replaced by its stub only after its part was written, read
 * back, and can be found, and only in the version that was read. If the job is killed or runs twice at once, each record is whole in the
 * table, or its stub names a part with it.
 */

/** Records of one part. A read by id reads the whole part. */
const PART_SIZE = 1000;
/** Records that are replaced at the same time. */
const MAX_CONCURRENCY = 8;
const DAY_MS = 24 * 60 * 60 * 1000;

interface ArchiveProgress {
  /** The month before which records are archived. */
  month: string;
  /** The last id that was examined; undefined at the beginning and at the end. */
  after: string | undefined;
}

interface ArchiveRecordsOptions {
  /** A time of `performance.now()`. */
  until?: number;
  partSize?: number;
}

/** Archives the tenant's old records of all kinds. Returns whether all were examined. */
export async function archiveRecords(options: ArchiveRecordsOptions = {}): Promise<boolean> {
  const { archiveDays } = usePorts();
  if (archiveDays === 0) return true;
  const collections = (await loadAllCollections()).filter(({ isArchived }) => isArchived);
  await refreshWrittenShapes(collections);
  for (const collection of collections) {
    // The release before cannot read stubs. It no longer runs once the table is switched.
    if (!isSwitched(collection) || !mayBeArchived(collection.kind)) continue;
    try {
      if (!(await archiveKind(collection, archiveDays, options))) return false;
    } catch (error) {
      // Another worker archives the kind.
      if (!(error instanceof LeaseLost)) throw error;
    }
  }
  return true;
}

async function archiveKind(
  collection: Collection<BaseRecord>,
  archiveDays: number,
  { until = Number.POSITIVE_INFINITY, partSize = PART_SIZE }: ArchiveRecordsOptions,
): Promise<boolean> {
  const { kind, name } = collection;
  // Whole months, so that parts are full.
  const month = new Date(Clock.ms() - archiveDays * DAY_MS).toISOString().slice(0, 7);
  const to = minIdAt(kind, Date.parse(`${month}-01T00:00:00.000Z`) - 1);
  const listNext = (after: string | undefined): Promise<string[]> =>
    listKeysAfter(collection, [{ index: "by_time", facets: { life: "live" }, to }], {
      order: "asc",
      after,
      limit: partSize,
      isTableOnly: true,
    });
  const job = `archive-${name}`;
  const storedState = await Job.readProgress<ArchiveProgress>(job);
  let after = storedState?.month === month ? storedState.after : undefined;
  let ids = await listNext(after);
  if (ids.length === 0 && after === undefined) return true;
  let lease = await Job.claim<ArchiveProgress>(job);
  while (ids.length > 0) {
    if (performance.now() >= until) return false;
    await waitForStream(() => performance.now() < until);
    const ofMonth = ids.filter((id) => idMonth(id) === idMonth(ids[0] ?? id));
    const movable = await loadMovable(collection, ofMonth);
    if (movable.length > 0) await movePart(collection, movable);
    after = ofMonth.at(-1);
    lease = await Job.saveProgress(job, lease, { month, after });
    ids = await listNext(after);
  }
  // The next run examines the records again that were changed recently.
  await Job.saveProgress(job, lease, { month, after: undefined });
  return true;
}

interface MovableRecord {
  item: Item;
  checkpoint: Item;
}

/** Loads the records that can move: unchanged for some time, and with all their projections up to date. */
async function loadMovable(collection: Collection<BaseRecord>, ids: readonly string[]): Promise<MovableRecord[]> {
  const tenant = useTenant();
  const items = await readItems(
    ids.map((id) => recordKey(tenant, id)),
    { stubs: true },
  );
  const checkpoints = await readItems(ids.map((id) => checkpointKey(tenant, id)));
  const tagCheckpoints = collection.countsTags ? await readTagCheckpoints(tenant, ids) : [];
  const changedBefore = new Date(Clock.ms() - MIN_UNCHANGED_DAYS * DAY_MS).toISOString();
  return items.flatMap((item, index): MovableRecord[] => {
    const checkpoint = checkpoints[index];
    // The index may still show records that were already moved.
    if (!item || isStub(item) || !checkpoint || item.life !== "live") return [];
    if (Number(item.shape) !== collection.writtenShape || Number(checkpoint.version) !== Number(item.version)) return [];
    const record = collection.fromItem(item);
    if (record.updated_at >= changedBefore) return [];
    const owners = tagCheckpoints[index]?.owners;
    if (owners && diffTagOwners(owners, resolveTagOwners(collection, record)).length > 0) return [];
    return [{ item, checkpoint }];
  });
}

async function movePart(collection: Collection<BaseRecord>, records: readonly MovableRecord[]): Promise<void> {
  const { part, bytes } = Archive.buildRecordPart(records);
  await Archive.writePart(Archive.partObjectKey(collection, part), bytes);
  await put(
    Archive.buildRecordPartItem(
      collection,
      part,
      records.map(({ item }) => item),
    ),
  );
  const limited = limitConcurrency(MAX_CONCURRENCY);
  await Promise.all(records.map((record) => limited(() => moveRecord(record, part.digest))));
}

/** Replaces a record by its stub, and then deletes its checkpoint. A record that was changed meanwhile stays. */
async function moveRecord({ item, checkpoint }: MovableRecord, part: string): Promise<void> {
  const version = { ":version": item.version };
  const isMoved = await sendConditional(
    new PutCommand({
      TableName: tableName(),
      Item: buildStub(item, part),
      ConditionExpression: "version = :version and attribute_exists(#row)",
      ExpressionAttributeNames: { "#row": "row" },
      ExpressionAttributeValues: version,
    }),
  );
  if (!isMoved) return;
  // A record that was changed meanwhile has put its checkpoint back (write/transaction.ts).
  await sendConditional(
    new DeleteCommand({
      TableName: tableName(),
      Key: { pk: checkpoint.pk, sk: checkpoint.sk },
      ConditionExpression: "version = :version and attribute_not_exists(returned)",
      ExpressionAttributeValues: version,
    }),
  );
}

/** Returns whether the condition was true. */
async function sendConditional(command: PutCommand | DeleteCommand): Promise<boolean> {
  try {
    await send(command);
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}
