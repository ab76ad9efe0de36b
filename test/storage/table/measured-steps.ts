import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import type { Tenant } from "../../support/app.ts";
import { type RequestUnits, selectLeastUnits, type UnitMeter } from "../../support/request-units.ts";

/** Measures sequences of steps on records, step by step. */

export type CostRows = Record<string, RequestUnits>;

export interface MeasuredWorld {
  app: App;
  tenant: Tenant;
  measured: UnitMeter;
  result: CostRows;
}

/** A step with the name of its cost row. A step without a name only prepares the next one. */
export type MeasuredStep<T> = readonly [name: string | undefined, act: (subject: T) => Promise<unknown>];

/** Number of subjects that take each step. One-time costs of the first one are in no row. */
export const SUBJECT_COUNT = 5;

/** Each subject takes all steps; the lowest cost of each step counts. */
export async function measureSteps<T>(
  { measured, result }: MeasuredWorld,
  make: () => Promise<T>,
  steps: readonly MeasuredStep<T>[],
): Promise<void> {
  const runs = steps.map((): RequestUnits[] => []);
  for (let nth = 0; nth < SUBJECT_COUNT; nth++) {
    const subject = await make();
    for (const [at, [, act]] of steps.entries()) runs[at]?.push(await measured(() => act(subject)));
  }
  for (const [at, [name]] of steps.entries()) if (name) result[name] = selectLeastUnits(runs[at] ?? []);
}

export const runAsSystem = <T>(
  { app, tenant }: MeasuredWorld,
  work: () => Promise<T>,
  keyspaces: readonly Keyspace[] = [],
): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test", keyspaces), work);

export const loadRecord = async <R extends BaseRecord>(
  world: MeasuredWorld,
  collection: Collection<R>,
  id: string,
): Promise<R> => {
  const record = await runAsSystem(world, () => Records.load(collection, id));
  if (!record) throw new Error(`There is no ${id}`);
  return record;
};

/** Builds the event of a change to a record, or of one of its clocks. */
export const buildEvent = (
  type: string,
  { id: record_id, version, updated_at: at }: BaseRecord,
  due_at?: string | null,
): DomainEvent => ({
  ...{ id: `${type}-${record_id}-${version}`, type, tenant_id: "", record_id, version, actor_id: "", request_id: "", at },
  changed: [],
  ...(due_at ? { due_at } : {}),
});
