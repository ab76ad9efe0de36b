import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isMissingRecord } from "@crm/core/kernel/error.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";

/**
 * Creates a handler that runs a listener as the system, in the tenant of the event, within the keyspaces that it declares. If the listener finds
 * that the record of the event is gone, there is nothing to do: the deletion has events of its own. Reads are strongly consistent, so a retry
 * would find the same. Any other missing record is a failure.
 */
export const createListenerHandler =
  (name: string, keyspaces: readonly Keyspace[], handleEvent: (event: DomainEvent) => Promise<void>) =>
  async (event: DomainEvent, ports: Ports): Promise<void> => {
    try {
      await runIn(systemContext(ports, event.tenant_id, name, keyspaces), () => handleEvent(event));
    } catch (error) {
      if (!isMissingRecord(error, event.record_id)) throw error;
      ports.log.write("info", "The record of an event is gone", { subscriber: name, event: event.type, record: event.record_id });
    }
  };
