import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { Clock } from "../kernel/clock.ts";
import { type Context, runIn } from "../kernel/context.ts";
import type { Kind } from "../kernel/id.ts";
import { Settings } from "../kernel/settings.ts";
import type { DomainEvent, Ports } from "../ports.ts";
import { AuditTrail, entryOf } from "./audit.ts";
import { type Change, changeOf } from "./change.ts";
import type { BaseRecord } from "./collection.ts";
import { ALL, LIVE } from "./counter.ts";
import { tableName } from "./database.ts";
import { bringUp } from "./derive-paths.ts";
import { additionsOf, type Marker, markerItem, markerOf, nothing, readMarkers, wordItems } from "./marker.ts";
import { changedFields } from "./records.ts";
import { wordKey } from "./search.ts";
import { type Action, isPassing } from "./transaction.ts";
import { addDeltas, commitPacked, type Unit } from "./unit.ts";

/**
 * What follows from a committed change: counters, search words, the audit trail, and the event on the bus.
 *
 * Beside each record stands a marker with the version that was derived last and what it contributed. A change is
 * applied as the difference to the marker, in one transaction with the marker's own next version: so a record that
 * the stream delivers twice, late, or after its successor has each effect once. Audit entries and events have ids
 * made from record and version, and may be written again.
 */
export async function deriveBatch(ports: Ports, records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> {
  try {
    await deriveAll(ports, records);
    return { batchItemFailures: [] };
  } catch (error) {
    if (records.length === 1 || isPassing(error)) return failedAt(ports, records[0], error);
  }
  // Something in the batch is poison: one by one, up to the record that fails.
  for (const record of records) {
    try {
      await deriveAll(ports, [record]);
    } catch (error) {
      return failedAt(ports, record, error);
    }
  }
  return { batchItemFailures: [] };
}

function failedAt(ports: Ports, record: DynamoDBRecord | undefined, error: unknown): DynamoDBBatchResponse {
  const sequence = record?.dynamodb?.SequenceNumber ?? "";
  ports.log.write("error", "A change could not be derived", {
    sequence,
    error: error instanceof Error ? (error.stack ?? error.message) : "",
  });
  return { batchItemFailures: [{ itemIdentifier: sequence }] };
}

type Follower = (changes: readonly Change[]) => Promise<void>;

const followers = new Map<Kind, Follower>();

/**
 * What a domain keeps from the stream beside this: called with the changes of a kind in one tenant once what is derived from
 * them is written, at least once for each; a failure fails the batch.
 */
export const follow = (kind: Kind, follower: Follower): void => void followers.set(kind, follower);

async function deriveAll(ports: Ports, records: readonly DynamoDBRecord[]): Promise<void> {
  const changes = records.map(changeOf).filter((change) => change !== undefined);
  for (const [tenant, ofTenant] of Map.groupBy(changes, (change) => change.tenant)) {
    await runIn(systemContext(ports, tenant, "stream"), async () => {
      await apply(tenant, ofTenant);
      await bringUp(latestOf(ofTenant));
      for (const [{ kind }, ofKind] of Map.groupBy(ofTenant, ({ collection }) => collection)) await followers.get(kind)?.(ofKind);
      await ports.bus.publish(ofTenant.flatMap(eventsOf));
    });
  }
}

/** Work of the system itself inside one tenant: sees all, and reaches that tenant's keys alone. */
export const systemContext = (
  ports: Ports,
  tenant: string | undefined,
  name: string,
  keyspaces: Context["keyspaces"] = [],
): Context => ({
  ports,
  actor: { type: "system", tenant_id: tenant, id: `system:${name}` },
  keyspaces,
  request: { id: `${name}-${Clock.ms().toString(36)}` },
  settings: Settings.parse({}),
  visible: async () => "all",
});

const TRIES = 6;

/** Of each record its latest version. */
const latestOf = (changes: readonly Change[]): Change[] =>
  [...Map.groupBy(changes, (change) => change.id).values()].map((versions) =>
    versions.reduce((newest, each) => (each.version > newest.version ? each : newest)),
  );

async function apply(tenant: string, changes: readonly Change[]): Promise<void> {
  const latest = latestOf(changes);
  const entries: Unit[] = changes.map((change) => ({ actions: [auditAction(tenant, change)], deltas: new Map(), at: change.at }));
  for (let attempt = 1; ; attempt++) {
    const markers = await readMarkers(
      tenant,
      latest.map(({ id }) => id),
    );
    const units = latest.flatMap((change, at) => unitOf(tenant, change, markers[at] ?? nothing) ?? []);
    // Tried again when a marker has moved: what is committed drops out, and an entry may be written twice.
    const refused = await commitPacked(tenant, [...entries, ...units]);
    if (!refused) return;
    if (attempt >= TRIES) throw refused;
  }
}

/** The writes that bring a record's derived items from its marker to the change; nothing when they are there already. */
function unitOf(tenant: string, { collection, id, version, after, at }: Change, marker: Marker): Unit | undefined {
  if (version <= marker.version) return undefined;
  const next = markerOf(collection, after, version);
  const unit: Unit = { actions: [markerAction(tenant, id, next, marker.version)], deltas: new Map(), at };
  for (const [scope, counts] of additionsOf(marker)) addDeltas(unit.deltas, `${collection.kind}/${scope}`, counts, -1);
  for (const [scope, counts] of additionsOf(next)) addDeltas(unit.deltas, `${collection.kind}/${scope}`, counts, 1);
  // Each version has its audit entry, written beside this; those between the marker and this one too.
  addDeltas(unit.deltas, `audit/${ALL}`, { [LIVE]: version - marker.version }, 1);
  // When owner or words change, every word is written again, because each carries them all.
  const same = next.owner === marker.owner && next.words.join(" ") === marker.words.join(" ");
  const gone = marker.words.filter((word) => !next.words.includes(word));
  for (const word of gone) {
    unit.actions.push({ Delete: { TableName: tableName(), Key: wordKey(tenant, collection.kind, word, id) } });
  }
  for (const Item of same ? [] : wordItems(tenant, collection.kind, id, next)) {
    unit.actions.push({ Put: { TableName: tableName(), Item } });
  }
  return unit;
}

const markerAction = (tenant: string, id: string, marker: Marker, expected: number): Action => ({
  Put: {
    TableName: tableName(),
    Item: markerItem(tenant, id, marker),
    ConditionExpression: expected === 0 ? "attribute_not_exists(pk)" : "version = :expected",
    ...(expected === 0 ? {} : { ExpressionAttributeValues: { ":expected": expected } }),
  },
});

const auditAction = (tenant: string, change: Change): Action => ({
  Put: { TableName: tableName(), Item: AuditTrail.toItem(tenant, entryOf(change), "{}") },
});

function eventsOf({ tenant, collection, id, version, before, after, by, at }: Change): DomainEvent[] {
  const types = after ? [baseEvent(before, after), ...(collection.definition.events?.(after, before) ?? [])] : ["removed"];
  const changed = changedFields(before, after);
  return types.map((type) => ({
    id: `${id}.${version}.${type}`,
    type: `${collection.kind}.${type}`,
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
