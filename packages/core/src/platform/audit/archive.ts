import { usePorts } from "../../kernel/context.ts";
import { archiveAllTenants } from "../../storage/stream/archive-tenants.ts";
import { archiveTenant } from "../../storage/stream/audit-archive.ts";

/** Seconds that one run may take; shorter than the time limit of the function. */
const MAX_RUN_SECONDS = 10 * 60;

/** Archives audit entries of all tenants. Entries that do not fit into one run are left to the next run. */
export async function archiveEntries(): Promise<void> {
  const ports = usePorts();
  if (!(await archiveAllTenants(ports, { name: "audit-archive", seconds: MAX_RUN_SECONDS }, archiveTenant)))
    ports.log.write("warn", "Audit entries remain to be archived: the run had not enough time");
}
