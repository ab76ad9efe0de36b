import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";

/** Creates a handler that runs a schedule as the system, without a tenant, within the keyspaces that it declares. */
export const createScheduleHandler =
  (name: string, keyspaces: readonly Keyspace[], run: () => Promise<void>) =>
  (ports: Ports): Promise<void> =>
    runIn(systemContext(ports, undefined, name, keyspaces), run);
