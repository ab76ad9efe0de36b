import { usePorts } from "../../kernel/context.ts";
import { archiveAllTenants } from "../../storage/stream/audit-archive.ts";

/** Seconds of one run, within which a function may run. */
const MAX_RUN_SECONDS = 10 * 60;

/** What is left over, the next run goes on with. */
export async function archiveEntries(): Promise<void> {
  const ports = usePorts();
  if (!(await archiveAllTenants(ports, MAX_RUN_SECONDS)))
    ports.log.write("warn", "There is more to archive than a run has time for");
}
