import { usePorts } from "../kernel/context.ts";
import { archiveAll } from "../storage/project/audit-archive.ts";

/** Seconds of one run, within which a function may run. */
const LONGEST = 10 * 60;

/** What is left over, the next run goes on with. */
export async function run(): Promise<void> {
  const ports = usePorts();
  if (!(await archiveAll(ports, LONGEST))) ports.log.write("warn", "There is more to archive than a run has time for");
}
