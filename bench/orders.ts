import { paymentStates } from "@crm/core/commerce/order/ledger.rules.ts";
import { type OrderRecord, Orders } from "@crm/core/commerce/order/order.entity.ts";
import { ORDER } from "@crm/core/commerce/order/order.kind.ts";
import { Order } from "@crm/core/commerce/order/order.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { signUp } from "../test/support/app.ts";
import { buildRecordItems, storeItems } from "./bulk-load.ts";
import { measureReadUnits } from "./core.ts";
import { boundMisses, compare, formatTable, type Section } from "./stats.ts";

/** Lists of orders: they must take the same time in a large tenant as in a small one. */
export interface OrderOptions {
  rounds: number;
  runs: number;
  small: number;
  large: number;
}

/** Orders of each customer. */
const ORDERS_EACH = 50;
const MAX_RATIO = 1.2;
const DAY_MS = 24 * 60 * 60 * 1000;

type Query = Parameters<typeof Order.list>[0];

interface Shop {
  id: string;
  count: number;
  customer: string;
}

export async function benchOrders({ rounds, runs, small, large }: OrderOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const shops = [await fillShop(app, small), await fillShop(app, large)] as const;
    const contextOf = ({ id }: Shop) => systemContext(app.ports, id, "bench");
    const listIn = (shop: Shop, query: Query) => runIn(contextOf(shop), () => Tenant.runWithSettings(() => Order.list(query)));
    const queries: readonly [string, (shop: Shop) => Query][] = [
      ["all, newest first", () => ({})],
      ["of a customer", ({ customer }) => ({ customer })],
      ["of a status", () => ({ status: "CONFIRMED" })],
      ["of a payment state", () => ({ payment_state: "PARTLY_PAID" })],
      ["the largest totals", () => ({ sort: "-total" })],
      ["by order date", () => ({ sort: "order_date" })],
    ];
    const rows: (string | number)[][] = [];
    const missed: string[] = [];
    for (const [name, queryFor] of queries) {
      const [less, more] = shops;
      const { a, b, ratio } = await compare(
        rounds,
        runs,
        () => listIn(more, queryFor(more)),
        () => listIn(less, queryFor(less)),
        1,
      );
      const units = [];
      for (const shop of shops)
        units.push(
          await measureReadUnits(app.ports, contextOf(shop), () => Tenant.runWithSettings(() => Order.list(queryFor(shop)))),
        );
      const finds = await Promise.all(shops.map(async (shop) => (await listIn(shop, queryFor(shop))).meta.total));
      rows.push([name, b, a, ratio, ...units, ...finds]);
      missed.push(...boundMisses(ratio, MAX_RATIO, `orders: ${name}`));
    }
    const [fewer, more] = shops.map(({ count }) => count.toLocaleString("en"));
    const head = ["list", `ms at ${fewer}`, `ms at ${more}`, "ratio", `units at ${fewer}`, `units at ${more}`, "finds", "finds"];
    const title = `A page of 20 orders with its total at ${more} orders, against ${fewer}`;
    return [{ title, text: formatTable(head, rows), missed }];
  } finally {
    await app.stop();
  }
}

/** Creates a tenant with orders of many customers, states and days. The first one is made by the verb, the others are copies of it. */
async function fillShop(app: App, count: number): Promise<Shop> {
  const { id, admin } = await signUp(app);
  const { data: customer } = await admin.createCustomer({ name: "Reef" } as never);
  const line_items = [{ name: "Rope", quantity: "2", unit_price: "60.00" }];
  const { data } = await admin.createOrder({ customer_id: customer.id, status: "CONFIRMED", line_items } as never);
  const first = await runIn(systemContext(app.ports, id, "bench"), () => Records.load(Orders, data.id));
  if (!first) throw new Error("There is no order");
  const counters = new Map<string, Item>();
  const start = Date.parse(first.created_at) - count * 1000;
  const customerFor = (n: number): string =>
    n < ORDERS_EACH ? customer.id : customer.id.slice(0, -6) + String(Math.floor(n / ORDERS_EACH)).padStart(6, "0");
  const copyOrder = (n: number): OrderRecord => {
    const created_at = new Date(start + n * 1000).toISOString();
    const total = `${100 + ((n * 7919) % 90_000)}.00`;
    return {
      ...first,
      ...{ id: newId(ORDER, { at: start + n * 1000 }), created_at, updated_at: created_at, confirmed_at: created_at },
      order_number: `O-2025-${String(n).padStart(6, "0")}`,
      customer_id: customerFor(n),
      order_date: new Date(start - (n % 700) * DAY_MS).toISOString().slice(0, 10),
      status: n % 3 === 0 ? "COMPLETED" : "CONFIRMED",
      payment_state: paymentStates[n % paymentStates.length] ?? "UNPAID",
      ...{ total, due: total, balance: total },
    };
  };
  function* items(): Generator<Item[]> {
    for (let n = 0; n < count; n++) yield buildRecordItems(id, Orders, copyOrder(n), counters);
    yield [...counters.values()];
  }
  await storeItems(app.ports, id, items());
  return { id, count, customer: customer.id };
}
