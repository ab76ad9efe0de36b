import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { AUTHENTICATION_KEYSPACES, type Operation } from "@crm/functions/http/operation.ts";

/**
 * The roles that functions of the request path take on, from what the operations declare: each combination of keyspaces
 * has a role of its own, which admits the keys of one tenant (the one in the session's tag) and those keyspaces. The
 * stacks make the roles from here, and the adapter finds them by the same names.
 */
export interface Access {
  keyspaces: readonly Keyspace[];
  /** Whether anything is written under it. */
  writes: boolean;
}

/** The tag of a session that serves no tenant; no id of a tenant looks like it. */
export const NO_TENANT = "none";

/** The session tag that holds the tenant. */
export const TENANT_TAG = "tenant";

/** The name of a combination of keyspaces: `tenant` for none, whatever their order. */
export const accessName = (keyspaces: readonly Keyspace[]): string => ["tenant", ...[...keyspaces].sort()].join("+");

/** What the operations of one function need, by name. */
export function collectAccesses(operations: readonly Operation[]): ReadonlyMap<string, Access> {
  const accesses = new Map<string, Access>();
  const need = (keyspaces: readonly Keyspace[], writes: boolean): void => {
    const name = accessName(keyspaces);
    accesses.set(name, { keyspaces, writes: writes || (accesses.get(name)?.writes ?? false) });
  };
  for (const { access, keyspaces, method } of operations) {
    const open = access === "public" && method === "GET";
    // What anybody may read without a keyspace tells of the system itself.
    if (open && keyspaces.length === 0) continue;
    // Any other writes, if only how often its caller comes.
    need(keyspaces, !open);
    if (access !== "public") need(AUTHENTICATION_KEYSPACES, false);
  }
  return accesses;
}
