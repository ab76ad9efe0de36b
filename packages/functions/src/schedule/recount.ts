import { usePorts } from "@crm/core/kernel/context.ts";
import { recountAll } from "@crm/core/storage/project/recount-nightly.ts";

export const run = (): Promise<void> => recountAll(usePorts());
