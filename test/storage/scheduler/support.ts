import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { Bus, DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { Waits } from "@crm/core/sales/lead/assignment.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { type SweepOptions, sweep } from "@crm/core/storage/scheduler/sweep.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { loadCollectionById } from "@crm/core/storage/table/collection-registry.ts";
import { readItem, splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";

/** The due time of a record's clock; empty if it is not set. */
export async function readClock(app: App, tenant: { id: string }, id: string, clock: string): Promise<string> {
  const [item, collection] = await runIn(systemContext(app.ports, tenant.id, "test"), () =>
    Promise.all([readItem(recordKey(tenant.id, id)), loadCollectionById(id)]),
  );
  return (item && collection?.clockInstants(collection.fromItem(item))[clock]) ?? "";
}

/** Runs the sweep and its subscribers. */
export async function sweepAndAct(app: App): Promise<void> {
  await app.scheduler.run("due");
  await app.settle();
}

/** A separate sweep whose events are delivered only by the test. */
export function createSweeper(app: App) {
  const heard: DomainEvent[] = [];
  const bus: Bus = { publish: async (events) => void heard.push(...events) };
  return {
    /** Runs the sweep and returns the events that it published. */
    async sweep(more: Partial<Ports> = {}, options: SweepOptions = {}) {
      const before = heard.length;
      const swept = await sweep({ ...app.ports, bus, ...more }, options);
      return { ...swept, events: heard.slice(before) };
    },
    heard,
  };
}

/** Creates waiting leads of a tenant, all due at the same time, and returns their ids. */
export async function createWaits(app: App, tenant: string, count: number, next_at: string): Promise<string[]> {
  const born = () => {
    const owner = newId(PERSON);
    return Records.init(Waits, { lead_id: newId(LEAD, { owner }), owner_id: null, since: next_at, next_at }, { owner });
  };
  return createAll(app, tenant, Waits, () => Array.from({ length: count }, born));
}

/** Creates the records that `make` builds in the tenant's context, and returns their ids. */
export const createAll = <R extends BaseRecord>(app: App, tenant: string, collection: Collection<R>, make: () => readonly R[]) =>
  runIn(systemContext(app.ports, tenant, "test"), async () => {
    const records = make();
    for (const some of splitIntoChunks(records, 50)) {
      const tx = transaction();
      for (const record of some) tx.create(collection, record);
      await tx.commit(undefined);
    }
    return records.map(({ id }) => id);
  });

/** Delivers an event to every subscriber of its type. */
export async function deliverEvent(event: DomainEvent | undefined, ports: Ports): Promise<void> {
  if (!event) throw new Error("No event to act on");
  for (const { events, load } of subscribers) if (events.includes(event.type)) await (await load())(event, ports);
}

/** A short text for an event. */
export const formatEvent = ({ type, record_id, due_at }: DomainEvent): string => `${type} ${record_id} ${due_at}`;

/** Ports with a table that rejects some commands. */
export const refuseCommands = (ports: Ports, isRefused: (command: object) => boolean): Ports => ({
  ...ports,
  database: {
    table: ports.database.table,
    send: async (command, scope) => {
      if (isRefused(command)) throw new Error("killed");
      return ports.database.send(command, scope);
    },
  },
});
