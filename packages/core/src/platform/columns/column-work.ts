import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { findFeed } from "../../storage/read/event-feed.ts";
import { listTenants } from "../../storage/read/tenants.ts";
import { listLaggingKinds, maintain } from "../../storage/scheduler/column-writer.ts";
import type { RecordChange } from "../../storage/stream/record-change.ts";
import { listKinds, loadCollectionByName } from "../../storage/table/collection-registry.ts";

/** Changes of a kind after which its columns are brought up to date. */
const CHANGES_PER_EVENT = 200;
/** Seconds of one slice; shorter than the time limit of the function. */
const SLICE_SECONDS = 10 * 60;

/** Changes since the last event, by tenant and kind. A process that ends forgets them; the schedule finds what it left. */
const changeCounts = new Map<string, number>();
const MAX_COUNTS = 5000;

/** Tenants whose changes this process has seen. */
const knownTenants = new Set<string>();

/**
 * Asks for new columns of each kind that changed often. The first change of a tenant that a process sees asks too: after a release with other columns, all of
 * the tenant's are built again.
 */
export async function watchChanges(changes: readonly RecordChange[]): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for (const [collection, ofKind] of Map.groupBy(changes, (change) => change.collection)) {
    const [first] = ofKind;
    if (!first || !findFeed(collection)) continue;
    const { name } = collection;
    const key = `${first.tenant} ${name}`;
    const count = (changeCounts.get(key) ?? 0) + ofKind.length;
    if (changeCounts.size >= MAX_COUNTS) changeCounts.clear();
    changeCounts.set(key, count >= CHANGES_PER_EVENT ? 0 : count);
    if (count >= CHANGES_PER_EVENT || !knownTenants.has(first.tenant)) events.push(buildEvent(first, name));
    if (knownTenants.size >= MAX_COUNTS) knownTenants.clear();
    knownTenants.add(first.tenant);
  }
  return events;
}

const buildEvent = ({ tenant, id: record_id, version }: RecordChange, kind: string): DomainEvent => ({
  id: `${record_id}.${version}.columns`,
  type: "columns.outdated",
  ...{ tenant_id: tenant, record_id, version, at: Clock.now(), changed: [], matches: [kind] },
  ...{ actor_id: "system:stream", request_id: "" },
});

/** An event for columns that no single change made out of date. */
function buildRenewal(tenant_id: string, kinds: readonly string[]): DomainEvent {
  const at = Clock.now();
  const id = [tenant_id, "columns", at, ...kinds].join(".");
  const event = { id, type: "columns.outdated", tenant_id, record_id: tenant_id, version: 0, at, changed: [] };
  return { ...event, actor_id: "system:recount", request_id: "", matches: [...kinds] };
}

/**
 * Handles `columns.outdated`: brings the columns of the named kinds up to date; those of all kinds, if none is named. What the time of the function does
 * not suffice for is asked for again.
 */
export async function onOutdated({ matches = [], tenant_id }: DomainEvent): Promise<void> {
  const left = await maintainKinds(
    matches.length > 0 ? matches : listKinds().flatMap(({ name, load, isDerived }) => (load && !isDerived ? [name] : [])),
  );
  if (left.length > 0) await usePorts().bus.publish([buildRenewal(tenant_id, left)]);
}

/** Brings the columns of kinds up to date, and those that are far behind the feed because only other kinds changed. Returns the kinds that are left. */
export async function maintainKinds(kinds: readonly string[]): Promise<string[]> {
  const until = Clock.machineTime() + SLICE_SECONDS * 1000;
  const left: string[] = [];
  for (const kind of new Set([...kinds, ...(await listLaggingKinds())])) {
    const isDone = Clock.machineTime() < until && (await maintain(await loadCollectionByName(kind), until));
    if (!isDone) left.push(kind);
  }
  return left;
}

/** Asks for the columns of all kinds of all tenants, once a day: for kinds that change rarely, and those of an earlier release. */
export async function requestRenewal(): Promise<void> {
  for (const tenant of await listTenants()) await usePorts().bus.publish([buildRenewal(tenant, [])]);
}
