import { usePorts, useTenant } from "../../kernel/context.ts";

/**
 * The ids of records that this process wrote, by tenant, in their order. What a process derives from the feed of events reads these records too,
 * because the feed tells of a change moments after it.
 */
class RecentWrites {
  /** Ids by the number of their last write. */
  readonly ids = new Map<string, number>();
  last = 0;

  add(id: string): void {
    this.ids.delete(id);
    this.ids.set(id, ++this.last);
    if (this.ids.size > MAX_IDS) this.ids.delete(this.ids.keys().next().value as string);
  }
}

const MAX_IDS = 2000;

const writesByDatabase = new WeakMap<object, Map<string, RecentWrites>>();

function writesOf(tenant: string): RecentWrites {
  const { database } = usePorts();
  const byTenant = writesByDatabase.get(database) ?? new Map<string, RecentWrites>();
  writesByDatabase.set(database, byTenant);
  const writes = byTenant.get(tenant) ?? new RecentWrites();
  byTenant.set(tenant, writes);
  return writes;
}

/** Call after a record was written. */
export const noteWrite = (id: string): void => writesOf(useTenant()).add(id);

/** Returns the ids of records that were written after a number, and the number of the last write. */
export function listWritesAfter(after: number): { ids: string[]; last: number } {
  const { ids, last } = writesOf(useTenant());
  const found: string[] = [];
  if (last > after) for (const [id, number] of ids) if (number > after) found.push(id);
  return { ids: found, last };
}
