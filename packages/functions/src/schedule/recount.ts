import type { Ports } from "@crm/core/kernel/ports.ts";
import { recountAll } from "@crm/core/storage/project/recount.ts";

export const run = (ports: Ports): Promise<void> => recountAll(ports);
