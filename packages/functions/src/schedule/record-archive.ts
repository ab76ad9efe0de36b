import { usePorts } from "@crm/core/kernel/context.ts";
import { archiveRecords } from "@crm/core/storage/scheduler/record-archive.ts";
import { archiveAllTenants } from "@crm/core/storage/stream/archive-tenants.ts";

/** Seconds that one run may take; shorter than the time limit of the function. */
const MAX_RUN_SECONDS = 10 * 60;

/** Archives old records of all tenants. Records that do not fit into one run are left to the next run. */
export async function run(): Promise<void> {
  const ports = usePorts();
  const isDone = await archiveAllTenants(ports, { name: "record-archive", seconds: MAX_RUN_SECONDS }, (until) =>
    archiveRecords({ until }),
  );
  if (!isDone) ports.log.write("warn", "Records remain to be archived: the run had not enough time");
}
