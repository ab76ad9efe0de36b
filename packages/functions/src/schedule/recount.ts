import type { Ports } from "@crm/core/ports.ts";
import { recountAll } from "@crm/core/storage/recount.ts";

export const run = (ports: Ports): Promise<void> => recountAll(ports);
