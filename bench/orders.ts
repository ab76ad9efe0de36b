import { AfterSalesCases, type CaseRecord } from "@crm/core/commerce/after-sales/after-sales.entity.ts";
import { AFTER_SALES_CASE } from "@crm/core/commerce/after-sales/after-sales.kind.ts";
import { caseStatuses } from "@crm/core/commerce/after-sales/after-sales.rules.ts";
import { AfterSales } from "@crm/core/commerce/after-sales/after-sales.ts";
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

/** Lists of orders and of their cases: they must take the same time in a large tenant as in a small one. */
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

interface Shop {
  id: string;
  count: number;
  customer: string;
  order: string;
  rma_code: string;
}

interface MeasuredList {
  name: string;
  list(shop: Shop): Promise<{ meta: { total?: unknown } }>;
}

const lists: readonly MeasuredList[] = [
  { name: "orders: all, newest first", list: () => Order.list({}) },
  { name: "orders of a customer", list: ({ customer }) => Order.list({ customer }) },
  { name: "orders of a status", list: () => Order.list({ status: "CONFIRMED" }) },
  { name: "orders of a payment state", list: () => Order.list({ payment_state: "PARTLY_PAID" }) },
  { name: "orders: the largest totals", list: () => Order.list({ sort: "-total" }) },
  { name: "orders by order date", list: () => Order.list({ sort: "order_date" }) },
  { name: "cases: all, newest first", list: () => AfterSales.list({}) },
  { name: "cases of an order", list: ({ order }) => AfterSales.listByOrder({ id: order }) },
  { name: "cases of a customer", list: ({ customer }) => AfterSales.list({ customer }) },
  { name: "cases of a status", list: () => AfterSales.list({ status: "REQUESTED" }) },
  { name: "the case with an RMA code", list: ({ rma_code }) => AfterSales.list({ rma_code }) },
];

export async function benchOrders({ rounds, runs, small, large }: OrderOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    await app.scheduler.stop();
    const shops = [await fillShop(app, small), await fillShop(app, large)] as const;
    const contextOf = ({ id }: Shop) => systemContext(app.ports, id, "bench");
    const listIn = (shop: Shop, { list }: MeasuredList) => runIn(contextOf(shop), () => Tenant.runWithSettings(() => list(shop)));
    const rows: (string | number)[][] = [];
    const missed: string[] = [];
    for (const measured of lists) {
      const [less, more] = shops;
      const { a, b, ratio } = await compare(
        rounds,
        runs,
        () => listIn(more, measured),
        () => listIn(less, measured),
        1,
      );
      const units = [];
      for (const shop of shops)
        units.push(await measureReadUnits(app.ports, contextOf(shop), () => Tenant.runWithSettings(() => measured.list(shop))));
      const finds = await Promise.all(shops.map(async (shop) => Number((await listIn(shop, measured)).meta.total)));
      rows.push([measured.name, b, a, ratio, ...units, ...finds]);
      missed.push(...boundMisses(ratio, MAX_RATIO, measured.name));
    }
    const [fewer, more] = shops.map(({ count }) => count.toLocaleString("en"));
    const head = ["list", `ms at ${fewer}`, `ms at ${more}`, "ratio", `units at ${fewer}`, `units at ${more}`, "finds", "finds"];
    const title = `A page of 20 rows with its total at ${more} orders and cases, against ${fewer}`;
    return [{ title, text: formatTable(head, rows), missed }];
  } finally {
    await app.stop();
  }
}

/** Creates a tenant with orders of many customers, states and days, each with a case. The first ones are made by the verbs, the others are copies. */
async function fillShop(app: App, count: number): Promise<Shop> {
  const { id, admin } = await signUp(app);
  const { data: customer } = await admin.createCustomer({ name: "Reef" });
  const line_items = [{ name: "Rope", quantity: "2", unit_price: "60.00" }];
  const { data } = await admin.createOrder({ customer_id: customer.id, status: "CONFIRMED", line_items });
  const first = await runIn(systemContext(app.ports, id, "bench"), () => Records.load(Orders, data.id));
  const complaint = { order_id: data.id, case_type: "COMPLAINT" };
  const { data: opened } = await admin.createAfterSalesCase(complaint);
  const firstCase = await runIn(systemContext(app.ports, id, "bench"), () => Records.load(AfterSalesCases, opened.id));
  if (!first || !firstCase) throw new Error("There is no order or case");
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
  const copyCase = (n: number, order_id: string): CaseRecord => {
    const created_at = new Date(start + n * 1000).toISOString();
    return {
      ...firstCase,
      ...{ id: newId(AFTER_SALES_CASE, { at: start + n * 1000 }), created_at, updated_at: created_at, order_id },
      customer_id: customerFor(n),
      rma_code: formatRmaCode(n),
      status: caseStatuses[n % caseStatuses.length] ?? "REQUESTED",
    };
  };
  function* items(): Generator<Item[]> {
    for (let n = 0; n < count; n++) {
      const order = copyOrder(n);
      yield buildRecordItems(id, Orders, order, counters);
      yield buildRecordItems(id, AfterSalesCases, copyCase(n, n < ORDERS_EACH ? data.id : order.id), counters);
    }
    yield [...counters.values()];
  }
  await storeItems(app.ports, id, items());
  return { id, count, customer: customer.id, order: data.id, rma_code: formatRmaCode(0) };
}

const formatRmaCode = (n: number): string =>
  `RMA-0000-0000-00${String(n)
    .padStart(6, "0")
    .replace(/(.{2})/, "$1-")}`;
