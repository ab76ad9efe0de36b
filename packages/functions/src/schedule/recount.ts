import { usePorts } from "@crm/core/kernel/context.ts";
import { recountAll } from "@crm/core/storage/project/recount.ts";

export const run = (): Promise<void> => recountAll(usePorts());
