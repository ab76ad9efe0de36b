import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { isPublished } from "../../storage/read/event-feed.ts";
import { listTenants } from "../../storage/read/tenants.ts";
import { maintain } from "../../storage/scheduler/column-writer.ts";
import type { RecordChange } from "../../storage/stream/record-change.ts";
import { listKinds, loadCollectionByName } from "../../storage/table/collection-registry.ts";

/** Changes of a kind after which its columns are brought up to date. */
const CHANGES_PER_EVENT = 200;
/** Seconds of one slice; shorter than the time limit of the function. */
const SLICE_SECONDS = 10 * 60;

/** Changes since the last event, by tenant and kind. A process that ends forgets them; the schedule finds what it left. */
const changeCounts = new Map<string, number>();
const MAX_COUNTS = 5000;

/** Asks for new columns of each kind that changed often. */
export async function watchChanges(changes: readonly RecordChange[]): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for (const [{ name, kind }, ofKind] of Map.groupBy(changes, ({ collection }) => collection)) {
    const [first] = ofKind;
    if (!first || !isPublished(kind)) continue;
    const key = `${first.tenant} ${name}`;
    const count = (changeCounts.get(key) ?? 0) + ofKind.length;
    if (changeCounts.size >= MAX_COUNTS) changeCounts.clear();
    changeCounts.set(key, count >= CHANGES_PER_EVENT ? 0 : count);
    if (count >= CHANGES_PER_EVENT) events.push(buildEvent(first, name));
  }
  return events;
}

const buildEvent = ({ tenant: tenant_id, id: record_id, version }: RecordChange, kind: string): DomainEvent => ({
  id: `${record_id}.${version}.columns`,
  type: "columns.outdated",
  ...{ tenant_id, record_id, version, at: Clock.now(), changed: [], matches: [kind] },
  ...{ actor_id: "system:stream", request_id: "" },
});

/** Handles `columns.outdated`: brings the columns of the named kinds up to date; those of all kinds, if none is named. */
export async function onOutdated({ matches = [] }: DomainEvent): Promise<void> {
  const until = Clock.machineTime() + SLICE_SECONDS * 1000;
  const kinds = matches.length > 0 ? matches : listKinds().flatMap((kind) => (isPublished(kind) ? [kind.name] : []));
  for (const kind of kinds) await maintain(await loadCollectionByName(kind), until);
}

/** Asks for the columns of all kinds of all tenants, once a day: for kinds that change rarely, and those of an earlier release. */
export async function requestRenewal(): Promise<void> {
  for (const tenant_id of await listTenants()) {
    const at = Clock.now();
    const event = { id: `${tenant_id}.columns.${at}`, type: "columns.outdated", tenant_id, record_id: tenant_id, version: 0 };
    await usePorts().bus.publish([{ ...event, actor_id: "system:recount", request_id: "", at, changed: [], matches: [] }]);
  }
}
