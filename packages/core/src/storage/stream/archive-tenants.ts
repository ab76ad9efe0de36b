import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext } from "../../kernel/context.ts";
import type { Ports } from "../../kernel/ports.ts";
import { listTenants } from "../read/tenants.ts";

/**
 * Runs an archive job for all tenants for some seconds. `work` archives the tenant of its context until a time of `performance.now()`, and
 * returns whether it is complete. Returns whether all tenants are.
 */
export async function archiveAllTenants(
  ports: Ports,
  { name, seconds }: { name: string; seconds: number },
  work: (until: number) => Promise<boolean>,
): Promise<boolean> {
  const until = performance.now() + seconds * 1000;
  const tenants = await listTenants();
  // Each day starts with another tenant, so that a large one does not delay others for ever.
  const first = tenants.length === 0 ? 0 : Math.floor(Clock.ms() / 86_400_000) % tenants.length;
  for (const tenant of [...tenants.slice(first), ...tenants.slice(0, first)])
    if (!(await runIn(systemContext(ports, tenant, name), () => work(until)))) return false;
  return true;
}
