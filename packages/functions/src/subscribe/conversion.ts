import { turn } from "@crm/core/flows/conversion/move.ts";
import { runIn } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/ports.ts";
import { systemContext } from "@crm/core/storage/derive.ts";

export const handle = (event: DomainEvent, ports: Ports): Promise<void> =>
  runIn(systemContext(ports, event.tenant_id, "conversion"), () => turn(event.record_id));
