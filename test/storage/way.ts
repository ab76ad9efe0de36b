import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { leastOf, type Measured, type Units } from "../cost.ts";
import type { Tenant } from "../support.ts";

/** Ways that records go in an app that is measured, step by step. */

export type Rows = Record<string, Units>;

export interface World {
  app: App;
  tenant: Tenant;
  measured: Measured;
  result: Rows;
}

/** A step of a way, and the row in which its cost stands; one without a name leads to the next. */
export type Step<T> = readonly [name: string | undefined, act: (subject: T) => Promise<unknown>];

/** So many go each way: what the first of them pays for all stands in no row. */
export const EACH = 5;

/** Each of some subjects goes all of the way; of each step the least counts. */
export async function way<T>({ measured, result }: World, make: () => Promise<T>, steps: readonly Step<T>[]): Promise<void> {
  const runs = steps.map((): Units[] => []);
  for (let nth = 0; nth < EACH; nth++) {
    const subject = await make();
    for (const [at, [, act]] of steps.entries()) runs[at]?.push(await measured(() => act(subject)));
  }
  for (const [at, [name]] of steps.entries()) if (name) result[name] = leastOf(runs[at] ?? []);
}

export const asSystem = <T>({ app, tenant }: World, work: () => Promise<T>, keyspaces: readonly Keyspace[] = []): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test", keyspaces), work);

export const loaded = async <R extends BaseRecord>(world: World, collection: Collection<R>, id: string): Promise<R> => {
  const record = await asSystem(world, () => Records.load(collection, id));
  if (!record) throw new Error(`There is no ${id}`);
  return record;
};

/** What a change of a record tells, or a clock of it. */
export const eventOf = (
  type: string,
  { id: record_id, version, updated_at: at }: BaseRecord,
  due_at?: string | null,
): DomainEvent => ({
  ...{ id: `${type}-${record_id}-${version}`, type, tenant_id: "", record_id, version, actor_id: "", request_id: "", at },
  changed: [],
  ...(due_at ? { due_at } : {}),
});
