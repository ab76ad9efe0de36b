import { newId } from "@crm/core/kernel/id.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { addUser, signUp } from "../test/support/app.ts";
import { measureUnits } from "../test/support/request-units.ts";
import { loadOpportunities } from "./pipeline.ts";
import { formatTable, quantile, type Section, timeRuns } from "./stats.ts";

/** A dashboard of 12 tiles in one request, for a representative and an administrator, with few and with many opportunities. */
export interface DashboardOptions {
  requests: number;
  counts: readonly number[];
}

/** The bound of the 95th percentile with the most opportunities, in milliseconds. */
const MAX_P95_MS = 1000;

const place = { x: 0, y: 0, width: 3, height: 2 } as const;
const figures = [
  "pipeline_value",
  "weighted_pipeline",
  "bookings",
  "win_rate",
  "open_opportunities",
  "open_leads",
  "average_deal_value",
  "average_cycle_days",
] as const;
const tiles = [
  ...figures.map((figure) => ({ ...place, type: "figure", figure })),
  { ...place, type: "funnel" },
  { ...place, type: "chart", figure: "bookings", by: "week" },
  { ...place, type: "chart", figure: "revenue", by: "week" },
  { ...place, type: "table", figures: ["bookings", "opportunities_won", "win_rate"], by: "owner" },
];
/** Owners of the opportunities, the representative included. */
const OWNER_COUNT = 4;

export async function benchDashboards({ requests, counts }: DashboardOptions): Promise<Section[]> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const app = await startApp({ data: "memory", logFrom: "error", meter, stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const measured: Awaited<ReturnType<typeof measureTenant>> = [];
    for (const count of counts) measured.push(...(await measureTenant(app, meter, count, requests)));
    const rows = measured.map(({ role, count, p50, p95, units, bytes }) => {
      const base = measured.find((other) => other.role === role);
      return [role, count, p50, p95, p95 / (base?.p95 ?? p95), units, (bytes / 1024).toFixed(1)];
    });
    const missed = measured.flatMap(({ role, count, p95 }) =>
      p95 >= MAX_P95_MS ? [`a dashboard for ${role} at ${count}: ${Math.round(p95)} ms, must be below ${MAX_P95_MS}`] : [],
    );
    const head = [
      "reader",
      "opportunities",
      "ms, median",
      "ms, p95",
      "p95, ratio to the fewest",
      "read units",
      "KB of the answer",
    ];
    return [{ title: `A dashboard of ${tiles.length} tiles, ${requests} requests each`, text: formatTable(head, rows), missed }];
  } finally {
    await app.stop();
  }
}

async function measureTenant(app: App, meter: Meter, count: number, requests: number) {
  const tenant = await signUp(app);
  const rep = await addUser(app, tenant, "SALES_REP");
  const owners = [rep.id, ...Array.from({ length: OWNER_COUNT - 1 }, () => newId(USER))];
  await loadOpportunities(app, tenant.id, count, owners);
  const measured: ({ role: string; count: number } & Awaited<ReturnType<typeof measureReader>>)[] = [];
  for (const [role, client] of [
    ["representative", rep.client],
    ["administrator", tenant.admin],
  ] as const)
    measured.push({ role, count, ...(await measureReader(client, meter, requests)) });
  return measured;
}

async function measureReader(client: Client, meter: Meter, requests: number) {
  const { data: dashboard } = await client.createDashboard({ name: "Twelve", tiles });
  const read = () => client.getDashboardData({ id: dashboard.id, compare_to: "previous_period" });
  const { data } = await read();
  const failed = data.tiles.find(({ error }) => error !== null);
  if (failed) throw new Error(`A tile cannot be read: ${failed.error?.message}`);
  const durations = await timeRuns(requests, read);
  const { read: units } = await measureUnits(meter, read);
  return { p50: quantile(durations, 0.5), p95: quantile(durations, 0.95), units, bytes: JSON.stringify(data).length };
}
