import { usePorts } from "@crm/core/kernel/context.ts";
import { recountTenants } from "@crm/core/storage/stream/recount-nightly.ts";

export const run = (): Promise<void> => recountTenants(usePorts());
