import { lookAfter, turn } from "@crm/core/conversion/move.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";

export const handle = ({ tenant_id, record_id, due_at }: DomainEvent, ports: Ports): Promise<void> =>
  runIn(systemContext(ports, tenant_id, "conversion"), () =>
    due_at === undefined ? turn(record_id) : lookAfter(record_id, due_at),
  );
