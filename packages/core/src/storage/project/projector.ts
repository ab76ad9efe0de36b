import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { runIn, systemContext, usePorts } from "../../kernel/context.ts";
import type { Load } from "../../kernel/domain.ts";
import { isFailure } from "../../kernel/error.ts";
import { atMost } from "../../kernel/pool.ts";
import type { DomainEvent, Ports } from "../../kernel/ports.ts";
import { isTold } from "../read/feed.ts";
import { placeItem, placeKey } from "../read/order-entries.ts";
import { wordKey } from "../read/search.ts";
import type { BaseRecord } from "../table/collection.ts";
import { getAll, tableName, type Write, writeAll } from "../table/database.ts";
import type { Action } from "../table/item.ts";
import { recordKey, seenCheckpointKey } from "../table/key.ts";
import { Moved } from "../table/moved.ts";
import { hasEntries, sharedUnder } from "../table/share.ts";
import { changedIn } from "../write/records.ts";
import { isPassing } from "../write/transaction.ts";
import { auditItems } from "./audit.ts";
import { type Change, changeOf, tenantOf } from "./change.ts";
import { additionsOf, type Checkpoint, checkpointItem, checkpointOf, nothing, readCheckpoints, wordItems } from "./checkpoint.ts";
import { Appending } from "./feed.ts";
import { bringUp } from "./path-projection.ts";
import type { Shown } from "./path-steps.ts";
import { isRevealed, revealedBy, standing } from "./sight-projection.ts";
import { entryStep } from "./sight-steps.ts";
import { countTags } from "./tag-projection.ts";
import { addDeltas, CheckpointRefused, commitPacked, type Step, type Unit } from "./unit.ts";

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
  park?: Park,
): Promise<DynamoDBBatchResponse> {
  const again: DynamoDBRecord[] = [];
  let parked = 0;
  for (const { of, error } of await derive(ports, records)) {
    if (isHaste(error)) again.push(...of);
    else
      for (const record of of) {
        const failure = await failureOf(ports, record);
        if (!failure) continue;
        // Where so many fail it is not the records.
        if (!park || isHaste(failure) || ++parked > MOST_PARKED) {
          again.push(record);
          break;
        }
        await park(record, failure);
      }
  }
  const first = records.find((record) => again.includes(record));
  return { batchItemFailures: first ? [{ itemIdentifier: sequenceOf(first) }] : [] };
}

/** Keeps a record with its body where a redrive finds it. */
export type Park = (record: DynamoDBRecord, error: Error) => Promise<void>;

/** Of one batch. */
const MOST_PARKED = 10;
/** Of a record alone, before it is parked. */
const TRIES_ALONE = 3;

const sequenceOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? "";

/** Whether an error says that others were faster or the table is busy, and nothing of the record. */
const isHaste = (error: unknown): boolean =>
  isPassing(error) || error instanceof Moved || (isFailure(error) && error.code === "CONFLICT");

/** Why a record fails by itself; undefined where it does not. */
async function failureOf(ports: Ports, record: DynamoDBRecord): Promise<Error | undefined> {
  for (let attempt = 1; ; attempt++) {
    const [failed] = await derive(ports, [record]);
    if (!failed || attempt >= TRIES_ALONE || isHaste(failed.error)) return failed?.error;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
  }
}

interface Failed {
  /** The records of the tenant, in their order. */
  of: readonly DynamoDBRecord[];
  error: Error;
}

/** Tenants under way at a time. */
const AT_ONCE = 4;

/** Derives records, the tenants side by side; gives those of which not all could be. */
async function derive(ports: Ports, records: readonly DynamoDBRecord[]): Promise<Failed[]> {
  const limited = atMost(AT_ONCE);
  const byTenant = [...Map.groupBy(records, tenantOf)].flatMap(([tenant, of]) => (tenant ? [{ tenant, of }] : []));
  const ends = await Promise.all(
    byTenant.map(({ tenant, of }) =>
      limited(async (): Promise<Failed | undefined> => {
        try {
          await deriveTenant(ports, tenant, of);
          return undefined;
        } catch (error) {
          const cause = error instanceof Error ? error : new Error(String(error));
          const fields = { tenant, sequence: of[0] && sequenceOf(of[0]), error: cause.stack ?? cause.message };
          ports.log.write(isHaste(cause) ? "warn" : "error", "A change could not be derived", fields);
          return { of, error: cause };
        }
      }),
    ),
  );
  return ends.filter((end) => end !== undefined);
}

/** What a domain keeps from the stream beside this, once what is derived is written: at least once for each change. */
export type OnChange = (changes: readonly Change[]) => Promise<void>;

/** Whoever follows the changes of a kind; a failure fails the batch. */
async function followersOf(kind: string): Promise<OnChange[]> {
  const loads = usePorts().domains.flatMap(({ follows = {} }) =>
    Object.hasOwn(follows, kind) ? [follows[kind] as Load<OnChange>] : [],
  );
  return Promise.all(loads.map((load) => load()));
}

async function deriveTenant(ports: Ports, tenant: string, records: readonly DynamoDBRecord[]): Promise<void> {
  const context = systemContext(ports, tenant, "stream");
  const parsed = await runIn(systemContext(ports, undefined, "stream"), () => Promise.all(records.map(changeOf)));
  const changes = parsed.filter((change) => change !== undefined);
  if (changes.length === 0) return;
  await runIn(context, async () => {
    const latest = [...latestOf(changes), ...(await revealedBy(changes))];
    const feed = changes.some(({ collection: { kind } }) => isTold(kind)) ? await Appending.reached() : undefined;
    const derived = await apply(tenant, changes, latest);
    await bringUp(latestOf(changes));
    await countTags(changes);
    for (const [{ name }, ofKind] of Map.groupBy(changes, ({ collection }) => collection))
      for (const onChange of await followersOf(name)) await onChange(ofKind);
    const events = changes.flatMap(eventsOf);
    await ports.bus.publish(feed ? [...events, ...(await fed(feed, changes, derived, records))] : events);
  });
}

/**
 * Appends to the feed of the tenant, once what is derived is written: what a checkpoint had not reached when it was first read is new.
 * Gives what wakes those who are to be told.
 */
async function fed(
  feed: Appending.Known,
  changes: readonly Change[],
  derived: ReadonlyMap<string, number>,
  records: readonly DynamoDBRecord[],
): Promise<DomainEvent[]> {
  const of = changes.filter(({ collection: { kind } }) => isTold(kind));
  const byRecord = new Map(
    [...Map.groupBy(of, ({ id }) => id)].map(([id, versions]) => [id, versions.toSorted((a, b) => a.version - b.version)]),
  );
  const inOrder = of.flatMap(({ id }) => byRecord.get(id)?.shift() ?? []);
  const told = inOrder.flatMap((change) => {
    const isAgain = change.version <= (derived.get(change.id) ?? change.version);
    return eventsOf(change).map((event) => ({ event, isAgain }));
  });
  const since = Math.min(...records.map(({ dynamodb }) => Number(dynamodb?.ApproximateCreationDateTime ?? 0) * 1000));
  await Appending.append(feed, told, since);
  return Appending.wakes(
    feed,
    told.map(({ event }) => event),
  );
}

const TRIES = 6;

/** Of each record its latest version. */
const latestOf = (changes: readonly Change[]): Change[] =>
  [...Map.groupBy(changes, (change) => change.id).values()].map((versions) =>
    versions.reduce((newest, each) => (each.version > newest.version ? each : newest)),
  );

/** Writes what follows from changes. Gives the versions up to which records were derived before, as their checkpoints said it first. */
async function apply(tenant: string, changes: readonly Change[], latest: readonly Shown[]): Promise<ReadonlyMap<string, number>> {
  await writeAll((await auditItems(changes)).map((Item) => ({ PutRequest: { Item } })));
  const derived = new Map<string, number>();
  let left = latest;
  for (let attempt = 1; left.length > 0; ) {
    const checkpoints = await readCheckpoints(tenant, left);
    for (const [at, { id }] of left.entries()) if (!derived.has(id)) derived.set(id, checkpoints[at]?.version ?? 0);
    // Who sees what is read behind the checkpoints: who writes on their condition knows no less than who wrote them.
    const revealed = left.filter(({ collection }) => isRevealed(collection));
    const under = new Map((await standing(revealed)).map((owners, at) => [revealed[at], owners]));
    const underOf = (each: Shown): readonly string[] => under.get(each) ?? sharedUnder(each.collection, each.after);
    const steps = left.map((each, at) => stepOf(tenant, each, checkpoints[at] ?? nothing, underOf(each)));
    const refused = await commitPacked(
      tenant,
      steps.flatMap((step) => step?.unit ?? []),
    );
    if (!refused) {
      await mend(
        tenant,
        left.filter(({ version }, at) => version < (checkpoints[at]?.version ?? 0)),
      );
      // Under so many owners that not all of the entries fitted into a transaction.
      left = left.filter((_, at) => steps[at]?.done === false);
      attempt = 1;
    } else if (!(refused instanceof CheckpointRefused) || ++attempt > TRIES) throw refused;
    // Tried again when a checkpoint has moved: what is committed drops out.
  }
  return derived;
}

/**
 * The writes that bring a record's derived items from its checkpoint to its version, and to those under whom it stands, where
 * others reveal it or share it; nothing when they are there already.
 */
function stepOf(tenant: string, shown: Shown, checkpoint: Checkpoint, under: readonly string[]): Step | undefined {
  const { collection, id, version, after, at } = shown;
  const next = checkpointOf(collection, after, version, under);
  const entry = hasEntries(collection) ? entryStep(tenant, shown, checkpoint.seen?.entries ?? {}, under) : undefined;
  const isLevel = version === checkpoint.version && next.owner === checkpoint.owner && !entry?.moved;
  if (version < checkpoint.version || isLevel) return undefined;
  if (entry) next.seen = { entries: entry.entries, turn: (checkpoint.seen?.turn ?? 0) + 1 };
  const before = [...wordWrites(tenant, shown, checkpoint, next), ...placeWrites(tenant, shown, checkpoint, next)];
  const actions = [
    checkpointAction(tenant, id, next, checkpoint),
    ...(entry?.actions ?? []),
    ...(isRevealed(collection) ? formerGone(tenant, id, checkpoint) : []),
  ];
  const unit: Unit = { before, actions, deltas: entry?.deltas ?? new Map(), at };
  for (const [scope, counts] of additionsOf(checkpoint)) addDeltas(unit.deltas, `${collection.name}/${scope}`, counts, -1);
  for (const [scope, counts] of additionsOf(next)) addDeltas(unit.deltas, `${collection.name}/${scope}`, counts, 1);
  return { unit, done: entry?.done ?? true };
}

/** Where the release before said which entries there are: from now on the checkpoint does. */
const formerGone = (tenant: string, id: string, { version, seen }: Checkpoint): Action[] =>
  version > 0 && seen?.turn === 0 ? [{ Delete: { TableName: tableName(), Key: seenCheckpointKey(tenant, id) } }] : [];

/** When owner or words change, every word is written again, because each carries them all. */
function wordWrites(tenant: string, { collection, id }: Shown, before: Checkpoint, next: Checkpoint): Write[] {
  const same = next.owner === before.owner && next.words.join(" ") === before.words.join(" ");
  const gone = before.words.filter((word) => !next.words.includes(word));
  return [
    ...gone.map((word) => ({ DeleteRequest: { Key: wordKey(tenant, collection.name, word, id) } })),
    ...(same ? [] : wordItems(tenant, collection.name, id, next)).map((Item) => ({ PutRequest: { Item } })),
  ];
}

/** Entries in orders: what stands there shows the record as lists do, and so is written with each version. */
function placeWrites(tenant: string, { collection, id, after }: Shown, before: Checkpoint, next: Checkpoint): Write[] {
  const gone = Object.entries(before.places).filter(([field, value]) => next.places[field] !== value);
  const there = after ? Object.entries(next.places) : [];
  return [
    ...gone.map(([field, value]) => ({ DeleteRequest: { Key: placeKey(tenant, collection.name, field, value, id) } })),
    ...there.map(([field, value]) => ({
      PutRequest: { Item: placeItem(tenant, collection, { field, value }, after as BaseRecord) },
    })),
  ];
}

/**
 * What was written for a version that another consumer has gone beyond meanwhile, here or by whoever had the same batch before and
 * died: of what stands there nobody knows which came last. It is written again as the checkpoint says, until that has not moved.
 */
async function mend(tenant: string, overtaken: readonly Shown[]): Promise<void> {
  for (let left = overtaken; left.length > 0; ) {
    const ids = left.map(({ id }) => id);
    const checkpoints = await readCheckpoints(tenant, left);
    const stored = await getAll(ids.map((id) => recordKey(tenant, id)));
    const writes = left.flatMap(({ collection, id, version, after, at }, n) => {
      const [item, checkpoint = nothing] = [stored[n], checkpoints[n]];
      // A record that is further than its checkpoint has a change under way, with which its entries are written.
      const isLevel = Number(item?.version) === checkpoint.version;
      const shown: Shown = { collection, id, version, after: item && isLevel ? collection.fromItem(item) : undefined, at };
      const mine = checkpointOf(collection, after, version);
      return [
        ...wordWrites(tenant, shown, { ...mine, owner: OTHER }, checkpoint),
        ...placeWrites(tenant, shown, mine, checkpoint),
      ];
    });
    await writeAll(writes);
    const now = await readCheckpoints(tenant, left);
    left = left.filter((_, at) => now[at]?.version !== checkpoints[at]?.version || now[at]?.owner !== checkpoints[at]?.owner);
  }
}

/** An owner that nobody is. */
const OTHER = "?";

const checkpointAction = (tenant: string, id: string, checkpoint: Checkpoint, before: Checkpoint): Action => ({
  Put: { TableName: tableName(), Item: checkpointItem(tenant, id, checkpoint), ...whileAt(before) },
});

/** Holds while the checkpoint is as it was read. */
const whileAt = ({ version, owner, seen }: Checkpoint) =>
  version === 0
    ? { ConditionExpression: "attribute_not_exists(pk)" }
    : {
        ConditionExpression: `version = :version and #owner = :owner and ${seen?.turn ? "turn = :turn" : "attribute_not_exists(turn)"}`,
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":version": version, ":owner": owner, ...(seen?.turn ? { ":turn": seen.turn } : {}) },
      };

function eventsOf({ tenant, collection, id, version, before, after, by, at }: Change): DomainEvent[] {
  const own = Object.entries(collection.definition.events ?? {});
  const types = after
    ? [baseEvent(before, after), ...own.flatMap(([type, isMade]) => (isMade(after, before) ? [type] : []))]
    : ["removed"];
  const changed = changedIn(collection, before, after);
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

function baseEvent(before: BaseRecord | undefined, after: BaseRecord): string {
  if (!before) return "created";
  if (Boolean(before.deleted_at) !== Boolean(after.deleted_at)) return after.deleted_at ? "deleted" : "restored";
  return "updated";
}
