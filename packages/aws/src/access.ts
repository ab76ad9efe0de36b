import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { AUTHENTICATION_KEYSPACES, type Operation } from "@crm/functions/http/operation.ts";

/**
 * A role that request functions assume, derived from the declared operations. Each combination of keyspaces has its own role,
 * which admits those keyspaces and the keys of one tenant: the tenant in the session tag. The stacks create the roles from these
 * values, and the adapter finds them by the same names.
 */
export interface Access {
  keyspaces: readonly Keyspace[];
  /** Whether an operation writes with this role. */
  writes: boolean;
}

/** The tag value of a session without a tenant. No tenant id can equal it. */
export const NO_TENANT = "none";

/** The session tag that holds the tenant. */
export const TENANT_TAG = "tenant";

/** Returns the name of a combination of keyspaces, independent of their order: `tenant` for an empty combination. */
export const accessName = (keyspaces: readonly Keyspace[]): string => ["tenant", ...[...keyspaces].sort()].join("+");

/** The access by which requests read columns: that with the tenant's keys alone, which every function has that knows its caller. */
export const COLUMN_ACCESS = accessName([]);

/** Returns the accesses that the operations of one function need, by name. */
export function collectAccesses(operations: readonly Operation[]): ReadonlyMap<string, Access> {
  const accesses = new Map<string, Access>();
  const need = (keyspaces: readonly Keyspace[], writes: boolean): void => {
    const name = accessName(keyspaces);
    accesses.set(name, { keyspaces, writes: writes || (accesses.get(name)?.writes ?? false) });
  };
  for (const { access, keyspaces, method } of operations) {
    const open = access === "public" && method === "GET";
    // A public GET without keyspaces only describes the system itself: it needs no role.
    if (open && keyspaces.length === 0) continue;
    // Every operation except a public GET writes, even if only a rate-limit counter of its caller.
    need(keyspaces, !open);
    if (access === "public") continue;
    // The caller's key is found without a tenant, and their session, user and tenant with the tenant's keys alone.
    need(AUTHENTICATION_KEYSPACES, false);
    need([], false);
  }
  return accesses;
}
