import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";

/** A schedule works as the system, in no tenant, within the keyspaces that it names. */
export const createScheduleHandler =
  (name: string, keyspaces: readonly Keyspace[], run: () => Promise<void>) =>
  (ports: Ports): Promise<void> =>
    runIn(systemContext(ports, undefined, name, keyspaces), run);
