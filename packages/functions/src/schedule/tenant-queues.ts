import { usePorts } from "@crm/core/kernel/context.ts";
import { waitForStream } from "@crm/core/storage/scheduler/backpressure.ts";
import { drainTenantQueues } from "@crm/core/storage/stream/tenant-queue-drain.ts";

export async function run(): Promise<void> {
  const ports = usePorts();
  const drained = await drainTenantQueues(ports, { waitForStream });
  if (drained.tenants > 0) ports.log.write("info", "tenant queues", { ...drained });
}
