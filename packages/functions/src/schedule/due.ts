import { Lead } from "@crm/core/lead/lead.ts";
import type { Ports } from "@crm/core/ports.ts";
import { sweep } from "@crm/core/storage/due.ts";

/** What is done when a record of a kind is due; each does nothing when it was done, or is not due, any more. */
const actions = {
  lead: (id: string) => Lead.remind({ id }),
};

export const run = (ports: Ports): Promise<void> => sweep(ports, actions);
