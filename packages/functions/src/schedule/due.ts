import type { Ports } from "@crm/core/kernel/ports.ts";
import { collectionOf } from "@crm/core/records.ts";
import { sweep } from "@crm/core/storage/jobs/sweep.ts";

export async function run(ports: Ports): Promise<void> {
  const swept = await sweep(ports, collectionOf);
  if (swept.found > 0) ports.log.write("info", "due", { ...swept });
}
