import { turn } from "@crm/core/jobs/export/work.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";

export const handle = (event: DomainEvent, ports: Ports): Promise<void> =>
  runIn(systemContext(ports, event.tenant_id, "export"), () => turn(event.record_id));
