import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Domain, Loader } from "../../kernel/domain.ts";
import { isFailure } from "../../kernel/error.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import type { DomainEvent, Ports } from "../../kernel/ports.ts";
import { listDomains } from "../../kernel/tenant-domains.ts";
import { findFeed } from "../read/event-feed.ts";
import { buildOrderEntry, orderEntryKey } from "../read/order-entries.ts";
import { wordKey } from "../read/search.ts";
import type { BaseRecord } from "../table/collection.ts";
import { WriteConflict } from "../table/conflict.ts";
import { type BatchWrite, backOff, readItems, tableName, writeAll } from "../table/database.ts";
import type { WriteAction } from "../table/item.ts";
import { formerEntriesKey, recordKey } from "../table/key.ts";
import { hasVisibilityEntries, listSharedNames } from "../table/viewer.ts";
import { refreshWrittenShapes } from "../table/written-shapes.ts";
import { isOutage, isTransient } from "../write/transaction.ts";
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
import { buildEvents } from "./record-events.ts";
import { countTags } from "./tag-projection.ts";
import { type GateOptions, openGate } from "./tenant-queue-gate.ts";
import { hasDerivedVisibility, listAffectedRecords, loadOwners } from "./visibility-projection.ts";
import { buildVisibilityStep } from "./visibility-steps.ts";

/**
 * Derives projections from committed changes: counters, search words, the audit trail, and events on the bus.
 *
 * Each record has a checkpoint with the last projected version and what it contributed. Idempotent writes (words, order entries, audit
 * entries with ids made of record and version) come first. The counters then change by the difference to the checkpoint, in one transaction
 * with its next version. A record that the stream delivers twice, late, or after its successor therefore has each effect once.
 *
 * The tenants of a batch are processed concurrently, and none holds up the others. The records of a tenant go to its queue
 * (tenant-queue.ts) if it is set aside already, if it floods a late batch, or if it still conflicts after `MAX_CONFLICT_TRIES`. One delivery
 * decides this, so no count of tries is stored. A record that fails by itself is parked. Without `queue` and `park`, and in an outage, the
 * batch is delivered again from the first record that is not derived.
 */
export async function projectBatch(
  ports: Ports,
  records: readonly DynamoDBRecord[],
  options: BatchOptions = {},
): Promise<DynamoDBBatchResponse> {
  const gate = options.queue && (await openGate(ports, records, options.queue));
  const again: DynamoDBRecord[] = [];
  const setAside = async (tenant: string, of: readonly DynamoDBRecord[], reason: string): Promise<void> => {
    if (of.length > 0 && !(await gate?.append(tenant, of, reason))) again.push(...of);
  };
  const direct: DynamoDBRecord[] = [];
  const queued = [...Map.groupBy(records, parseTenant)].flatMap(([tenant, of]) => {
    const reason = tenant === undefined ? undefined : gate?.reasons.get(tenant);
    if (tenant !== undefined && reason !== undefined) return [{ tenant, tenantRecords: of, reason }];
    direct.push(...of);
    return [];
  });
  const limited = limitConcurrency(MAX_CONCURRENT_TENANTS);
  const [failedTenants] = await Promise.all([
    projectTenants(ports, direct, gate ? MAX_CONFLICT_TRIES : 1),
    ...queued.map(({ tenant, tenantRecords, reason }) => limited(() => setAside(tenant, tenantRecords, reason))),
  ]);
  let parked = 0;
  for (const { tenant, records: tenantRecords, error } of failedTenants) {
    if (isOutage(error)) again.push(...tenantRecords);
    else if (isContention(error) && !options.parksConflicts) await setAside(tenant, tenantRecords, CONFLICT_REASON);
    else
      for (const [index, record] of tenantRecords.entries()) {
        const failure = await findFailure(ports, record);
        if (!failure) continue;
        const rest = tenantRecords.slice(index);
        if (isOutage(failure) || !options.park) again.push(...rest);
        else if (isContention(failure) && !options.parksConflicts) await setAside(tenant, rest, CONFLICT_REASON);
        // If this many records fail, the cause is not in the records.
        else if (++parked > MAX_DEAD_LETTERS && !options.parksConflicts) await setAside(tenant, rest, FAILURE_REASON);
        else {
          await options.park(record, failure);
          continue;
        }
        break;
      }
  }
  const first = records.find((record) => again.includes(record));
  return { batchItemFailures: first ? [{ itemIdentifier: sequenceNumber(first) }] : [] };
}

interface BatchOptions {
  /** Stores a record that fails by itself. Without it, the record is delivered again. */
  park?: DeadLetterWriter;
  /** Lets a tenant be set aside. Without it, a tenant that conflicts is delivered again. */
  queue?: GateOptions;
  /** Parks every record that fails by itself, even if it conflicts: it has waited for too long. */
  parksConflicts?: boolean;
}

/** Stores a record with its body, so that an administrator can redrive it. */
export type DeadLetterWriter = (record: DynamoDBRecord, error: Error) => Promise<void>;

/** For each batch. */
const MAX_DEAD_LETTERS = 10;
/** Tries of a single record before it is parked. */
const MAX_SINGLE_TRIES = 3;
/**
 * Tries of a tenant's records before the tenant is set aside. In each, a transaction that conflicts is tried twelve times within about four
 * seconds. There is no further try after `CONFLICT_SECONDS`, because the other tenants' next records wait.
 */
const MAX_CONFLICT_TRIES = 3;
const CONFLICT_SECONDS = 3;

const CONFLICT_REASON = "The records conflict with concurrent writes at every try";
const FAILURE_REASON = "More than ten records of a batch failed by themselves";

const sequenceNumber = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? "";

/** Returns whether an error comes from concurrent writers or a busy table, and not from the record. */
const isContention = (error: unknown): boolean =>
  isTransient(error) || error instanceof WriteConflict || (isFailure(error) && error.code === "CONFLICT");

/** Returns the error of a record that is processed alone; undefined if it succeeds. */
async function findFailure(ports: Ports, record: DynamoDBRecord): Promise<Error | undefined> {
  for (let attempt = 1; ; attempt++) {
    const [failed] = await projectTenants(ports, [record], 1);
    if (!failed || attempt >= MAX_SINGLE_TRIES || isContention(failed.error)) return failed?.error;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
  }
}

interface FailedTenant {
  tenant: string;
  /** The records of the tenant, in their order. */
  records: readonly DynamoDBRecord[];
  error: Error;
}

/** Tenants that are processed at the same time. */
const MAX_CONCURRENT_TENANTS = 4;

/** Projects records, tenants concurrently. Returns the tenants that failed. */
async function projectTenants(ports: Ports, records: readonly DynamoDBRecord[], conflictTries: number): Promise<FailedTenant[]> {
  const limited = limitConcurrency(MAX_CONCURRENT_TENANTS);
  const byTenant = [...Map.groupBy(records, parseTenant)].flatMap(([tenant, tenantRecords]) =>
    tenant ? [{ tenant, tenantRecords }] : [],
  );
  const ends = await Promise.all(
    byTenant.map(({ tenant, tenantRecords }) =>
      limited(async (): Promise<FailedTenant | undefined> => {
        try {
          await retryConflicts(conflictTries, () => projectTenant(ports, tenant, tenantRecords));
          return undefined;
        } catch (error) {
          const cause = error instanceof Error ? error : new Error(String(error));
          const fields = {
            tenant,
            sequence: tenantRecords[0] && sequenceNumber(tenantRecords[0]),
            error: cause.stack ?? cause.message,
          };
          ports.log.write(isContention(cause) ? "warn" : "error", "A change could not be derived", fields);
          return { tenant, records: tenantRecords, error: cause };
        }
      }),
    ),
  );
  return ends.filter((end) => end !== undefined);
}

/** Retries work that conflicts, up to so many tries and for `CONFLICT_SECONDS`. */
async function retryConflicts(tries: number, work: () => Promise<void>): Promise<void> {
  const until = performance.now() + CONFLICT_SECONDS * 1000;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error) || isOutage(error) || attempt >= tries || performance.now() > until) throw error;
      await backOff(attempt + 3);
    }
  }
}

/** A handler of a domain for the changes of a kind. It runs after the projections are written, at least once for each change. */
type ChangeHandler = (changes: readonly RecordChange[]) => Promise<void>;

const indexChangeHandlers = memoizeByObject((domains: readonly Domain[]) =>
  Map.groupBy(
    domains.flatMap(({ changeHandlers = {} }) => Object.entries(changeHandlers as Record<string, Loader<ChangeHandler>>)),
    ([kind]) => kind,
  ),
);

/** Loads the change handlers of a kind. If a handler fails, the batch fails. */
async function loadChangeHandlers(kind: string): Promise<ChangeHandler[]> {
  const loaders = indexChangeHandlers(listDomains()).get(kind) ?? [];
  return Promise.all(loaders.map(([, load]) => load()));
}

/** A watcher of all changes. It returns further events. */
type ChangeWatcher = (changes: readonly RecordChange[]) => Promise<readonly DomainEvent[]>;

/** Returns the events of the domains that watch all changes. */
async function watchChanges(changes: readonly RecordChange[]): Promise<DomainEvent[]> {
  const watchers = listDomains().flatMap(({ changeWatchers = {} }) => Object.values(changeWatchers));
  const found = await Promise.all(watchers.map(async ({ load }) => ((await load()) as ChangeWatcher)(changes)));
  return found.flat();
}

async function projectTenant(ports: Ports, tenant: string, records: readonly DynamoDBRecord[]): Promise<void> {
  const context = systemContext(ports, tenant, "stream");
  const parsed = await runIn(systemContext(ports, undefined, "stream"), () => Promise.all(records.map(parseChange)));
  const changes = parsed.filter((change) => change !== undefined);
  if (changes.length === 0) return;
  await runIn(context, async () => {
    // Derived entries contain rows, which the release before may read too.
    await refreshWrittenShapes(changes.map(({ collection }) => collection));
    const latest = [...pickLatest(changes), ...(await listAffectedRecords(changes))];
    const byFeed = Map.groupBy(changes, ({ collection }) => findFeed(collection));
    const [published = [], others = []] = [byFeed.get("events"), byFeed.get("changes")];
    const feed = published.length > 0 ? await FeedWriter.readKnownPage("events") : undefined;
    const derived = await applyChanges(tenant, changes, latest);
    await refreshPathEntries(pickLatest(changes));
    await countTags(changes);
    for (const [{ name }, ofKind] of Map.groupBy(changes, ({ collection }) => collection))
      for (const onChange of await loadChangeHandlers(name)) await onChange(ofKind);
    const events = [...changes.flatMap(buildEvents), ...(await watchChanges(changes))];
    if (others.length > 0) await FeedWriter.appendChanges(others);
    await ports.bus.publish(feed ? [...events, ...(await appendToFeed(feed, published, derived, records))] : events);
  });
}

/**
 * Appends to the tenant's feed after the projections are written. Events of versions beyond the first-read checkpoint are new. Returns the
 * events that wake subscribed endpoints.
 */
async function appendToFeed(
  feed: FeedWriter.KnownPage,
  publishedChanges: readonly RecordChange[],
  derived: ReadonlyMap<string, number>,
  records: readonly DynamoDBRecord[],
): Promise<DomainEvent[]> {
  const byRecord = new Map(
    [...Map.groupBy(publishedChanges, ({ id }) => id)].map(([id, versions]) => [
      id,
      versions.toSorted((a, b) => a.version - b.version),
    ]),
  );
  const inOrder = publishedChanges.flatMap(({ id }) => byRecord.get(id)?.shift() ?? []);
  const feedEvents = inOrder.flatMap((change) => {
    const isAgain = change.version <= (derived.get(change.id) ?? change.version);
    return buildEvents(change).map((event) => ({ event, isRedelivered: isAgain }));
  });
  const since = Math.min(...records.map(({ dynamodb }) => Number(dynamodb?.ApproximateCreationDateTime ?? 0) * 1000));
  await FeedWriter.append(feed, feedEvents, since);
  return FeedWriter.buildWakeEvents(
    feed,
    feedEvents.map(({ event }) => event),
  );
}

const MAX_TRIES = 6;

/** Returns the latest version of each record. */
const pickLatest = (changes: readonly RecordChange[]): RecordChange[] =>
  [...Map.groupBy(changes, (change) => change.id).values()].map((versions) =>
    versions.reduce((newest, change) => (change.version > newest.version ? change : newest)),
  );

/** Writes the projections of changes. Returns the version of each record's checkpoint when it was first read. */
async function applyChanges(
  tenant: string,
  changes: readonly RecordChange[],
  latest: readonly RecordState[],
): Promise<ReadonlyMap<string, number>> {
  await writeAll((await buildAuditItems(changes)).map((Item) => ({ PutRequest: { Item } })));
  const derived = new Map<string, number>();
  let remainingStates = latest;
  for (let attempt = 1; remainingStates.length > 0; ) {
    const checkpoints = await readCheckpoints(tenant, remainingStates);
    for (const [index, { id }] of remainingStates.entries())
      if (!derived.has(id)) derived.set(id, checkpoints[index]?.version ?? 0);
    // Visibility is read after the checkpoints, so that a write conditional on a checkpoint never uses older visibility than the
    // checkpoint's writer did.
    const revealed = remainingStates.filter(({ collection }) => hasDerivedVisibility(collection));
    const ownersByRecord = new Map((await loadOwners(revealed)).map((owners, index) => [revealed[index], owners]));
    const listOwners = (state: RecordState): readonly string[] =>
      ownersByRecord.get(state) ?? listSharedNames(state.collection, state.after);
    const steps = remainingStates.map((state, index) =>
      buildRecordStep(tenant, state, checkpoints[index] ?? emptyCheckpoint, listOwners(state)),
    );
    const commitError = await commitUnits(
      tenant,
      steps.flatMap((step) => step?.unit ?? []),
    );
    if (!commitError) {
      await repairOvertaken(
        tenant,
        remainingStates.filter(({ version }, index) => version < (checkpoints[index]?.version ?? 0)),
      );
      // The record has so many owners that its entries need further transactions.
      remainingStates = remainingStates.filter((_, index) => steps[index]?.done === false);
      attempt = 1;
    } else if (!(commitError instanceof CheckpointConflict) || ++attempt > MAX_TRIES) throw commitError;
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
  state: RecordState,
  checkpoint: Checkpoint,
  owners: readonly string[],
): CommitStep | undefined {
  const { collection, id, version, after, changedAt } = state;
  const next = buildCheckpoint(collection, after, version, owners);
  const entry = hasVisibilityEntries(collection)
    ? buildVisibilityStep(tenant, state, checkpoint.visibility?.entries ?? {}, owners)
    : undefined;
  const isLevel = version === checkpoint.version && next.owner === checkpoint.owner && !entry?.isChanged;
  if (version < checkpoint.version || isLevel) return undefined;
  if (entry) next.visibility = { entries: entry.entries, turn: (checkpoint.visibility?.turn ?? 0) + 1 };
  const before = [...buildWordWrites(tenant, state, checkpoint, next), ...buildOrderWrites(tenant, state, checkpoint, next)];
  const actions = [
    buildCheckpointAction(tenant, id, next, checkpoint),
    ...(entry?.actions ?? []),
    ...(hasDerivedVisibility(collection) ? buildFormerDeletes(tenant, id, checkpoint) : []),
  ];
  const unit: CommitUnit = { idempotentWrites: before, actions, deltas: entry?.deltas ?? new Map(), at: changedAt };
  for (const [scope, counts] of listAdditions(checkpoint)) addDeltas(unit.deltas, `${collection.name}/${scope}`, counts, -1);
  for (const [scope, counts] of listAdditions(next)) addDeltas(unit.deltas, `${collection.name}/${scope}`, counts, 1);
  return { unit, done: entry?.done ?? true };
}

/** Deletes the item in which an earlier release stored the names of the entries: from now on the checkpoint has them. */
const buildFormerDeletes = (tenant: string, id: string, { version, visibility }: Checkpoint): WriteAction[] =>
  version > 0 && visibility?.turn === 0 ? [{ Delete: { TableName: tableName(), Key: formerEntriesKey(tenant, id) } }] : [];

/** If the owner or the words change, every word item is rewritten, because each holds them all. */
function buildWordWrites(tenant: string, { collection, id }: RecordState, before: Checkpoint, next: Checkpoint): BatchWrite[] {
  const isUnchanged = next.owner === before.owner && next.words.join(" ") === before.words.join(" ");
  const removedWords = before.words.filter((word) => !next.words.includes(word));
  return [
    ...removedWords.map((word) => ({ DeleteRequest: { Key: wordKey(tenant, collection.name, word, id) } })),
    ...(isUnchanged ? [] : buildWordItems(tenant, collection.name, id, next)).map((Item) => ({ PutRequest: { Item } })),
  ];
}

/** Order entries contain the row of the record, so they are rewritten with each version. */
function buildOrderWrites(
  tenant: string,
  { collection, id, after }: RecordState,
  before: Checkpoint,
  next: Checkpoint,
): BatchWrite[] {
  const removedOrderKeys = Object.entries(before.orderKeys).filter(([field, value]) => next.orderKeys[field] !== value);
  const currentOrderKeys = after ? Object.entries(next.orderKeys) : [];
  return [
    ...removedOrderKeys.map(([field, value]) => ({
      DeleteRequest: { Key: orderEntryKey(tenant, collection.name, field, value, id) },
    })),
    ...currentOrderKeys.map(([field, value]) => ({
      PutRequest: { Item: buildOrderEntry(tenant, collection, { field, value }, after as BaseRecord) },
    })),
  ];
}

/**
 * Repairs idempotent writes for versions that another consumer has overtaken, in this call or in a killed one: it is unknown which write
 * came last. Writes them again according to the checkpoint until the checkpoint no longer changes.
 */
async function repairOvertaken(tenant: string, overtaken: readonly RecordState[]): Promise<void> {
  for (let remainingStates = overtaken; remainingStates.length > 0; ) {
    const ids = remainingStates.map(({ id }) => id);
    const checkpoints = await readCheckpoints(tenant, remainingStates);
    const stored = await readItems(ids.map((id) => recordKey(tenant, id)));
    const writes = remainingStates.flatMap(({ collection, id, version, after, changedAt }, n) => {
      const [item, checkpoint = emptyCheckpoint] = [stored[n], checkpoints[n]];
      // If the record is newer than its checkpoint, a pending change will write its entries.
      const isLevel = Number(item?.version) === checkpoint.version;
      const state: RecordState = {
        collection,
        id,
        version,
        after: item && isLevel ? collection.fromItem(item) : undefined,
        changedAt,
      };
      const overtakenCheckpoint = buildCheckpoint(collection, after, version);
      return [
        ...buildWordWrites(tenant, state, { ...overtakenCheckpoint, owner: IMPOSSIBLE_OWNER }, checkpoint),
        ...buildOrderWrites(tenant, state, overtakenCheckpoint, checkpoint),
      ];
    });
    await writeAll(writes);
    const now = await readCheckpoints(tenant, remainingStates);
    remainingStates = remainingStates.filter(
      (_, index) => now[index]?.version !== checkpoints[index]?.version || now[index]?.owner !== checkpoints[index]?.owner,
    );
  }
}

/** An owner id that does not exist. */
const IMPOSSIBLE_OWNER = "?";

const buildCheckpointAction = (tenant: string, id: string, checkpoint: Checkpoint, before: Checkpoint): WriteAction => ({
  Put: { TableName: tableName(), Item: buildCheckpointItem(tenant, id, checkpoint), ...checkpointCondition(before) },
});

/** The condition that the checkpoint is unchanged since it was read. */
const checkpointCondition = ({ version, owner, visibility }: Checkpoint) =>
  version === 0
    ? { ConditionExpression: "attribute_not_exists(pk)" }
    : {
        ConditionExpression: `version = :version and #owner = :owner and ${visibility?.turn ? "turn = :turn" : "attribute_not_exists(turn)"}`,
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: {
          ":version": version,
          ":owner": owner,
          ...(visibility?.turn ? { ":turn": visibility.turn } : {}),
        },
      };
