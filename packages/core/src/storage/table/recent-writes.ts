import { Clock } from "../../kernel/clock.ts";
import { useContext, usePorts, useTenant } from "../../kernel/context.ts";

/**
 * Records that were written shortly before: by this process, or by the caller through another process (read/read-after.ts). What a process derives
 * from the feed of events reads these records too, because the feed tells of a change moments after it.
 */
interface RecentWrite {
  /** The version that was written. */
  readonly version: number;
  /** Rises with each write that this process learns of. */
  readonly number: number;
  /** The machine's time. */
  readonly at: number;
}

class RecentWrites {
  /** By the ids of the records, in the order of their numbers. */
  readonly byId = new Map<string, RecentWrite>();
  last = 0;

  add(id: string, version: number): void {
    if ((this.byId.get(id)?.version ?? 0) >= version) return;
    this.byId.delete(id);
    this.byId.set(id, { version, number: ++this.last, at: Clock.machineTime() });
    if (this.byId.size > MAX_WRITES) this.byId.delete(this.byId.keys().next().value as string);
  }
}

const MAX_WRITES = 1000;
/** The feed has every change by then. */
const MAX_AGE_MS = 5 * 60_000;

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
export function noteWrite(id: string, version: number): void {
  const { request } = useContext();
  request.written?.push({ id, version });
  writesOf(useTenant()).add(id, version);
}

/** Call for a record that another process has written. */
export const noteWriteElsewhere = (id: string, version: number): void => writesOf(useTenant()).add(id, version);

/** Returns the ids of records that were written after a number, and the number of the last write. */
export function listWritesAfter(after: number): { ids: string[]; last: number } {
  const { byId, last } = writesOf(useTenant());
  const oldest = Clock.machineTime() - MAX_AGE_MS;
  const found: string[] = [];
  if (last > after) for (const [id, { number, at }] of byId) if (number > after && at >= oldest) found.push(id);
  return { ids: found, last };
}
