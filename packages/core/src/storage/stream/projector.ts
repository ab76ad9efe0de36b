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
 * What follows from a committed change: counters, search words, the audit trail, and the event on the bus.
 *
 * Beside each record stands a checkpoint with the version that was derived last and what it contributed. What may be written any number
 * of times (words, entries of orders, audit entries, whose ids are made of record and version) is there first; then the counters move
 * by the difference to the checkpoint, in one transaction with its next version: so a record that the stream delivers twice, late, or
 * after its successor has each effect once.
 *
 * The tenants of a batch are worked on side by side. Others' haste is no fault of a record: where a tenant met conflicts or throttling
 * to the end of all tries, its records come again, however often. Only what fails by itself, alone, is parked; without
 * `park` it comes again too.
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
        // Where so many fail it is not the records.
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

/** Keeps a record with its body where a redrive finds it. */
export type DeadLetterWriter = (record: DynamoDBRecord, error: Error) => Promise<void>;

/** Of one batch. */
const MAX_DEAD_LETTERS = 10;
/** Of a record alone, before it is parked. */
const MAX_SINGLE_TRIES = 3;

const sequenceNumber = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? "";

/** Whether an error says that others were faster or the table is busy, and nothing of the record. */
const isContention = (error: unknown): boolean =>
  isTransient(error) || error instanceof WriteConflict || (isFailure(error) && error.code === "CONFLICT");

/** Why a record fails by itself; undefined where it does not. */
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

/** Tenants under way at a time. */
const MAX_CONCURRENT_TENANTS = 4;

/** Derives records, the tenants side by side; gives those of which not all could be. */
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

/** What a domain keeps from the stream beside this, once what is derived is written: at least once for each change. */
export type ChangeHandler = (changes: readonly RecordChange[]) => Promise<void>;

/** Whoever follows the changes of a kind; a failure fails the batch. */
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
 * Appends to the feed of the tenant, once what is derived is written: what a checkpoint had not reached when it was first read is new.
 * Gives what wakes those who are to be told.
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

/** Of each record its latest version. */
const pickLatest = (changes: readonly RecordChange[]): RecordChange[] =>
  [...Map.groupBy(changes, (change) => change.id).values()].map((versions) =>
    versions.reduce((newest, each) => (each.version > newest.version ? each : newest)),
  );

/** Writes what follows from changes. Gives the versions up to which records were derived before, as their checkpoints said it first. */
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
    // Who sees what is read behind the checkpoints: who writes on their condition knows no less than who wrote them.
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
      // Under so many owners that not all of the entries fitted into a transaction.
      left = left.filter((_, at) => steps[at]?.done === false);
      attempt = 1;
    } else if (!(refused instanceof CheckpointConflict) || ++attempt > MAX_TRIES) throw refused;
    // Tried again when a checkpoint has moved: what is committed drops out.
  }
  return derived;
}

/**
 * The writes that bring a record's derived items from its checkpoint to its version, and to those under whom it stands, where
 * others reveal it or share it; nothing when they are there already.
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

/** Where the release before said which entries there are: from now on the checkpoint does. */
const buildFormerDeletes = (tenant: string, id: string, { version, visibility: seen }: Checkpoint): WriteAction[] =>
  version > 0 && seen?.turn === 0 ? [{ Delete: { TableName: tableName(), Key: formerEntriesKey(tenant, id) } }] : [];

/** When owner or words change, every word is written again, because each carries them all. */
function buildWordWrites(tenant: string, { collection, id }: RecordState, before: Checkpoint, next: Checkpoint): BatchWrite[] {
  const same = next.owner === before.owner && next.words.join(" ") === before.words.join(" ");
  const gone = before.words.filter((word) => !next.words.includes(word));
  return [
    ...gone.map((word) => ({ DeleteRequest: { Key: wordKey(tenant, collection.name, word, id) } })),
    ...(same ? [] : buildWordItems(tenant, collection.name, id, next)).map((Item) => ({ PutRequest: { Item } })),
  ];
}

/** Entries in orders: what stands there shows the record as lists do, and so is written with each version. */
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
 * What was written for a version that another consumer has gone beyond meanwhile, here or by whoever had the same batch before and
 * died: of what stands there nobody knows which came last. It is written again as the checkpoint says, until that has not moved.
 */
async function repairOvertaken(tenant: string, overtaken: readonly RecordState[]): Promise<void> {
  for (let left = overtaken; left.length > 0; ) {
    const ids = left.map(({ id }) => id);
    const checkpoints = await readCheckpoints(tenant, left);
    const stored = await getAll(ids.map((id) => recordKey(tenant, id)));
    const writes = left.flatMap(({ collection, id, version, after, at }, n) => {
      const [item, checkpoint = emptyCheckpoint] = [stored[n], checkpoints[n]];
      // A record that is further than its checkpoint has a change under way, with which its entries are written.
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

/** An owner that nobody is. */
const IMPOSSIBLE_OWNER = "?";

const buildCheckpointAction = (tenant: string, id: string, checkpoint: Checkpoint, before: Checkpoint): WriteAction => ({
  Put: { TableName: tableName(), Item: buildCheckpointItem(tenant, id, checkpoint), ...checkpointCondition(before) },
});

/** Holds while the checkpoint is as it was read. */
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
