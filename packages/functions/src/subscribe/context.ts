import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";

/** What a listener hears, it hears as the system in the tenant of the event. */
export const hearing =
  (name: string, hear: (event: DomainEvent) => Promise<void>) =>
  (event: DomainEvent, ports: Ports): Promise<void> =>
    runIn(systemContext(ports, event.tenant_id, name), () => hear(event));
