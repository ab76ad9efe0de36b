import { type CustomerRecord, Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { Hierarchy } from "@crm/core/accounts/customer/hierarchy.ts";
import { buildRollUpSums } from "@crm/core/accounts/customer/roll-up.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { counterKey, LIVE } from "@crm/core/storage/read/counter.ts";
import { separateScope } from "@crm/core/storage/table/collection.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { storeItems } from "./bulk-load.ts";
import type { CoreOptions } from "./core.ts";
import { buildCustomer } from "./customer-sample.ts";
import { measureFlatness, type Section } from "./stats.ts";

/** The hierarchy of a customer with its roll-up, compared with a hundred times as many customers below it. */

const [FEW, MANY] = ["ten_000000000000000001", "ten_000000000000000002"];
/** Direct children of each customer, down to the last level. */
const CHILDREN_PER_CUSTOMER = 10;

export async function benchTree({ rounds, runs, small, large }: CoreOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const started = performance.now();
    const [little, largeTree] = [await loadTree(app, FEW, small), await loadTree(app, MANY, large)];
    console.error(`wrote ${small + large} customers in ${Math.round((performance.now() - started) / 1000)} s`);
    const smallCase = { count: small, work: () => requireRollUp(app, FEW, little, small) };
    const largeCase = { count: large, work: () => requireRollUp(app, MANY, largeTree, large) };
    return [
      await measureFlatness(
        "hierarchy of a customer, by customers below it",
        { rounds, runs, bound: 1.3 },
        { few: smallCase, many: largeCase },
      ),
    ];
  } finally {
    await app.stop();
  }
}

async function requireRollUp(app: App, tenant: string, id: string, count: number): Promise<void> {
  const { roll_up } = await runIn(systemContext(app.ports, tenant, "bench"), () => Hierarchy.get({ id }));
  if (roll_up.customers !== count) throw new Error(`${roll_up.customers} customers were rolled up instead of ${count}`);
}

/** Writes a tree of customers into the store, with the counters of the top customer. Returns the top customer's id. */
async function loadTree(app: App, tenant: string, count: number): Promise<string> {
  const customers: CustomerRecord[] = [];
  for (let n = 0; n < count; n++) {
    const above = customers[Math.floor((n - 1) / CHILDREN_PER_CUSTOMER)];
    const place = above && {
      parent_customer_id: above.id,
      hierarchy_level: above.hierarchy_level + 1,
      ancestor_ids: [above.id, ...above.ancestor_ids],
    };
    const figures = { total_opportunities: 1, open_opportunities: 1 };
    const amounts = [{ currency: "USD", won_amount: "0.00", pipeline_value: "12.50", lifetime_value: "0.00" }];
    customers.push(buildCustomer(n, { ...place, ...figures, amounts }));
  }
  const [top] = customers as [CustomerRecord];
  const context = JSON.stringify({ actor: "usr_000000000000000001", request: "load" });
  const portions: Item[][] = customers.map((customer) => [Customers.toItem(tenant, customer, context)]);
  portions.push([...buildCounters(tenant, top.id, customers)]);
  await storeItems(app.ports, tenant, portions);
  return top.id;
}

function buildCounters(tenant: string, top: string, customers: readonly CustomerRecord[]): Item[] {
  const sums = new Map<string, Record<string, number>>();
  for (const customer of customers) {
    const { scopes, counts } = buildRollUpSums(customer);
    for (const scope of scopes.filter((each) => each.includes(top))) {
      const sum = sums.get(scope) ?? {};
      for (const [name, value] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + value;
      sums.set(scope, sum);
    }
  }
  const children = { [LIVE]: customers.filter(({ parent_customer_id }) => parent_customer_id === top).length };
  sums.set(separateScope("parent", top), children);
  return [...sums].map(([scope, sum]) => ({ ...counterKey(tenant, "customer", scope), revision: 1, ...sum }));
}
