import { usePorts } from "@crm/core/kernel/context.ts";
import { sweep } from "@crm/core/storage/scheduler/sweep.ts";

export async function run(): Promise<void> {
  const ports = usePorts();
  const swept = await sweep(ports);
  if (swept.found > 0) ports.log.write("info", "due", { ...swept });
}
