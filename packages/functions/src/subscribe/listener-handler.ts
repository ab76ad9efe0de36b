import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";

/** Creates a handler that runs a listener as the system, in the tenant of the event, within the keyspaces that it declares. */
export const createListenerHandler =
  (name: string, keyspaces: readonly Keyspace[], handleEvent: (event: DomainEvent) => Promise<void>) =>
  (event: DomainEvent, ports: Ports): Promise<void> =>
    runIn(systemContext(ports, event.tenant_id, name, keyspaces), () => handleEvent(event));
