import { createTenantSessions, MAX_SESSIONS } from "@crm/aws/tenant-sessions.ts";
import { maxBackOffMs } from "@crm/core/storage/table/database.ts";
import { type Period, type SimulatedAws, simulateSessions, waitQuantile } from "./session-simulation.ts";
import { boundMisses, formatTable, type Section } from "./stats.ts";

/** Many small tenants: how many roles the processes assume, and how long requests wait for that, in a simulation. */
export interface TenantsOptions {
  tenants: number;
  /** Requests a second. */
  rates?: readonly number[];
  /** Minutes before the figures are taken. The figures are of a tenth of that time. */
  minutes: number;
}

const RATES = [1, 10, 100, 300, 600, 1000];
/** Up to this many requests a second, all get a session. */
const BOUND_RATE = 300;
/** Bytes of a session: credentials with a token of 1.1 KB, measured over 2,000. */
const SESSION_BYTES = 2000;

/** Creates the sessions of a process as deployed, with waits in virtual time. */
export const startProcess = ({ sts, wait, random }: SimulatedAws) => {
  const open = createTenantSessions({
    sts,
    log: { write: () => undefined },
    wait: (attempt) => wait(random() * maxBackOffMs(attempt)),
  });
  return (role: string, tenant: string) => open(role, tenant, 60_000);
};

export async function benchTenants({ tenants, rates = RATES, minutes }: TenantsOptions): Promise<Section[]> {
  const sections: Section[] = [];
  for (const distribution of ["even", "zipf"] as const) {
    for (const placement of ["random", "recent"] as const) {
      const rows: (string | number)[][] = [];
      const missed: string[] = [];
      for (const requestsPerSecond of rates) {
        const [warmUpSeconds, measuredSeconds] = [minutes * 60, minutes * 6];
        const options = { tenants, distribution, placement, requestsPerSecond, warmUpSeconds, measuredSeconds, startProcess };
        const { start, steady, processes, largestProcess } = await simulateSessions(options);
        const kept = Math.min(MAX_SESSIONS, largestProcess + 1);
        const memory = ((kept * SESSION_BYTES) / 1e6).toFixed(1);
        rows.push([requestsPerSecond, ...describe(start), ...describe(steady), processes, kept, memory]);
        const label = `refused of ${requestsPerSecond} requests a second, ${distribution}`;
        const refused = (start.refused + steady.refused) / (start.requests + steady.requests);
        if (requestsPerSecond <= BOUND_RATE) missed.push(...boundMisses(refused, 0, label));
      }
      const title = `${tenants.toLocaleString("en")} tenants, ${distribution}; idle process: ${placement}`;
      const text = `${formatTable(HEAD, rows)}\n\nFirst the minute after a deployment, then after ${minutes} minutes.`;
      sections.push({ title, text, missed });
    }
  }
  return sections;
}

const PERIOD_HEAD = ["calls a second", "throttled %", "waiting %", "p50 ms", "p95 ms", "p99 ms", "refused %"];
const HEAD = ["requests a second", ...PERIOD_HEAD, ...PERIOD_HEAD, "processes", "sessions of the largest", "MB"];

/** Returns the figures of a period, in the order of PERIOD_HEAD. */
function describe(period: Period): (string | number)[] {
  const { seconds, requests, waiting, refused, sessions, throttled } = period;
  const calls = sessions + throttled;
  return [
    (calls / seconds).toFixed(1),
    share(throttled, calls),
    share(waiting, requests),
    ...[0.5, 0.95, 0.99].map((q) => waitQuantile(period, q)),
    share(refused, requests),
  ];
}

const share = (part: number, whole: number): string => (whole === 0 ? "0" : ((100 * part) / whole).toFixed(1));
