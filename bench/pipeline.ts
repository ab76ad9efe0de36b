import { CUSTOMER } from "@crm/core/accounts/customer/customer.kind.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { today } from "@crm/core/kernel/day.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import { buildCellSums } from "@crm/core/platform/daily-figures/counter-cells.rules.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { buildClosedStage, type Stage } from "@crm/core/platform/master-data/stage.rules.ts";
import { Forecast } from "@crm/core/sales/figures/forecast.ts";
import { Pipeline } from "@crm/core/sales/figures/pipeline.ts";
import { Stats } from "@crm/core/sales/figures/stats.ts";
import { Opportunities, type OpportunityRecord } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import { OPPORTUNITY } from "@crm/core/sales/opportunity/opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "@crm/core/sales/opportunity/opportunity.masters.ts";
import { counterKey } from "@crm/core/storage/read/counter.ts";
import type { CounterSums } from "@crm/core/storage/table/collection.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { storeItems } from "./bulk-load.ts";
import type { CoreOptions } from "./core.ts";
import { measureFlatness, type Section } from "./stats.ts";

/**
 * Pipeline, forecast and statistics of a tenant with few opportunities, compared with a hundred times as many. Both have the same owners and months,
 * and on each day opportunities that were created and closed.
 */

const [FEW, MANY] = ["ten_000000000000000001", "ten_000000000000000002"];
const OWNERS = ["usr_000000000000000001", "usr_000000000000000002", "usr_000000000000000003", "usr_000000000000000004"];
const DAYS = 60;

/** Maximum time of a view of many opportunities, relative to few. */
const MAX_RATIO = 1.3;
/** The same for statistics by owner, which have a figure in more cells. */
const MAX_OWNER_RATIO = 1.6;

export async function benchPipeline({ rounds, runs, small, large }: CoreOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const started = performance.now();
    for (const [tenant, count] of [
      [FEW, small],
      [MANY, large],
    ] as const)
      await loadOpportunities(app, tenant, count);
    console.error(`wrote ${small + large} opportunities in ${Math.round((performance.now() - started) / 1000)} s`);
    const views: readonly [string, (count: number) => Promise<unknown>, number?][] = [
      ["pipeline", async () => Pipeline.read({})],
      ["forecast of a year", async () => Forecast.read({ months: 12 })],
      ["statistics by stage", async (count) => requireCount(await Stats.read({ group_by: "stage" }), count)],
      ["statistics by owner", async (count) => requireCount(await Stats.read({ group_by: "owner" }), count), MAX_OWNER_RATIO],
      ["statistics by type of a month", async () => Stats.read({ group_by: "type", from: addDays(today(), -30), to: today() })],
    ];
    const sections: Section[] = [];
    for (const [name, view, bound = MAX_RATIO] of views) {
      const runView = (tenant: string, count: number) => runIn(systemContext(app.ports, tenant, "bench"), () => view(count));
      const smallCase = { count: small, work: () => runView(FEW, small) };
      const largeCase = { count: large, work: () => runView(MANY, large) };
      sections.push(
        await measureFlatness(`${name}, by opportunities`, { rounds, runs, bound }, { few: smallCase, many: largeCase }),
      );
    }
    return sections;
  } finally {
    await app.stop();
  }
}

function requireCount({ totals }: { totals: { count: number } }, count: number): void {
  if (totals.count !== count) throw new Error(`${totals.count} opportunities were counted instead of ${count}`);
}

/** Writes opportunities of all stages into the store, with the counters that they add up to. */
export async function loadOpportunities(
  { ports }: Pick<App, "ports">,
  tenant: string,
  count: number,
  owners: readonly string[] = OWNERS,
): Promise<void> {
  const first = runIn(systemContext(ports, tenant, "bench"), () => addDays(today(), -DAYS));
  const counters = new Map<string, Record<string, number>>();
  const add = ({ scopes, counts, beside: additionalSums }: CounterSums): void => {
    for (const scope of scopes) {
      const counter = counters.get(scope) ?? {};
      counters.set(scope, counter);
      for (const [name, number] of Object.entries(counts)) counter[name] = (counter[name] ?? 0) + number;
    }
    if (additionalSums) add(additionalSums);
  };
  function* items(): Generator<Item[]> {
    for (let n = 0; n < count; n++) {
      const record = buildOpportunity(n, first, owners);
      add(buildCellSums(record));
      yield [Opportunities.toItem(tenant, record, JSON.stringify({ actor: owners[0], request: "load" }))];
    }
    for (const [scope, counts] of counters) yield [{ ...counterKey(tenant, OPPORTUNITY.name, scope), revision: 1, ...counts }];
  }
  await storeItems(ports, tenant, items());
}

const stages: readonly [code: string, stage: Stage][] = [
  ["prospecting", { probability: 10, forecast_category: "PIPELINE", is_closed: false, is_won: false }],
  ["proposal", { probability: 60, forecast_category: "BEST_CASE", is_closed: false, is_won: false }],
  ["negotiation", { probability: 80, forecast_category: "COMMIT", is_closed: false, is_won: false }],
  ["closed_won", buildClosedStage(true)],
  ["closed_lost", buildClosedStage(false)],
];

/** Builds a stored opportunity. The divisors have no common factor, so that all combinations of values occur. */
function buildOpportunity(n: number, first: string, owners: readonly string[]): OpportunityRecord {
  const created_day = addDays(first, n % 53);
  const [code, stage] = stages[(n * 7 + Math.floor(n / 53)) % stages.length] as (typeof stages)[number];
  const time = Date.parse(`${created_day}T08:00:00.000Z`) + n;
  const created_at = new Date(time).toISOString();
  const owner_id = owners[Math.floor(n / 5) % owners.length] as string;
  return {
    ...Object.fromEntries(Opportunities.fields.map((field) => [field, null])),
    ...Opportunities.definition.missingValues,
    id: newId(OPPORTUNITY, { at: time }),
    version: 1,
    created_at,
    created_by: owner_id,
    updated_at: created_at,
    updated_by: owner_id,
    deleted_at: null,
    opportunity_number: `O-2026-${String(n).padStart(6, "0")}`,
    name: `Opportunity ${n}`,
    customer_id: newId(CUSTOMER, { at: time }),
    owner_id,
    stage_id: defaultId(OPPORTUNITY_STAGES, code),
    ...stage,
    is_won: stage.is_closed ? stage.is_won : null,
    closed_date: stage.is_closed ? addDays(created_day, n % 7) : null,
    close_date: stage.is_closed ? null : addDays(first, DAYS + (n % 180)),
    amount: `${((n * 97) % 90_000) + 1000}.00`,
    currency: "USD",
    type: ["NEW_BUSINESS", "UPSELL", "RENEWAL"][n % 3],
    has_competition: false,
    tags: [],
    created_day,
  } as OpportunityRecord;
}
