import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { isPublished } from "../../storage/read/event-feed.ts";
import { maintain } from "../../storage/scheduler/column-writer.ts";
import type { RecordChange } from "../../storage/stream/record-change.ts";
import { runForTenants } from "../../storage/stream/tenant-rounds.ts";
import { listKinds, loadCollection, loadCollectionByName } from "../../storage/table/collection-registry.ts";

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

/** Handles `columns.outdated`: brings the columns of the named kinds up to date. */
export async function onWork({ matches = [] }: DomainEvent): Promise<void> {
  const until = Clock.machineTime() + SLICE_SECONDS * 1000;
  for (const kind of matches) await maintain(await loadCollectionByName(kind), until);
}

/** Brings the columns of all kinds of all tenants up to date. What does not fit into one run is left to the next. */
export async function run(): Promise<void> {
  const ports = usePorts();
  await runForTenants(ports, { name: "column-renewal", seconds: SLICE_SECONDS }, async (until) => {
    const machineUntil = Clock.machineTime() + until - performance.now();
    for (const kind of listKinds().filter(isPublished))
      if (!(await maintain(await loadCollection(kind), machineUntil))) return false;
    return true;
  });
}
