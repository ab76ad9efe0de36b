import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { runIn, systemContext, usePorts } from "../../kernel/context.ts";
import type { Loader } from "../../kernel/domain.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent, Ports } from "../../kernel/ports.ts";
import { isPublished } from "../read/event-feed.ts";
import { buildOrderEntry, orderEntryKey } from "../read/order-entries.ts";
import { wordKey } from "../read/search.ts";
import type { BaseRecord } from "../table/collection.ts";
import { WriteConflict } from "../table/conflict.ts";
import { type BatchWrite, getAll, tableName, writeAll } from "../table/database.ts";
import type { WriteAction } from "../table/item.ts";
import { formerEntriesKey, recordKey } from "../table/key.ts";
import { hasVisibilityEntries, listSharedNames } from "../table/viewer.ts";
import { listChangedFields } from "../write/records.ts";
import { isTransient } from "../write/transaction.ts";
import { buildAuditItems } from "./audit-trail.ts";
import {
  buildCheckpoint,
  buildCheckpointItem,
  buildWordItems,
  type Checkpoint,
  emptyCheckpoint,
  listAdditions,
  readCheckpoints,
} from "./checkpoint.ts";
import { addDeltas, CheckpointConflict, type CommitStep, type CommitUnit, commitUnits } from "./commit.ts";
import { FeedWriter } from "./feed-writer.ts";
import { refreshPathEntries } from "./path-projection.ts";
import type { RecordState } from "./path-steps.ts";
import { parseChange, parseTenant, type RecordChange } from "./record-change.ts";
import { countTags } from "./tag-projection.ts";
import { hasDerivedVisibility, listAffectedRecords, loadOwners } from "./visibility-projection.ts";
import { buildVisibilityStep } from "./visibility-steps.ts";

/**
 * Derives projections from committed changes: counters, search words, the audit trail, and events on the bus.
 *
 * Each record has a checkpoint with the last projected version and what it contributed. Idempotent writes (words, order entries, audit
 * entries with ids made of record and version) come first. The counters then change by the difference to the checkpoint, in one transaction
 * with its next version. A record that the stream delivers twice, late, or after its successor therefore has each effect once.
 *
 * The tenants of a batch are processed concurrently. Contention is not the fault of a record: if a tenant's records fail by conflicts or
 * throttling at every try, they are retried without limit. Only a record that fails by itself is parked; without `park` it is retried too.
 */
export async function projectBatch(
  ports: Ports,
  records: readonly DynamoDBRecord[],
  park?: DeadLetterWriter,
): Promise<DynamoDBBatchResponse> {
  const again: DynamoDBRecord[] = [];
  let parked = 0;
  for (const { records: of, error } of await projectTenants(ports, records)) {
    if (isContention(error)) again.push(...of);
    else
      for (const record of of) {
        const failure = await findFailure(ports, record);
        if (!failure) continue;
        // If this many records fail, the cause is not in the records.
        if (!park || isContention(failure) || ++parked > MAX_DEAD_LETTERS) {
          again.push(record);
          break;
        }
        await park(record, failure);
      }
  }
  const first = records.find((record) => again.includes(record));
  return { batchItemFailures: first ? [{ itemIdentifier: sequenceNumber(first) }] : [] };
}

/** Stores a record with its body, so that an administrator can redrive it. */
export type DeadLetterWriter = (record: DynamoDBRecord, error: Error) => Promise<void>;

/** For each batch. */
const MAX_DEAD_LETTERS = 10;
/** Tries of a single record before it is parked. */
const MAX_SINGLE_TRIES = 3;

const sequenceNumber = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? "";

/** Returns whether an error comes from concurrent writers or a busy table, and not from the record. */
const isContention = (error: unknown): boolean =>
  isTransient(error) || error instanceof WriteConflict || (isFailure(error) && error.code === "CONFLICT");

/** Returns the error of a record that is processed alone; undefined if it succeeds. */
async function findFailure(ports: Ports, record: DynamoDBRecord): Promise<Error | undefined> {
  for (let attempt = 1; ; attempt++) {
    const [failed] = await projectTenants(ports, [record]);
    if (!failed || attempt >= MAX_SINGLE_TRIES || isContention(failed.error)) return failed?.error;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
  }
}

interface FailedTenant {
  /** The records of the tenant, in their order. */
  records: readonly DynamoDBRecord[];
  error: Error;
}

/** Tenants that are processed at the same time. */
const MAX_CONCURRENT_TENANTS = 4;

/** Projects records, tenants concurrently. Returns the tenants that failed. */
async function projectTenants(ports: Ports, records: readonly DynamoDBRecord[]): Promise<FailedTenant[]> {
  const limited = limitConcurrency(MAX_CONCURRENT_TENANTS);
  const byTenant = [...Map.groupBy(records, parseTenant)].flatMap(([tenant, of]) => (tenant ? [{ tenant, of }] : []));
  const ends = await Promise.all(
    byTenant.map(({ tenant, of }) =>
      limited(async (): Promise<FailedTenant | undefined> => {
        try {
          await projectTenant(ports, tenant, of);
          return undefined;
        } catch (error) {
          const cause = error instanceof Error ? error : new Error(String(error));
          const fields = { tenant, sequence: of[0] && sequenceNumber(of[0]), error: cause.stack ?? cause.message };
          ports.log.write(isContention(cause) ? "warn" : "error", "A change could not be derived", fields);
          return { records: of, error: cause };
        }
      }),
    ),
  );
  return ends.filter((end) => end !== undefined);
}

/** A handler of a domain for the changes of a kind. It runs after the projections are written, at least once for each change. */
export type ChangeHandler = (changes: readonly RecordChange[]) => Promise<void>;

/** Loads the change handlers of a kind. If a handler fails, the batch fails. */
async function loadChangeHandlers(kind: string): Promise<ChangeHandler[]> {
  const loads = usePorts().domains.flatMap(({ changeHandlers: follows = {} }) =>
    Object.hasOwn(follows, kind) ? [follows[kind] as Loader<ChangeHandler>] : [],
  );
  return Promise.all(loads.map((load) => load()));
}

async function projectTenant(ports: Ports, tenant: string, records: readonly DynamoDBRecord[]): Promise<void> {
  const context = systemContext(ports, tenant, "stream");
  const parsed = await runIn(systemContext(ports, undefined, "stream"), () => Promise.all(records.map(parseChange)));
  const changes = parsed.filter((change) => change !== undefined);
  if (changes.length === 0) return;
  await runIn(context, async () => {
    const latest = [...pickLatest(changes), ...(await listAffectedRecords(changes))];
    const feed = changes.some(({ collection: { kind } }) => isPublished(kind)) ? await FeedWriter.readKnownPage() : undefined;
    const derived = await applyChanges(tenant, changes, latest);
    await refreshPathEntries(pickLatest(changes));
    await countTags(changes);
    for (const [{ name }, ofKind] of Map.groupBy(changes, ({ collection }) => collection))
      for (const onChange of await loadChangeHandlers(name)) await onChange(ofKind);
    const events = changes.flatMap(buildEvents);
    await ports.bus.publish(feed ? [...events, ...(await appendToFeed(feed, changes, derived, records))] : events);
  });
}

/**
 * Appends to the tenant's feed after the projections are written. Events of versions beyond the first-read checkpoint are new. Returns the
 * events that wake subscribed endpoints.
 */
async function appendToFeed(
  feed: FeedWriter.KnownPage,
  changes: readonly RecordChange[],
  derived: ReadonlyMap<string, number>,
  records: readonly DynamoDBRecord[],
): Promise<DomainEvent[]> {
  const of = changes.filter(({ collection: { kind } }) => isPublished(kind));
  const byRecord = new Map(
    [...Map.groupBy(of, ({ id }) => id)].map(([id, versions]) => [id, versions.toSorted((a, b) => a.version - b.version)]),
  );
  const inOrder = of.flatMap(({ id }) => byRecord.get(id)?.shift() ?? []);
  const told = inOrder.flatMap((change) => {
    const isAgain = change.version <= (derived.get(change.id) ?? change.version);
    return buildEvents(change).map((event) => ({ event, isRedelivered: isAgain }));
  });
  const since = Math.min(...records.map(({ dynamodb }) => Number(dynamodb?.ApproximateCreationDateTime ?? 0) * 1000));
  await FeedWriter.append(feed, told, since);
  return FeedWriter.buildWakeEvents(
    feed,
    told.map(({ event }) => event),
  );
}

const MAX_TRIES = 6;

/** Returns the latest version of each record. */
const pickLatest = (changes: readonly RecordChange[]): RecordChange[] =>
  [...Map.groupBy(changes, (change) => change.id).values()].map((versions) =>
    versions.reduce((newest, each) => (each.version > newest.version ? each : newest)),
  );

/** Writes the projections of changes. Returns the version of each record's checkpoint when it was first read. */
async function applyChanges(
  tenant: string,
  changes: readonly RecordChange[],
  latest: readonly RecordState[],
): Promise<ReadonlyMap<string, number>> {
  await writeAll((await buildAuditItems(changes)).map((Item) => ({ PutRequest: { Item } })));
  const derived = new Map<string, number>();
  let left = latest;
  for (let attempt = 1; left.length > 0; ) {
    const checkpoints = await readCheckpoints(tenant, left);
    for (const [at, { id }] of left.entries()) if (!derived.has(id)) derived.set(id, checkpoints[at]?.version ?? 0);
    // Visibility is read after the checkpoints, so that a write conditional on a checkpoint never uses older visibility than the
    // checkpoint's writer did.
    const revealed = left.filter(({ collection }) => hasDerivedVisibility(collection));
    const under = new Map((await loadOwners(revealed)).map((owners, at) => [revealed[at], owners]));
    const underOf = (each: RecordState): readonly string[] => under.get(each) ?? listSharedNames(each.collection, each.after);
    const steps = left.map((each, at) => buildRecordStep(tenant, each, checkpoints[at] ?? emptyCheckpoint, underOf(each)));
    const refused = await commitUnits(
      tenant,
      steps.flatMap((step) => step?.unit ?? []),
    );
    if (!refused) {
      await repairOvertaken(
        tenant,
        left.filter(({ version }, at) => version < (checkpoints[at]?.version ?? 0)),
      );
      // The record has so many owners that its entries need further transactions.
      left = left.filter((_, at) => steps[at]?.done === false);
      attempt = 1;
    } else if (!(refused instanceof CheckpointConflict) || ++attempt > MAX_TRIES) throw refused;
    // After a checkpoint conflict, the records are read again; those that were committed drop out.
  }
  return derived;
}

/**
 * Builds the writes that bring a record's projections from its checkpoint to its version and current viewers; undefined if they are up to
 * date.
 */
function buildRecordStep(
  tenant: string,
  shown: RecordState,
  checkpoint: Checkpoint,
  under: readonly string[],
): CommitStep | undefined {
  const { collection, id, version, after, at } = shown;
  const next = buildCheckpoint(collection, after, version, under);
  const entry = hasVisibilityEntries(collection)
    ? buildVisibilityStep(tenant, shown, checkpoint.visibility?.entries ?? {}, under)
    : undefined;
  const isLevel = version === checkpoint.version && next.owner === checkpoint.owner && !entry?.isChanged;
  if (version < checkpoint.version || isLevel) return undefined;
  if (entry) next.visibility = { entries: entry.entries, turn: (checkpoint.visibility?.turn ?? 0) + 1 };
  const before = [...buildWordWrites(tenant, shown, checkpoint, next), ...buildOrderWrites(tenant, shown, checkpoint, next)];
  const actions = [
    buildCheckpointAction(tenant, id, next, checkpoint),
    ...(entry?.actions ?? []),
    ...(hasDerivedVisibility(collection) ? buildFormerDeletes(tenant, id, checkpoint) : []),
  ];
  const unit: CommitUnit = { idempotentWrites: before, actions, deltas: entry?.deltas ?? new Map(), at };
  for (const [scope, counts] of listAdditions(checkpoint)) addDeltas(unit.deltas, `${collection.name}/${scope}`, counts, -1);
  for (const [scope, counts] of listAdditions(next)) addDeltas(unit.deltas, `${collection.name}/${scope}`, counts, 1);
  return { unit, done: entry?.done ?? true };
}

/** Deletes the item in which an earlier release stored the names of the entries: from now on the checkpoint has them. */
const buildFormerDeletes = (tenant: string, id: string, { version, visibility: seen }: Checkpoint): WriteAction[] =>
  version > 0 && seen?.turn === 0 ? [{ Delete: { TableName: tableName(), Key: formerEntriesKey(tenant, id) } }] : [];

/** If the owner or the words change, every word item is rewritten, because each holds them all. */
function buildWordWrites(tenant: string, { collection, id }: RecordState, before: Checkpoint, next: Checkpoint): BatchWrite[] {
  const same = next.owner === before.owner && next.words.join(" ") === before.words.join(" ");
  const gone = before.words.filter((word) => !next.words.includes(word));
  return [
    ...gone.map((word) => ({ DeleteRequest: { Key: wordKey(tenant, collection.name, word, id) } })),
    ...(same ? [] : buildWordItems(tenant, collection.name, id, next)).map((Item) => ({ PutRequest: { Item } })),
  ];
}

/** Order entries contain the row of the record, so they are rewritten with each version. */
function buildOrderWrites(
  tenant: string,
  { collection, id, after }: RecordState,
  before: Checkpoint,
  next: Checkpoint,
): BatchWrite[] {
  const gone = Object.entries(before.orderKeys).filter(([field, value]) => next.orderKeys[field] !== value);
  const there = after ? Object.entries(next.orderKeys) : [];
  return [
    ...gone.map(([field, value]) => ({ DeleteRequest: { Key: orderEntryKey(tenant, collection.name, field, value, id) } })),
    ...there.map(([field, value]) => ({
      PutRequest: { Item: buildOrderEntry(tenant, collection, { field, value }, after as BaseRecord) },
    })),
  ];
}

/**
 * Repairs idempotent writes for versions that another consumer has overtaken, in this call or in a killed one: it is unknown which write
 * came last. Writes them again according to the checkpoint until the checkpoint no longer changes.
 */
async function repairOvertaken(tenant: string, overtaken: readonly RecordState[]): Promise<void> {
  for (let left = overtaken; left.length > 0; ) {
    const ids = left.map(({ id }) => id);
    const checkpoints = await readCheckpoints(tenant, left);
    const stored = await getAll(ids.map((id) => recordKey(tenant, id)));
    const writes = left.flatMap(({ collection, id, version, after, at }, n) => {
      const [item, checkpoint = emptyCheckpoint] = [stored[n], checkpoints[n]];
      // If the record is newer than its checkpoint, a pending change will write its entries.
      const isLevel = Number(item?.version) === checkpoint.version;
      const shown: RecordState = { collection, id, version, after: item && isLevel ? collection.fromItem(item) : undefined, at };
      const mine = buildCheckpoint(collection, after, version);
      return [
        ...buildWordWrites(tenant, shown, { ...mine, owner: IMPOSSIBLE_OWNER }, checkpoint),
        ...buildOrderWrites(tenant, shown, mine, checkpoint),
      ];
    });
    await writeAll(writes);
    const now = await readCheckpoints(tenant, left);
    left = left.filter((_, at) => now[at]?.version !== checkpoints[at]?.version || now[at]?.owner !== checkpoints[at]?.owner);
  }
}

/** An owner id that does not exist. */
const IMPOSSIBLE_OWNER = "?";

const buildCheckpointAction = (tenant: string, id: string, checkpoint: Checkpoint, before: Checkpoint): WriteAction => ({
  Put: { TableName: tableName(), Item: buildCheckpointItem(tenant, id, checkpoint), ...checkpointCondition(before) },
});

/** The condition that the checkpoint is unchanged since it was read. */
const checkpointCondition = ({ version, owner, visibility: seen }: Checkpoint) =>
  version === 0
    ? { ConditionExpression: "attribute_not_exists(pk)" }
    : {
        ConditionExpression: `version = :version and #owner = :owner and ${seen?.turn ? "turn = :turn" : "attribute_not_exists(turn)"}`,
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":version": version, ":owner": owner, ...(seen?.turn ? { ":turn": seen.turn } : {}) },
      };

function buildEvents({ tenant, collection, id, version, before, after, writtenBy: by, at }: RecordChange): DomainEvent[] {
  const own = Object.entries(collection.definition.events ?? {});
  const types = after
    ? [baseEventType(before, after), ...own.flatMap(([type, isMade]) => (isMade(after, before) ? [type] : []))]
    : ["removed"];
  const changed = listChangedFields(collection, before, after);
  return types.map((type) => ({
    id: `${id}.${version}.${type}`,
    type: `${collection.name}.${type}`,
    tenant_id: tenant,
    record_id: id,
    version,
    actor_id: by.actor,
    request_id: by.request,
    at,
    changed,
  }));
}

function baseEventType(before: BaseRecord | undefined, after: BaseRecord): string {
  if (!before) return "created";
  if (Boolean(before.deleted_at) !== Boolean(after.deleted_at)) return after.deleted_at ? "deleted" : "restored";
  return "updated";
}
