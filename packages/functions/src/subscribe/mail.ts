import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import { sendLink } from "@crm/core/sign-in/mail.ts";

export const handle = (event: DomainEvent, ports: Ports): Promise<void> =>
  runIn(systemContext(ports, event.tenant_id, "mail"), () => sendLink(event));
