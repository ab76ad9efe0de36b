import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { Money } from "@crm/core/kernel/money.ts";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { startApp } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { parse } from "csv-parse/sync";
import { checkOrderReports } from "./history-reports.ts";
import { checkOrderReaders } from "./order-readers.ts";

/**
 * `npm run order-history -- <folder>`: imports Contacts.csv, Products.csv, Sales.csv and SalesLines.csv through the API, and prints the sums of the
 * orders by month, customer, product and payment state beside sums of the files and beside truth.json. Then it compares what reads orders: figures of
 * customers, the 360, segments and re-engagement. In memory.
 */
const folder = process.argv[2];
if (folder === undefined) {
  console.error("npm run order-history -- <folder with Contacts.csv, Products.csv, Sales.csv, SalesLines.csv, truth.json>");
  process.exit(2);
}
const expectedData = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8"));

const app = await startApp({ data: "memory", logFrom: "error" });
const server = await startServer(app, 0);
let failed = 0;

function checkFigure(title: string, actual: unknown, expected: unknown): void {
  const [actualText = "", expectedText = ""] = [actual, expected].map((value) => JSON.stringify(value));
  if (actualText !== expectedText) failed++;
  const short = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}...` : text);
  console.log(
    `${actualText === expectedText ? "ok    " : "FAILED"} ${title.padEnd(44)} ${short(actualText)}  ${short(expectedText)}`,
  );
}

type CsvRow = Record<string, string>;
const readRows = (file: string): CsvRow[] => parse(readFileSync(join(String(folder), file)), { columns: true, bom: true });

/** Waits until the server has settled, which may take longer than the time limit of `fetch`. */
const settle = () =>
  new Promise((resolve, reject) => {
    const clientRequest = request(`${server.url}/_local/settle`, { method: "POST" }, (answer) =>
      answer.resume().on("end", resolve),
    );
    clientRequest.on("error", reject).end("{}");
  });

/** Adds amounts by a key. Returns the sums in order of their keys. */
function sumBy<T>(rows: readonly T[], keyOf: (row: T) => string, amountOf: (row: T) => string): [string, string][] {
  const amounts = new Map<string, string[]>();
  for (const row of rows) amounts.set(keyOf(row), [...(amounts.get(keyOf(row)) ?? []), amountOf(row)]);
  return [...amounts]
    .map(([key, all]): [string, string] => [key, Money.sum(all.map((text) => Money.multiply("1.00", text)))])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

try {
  const { data } = await createClient(httpTransport(server.url)).signup({
    tenant_name: "History",
    tenant_slug: "history",
    first_name: "Ada",
    last_name: "Admin",
    email: "ada@history.example",
    password: "Correct-Horse-9000",
  });
  const crm = createClient(httpTransport(server.url, data.access_token));
  await crm.updateTenant({ settings: { rate_limit_per_minute: 1_000_000, default_country: "US", currency: "USD" } });

  const importFile = async (entity: string, file: string, parts: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const form = new FormData();
    form.append("file", new Blob([readFileSync(join(String(folder), file))], { type: "text/csv" }), file);
    for (const [name, value] of Object.entries(parts)) form.append(name, JSON.stringify(value));
    const headers = { authorization: `Bearer ${data.access_token}` };
    const response = await fetch(`${server.url}/api/v1/${entity}/import`, { method: "POST", headers, body: form });
    const answer = (await response.json()) as { data: { import_id: string } };
    if (response.status !== 202) throw new Error(JSON.stringify(answer));
    const started = performance.now();
    await settle();
    const { data: done } = await crm.getImport({ id: answer.data.import_id });
    console.log(`       ${entity}: ${done.processed} rows in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (done.failed > 0) {
      const errors = await fetch(`${server.url}/api/v1/imports/${answer.data.import_id}/errors`, { headers });
      console.log((await errors.text()).split("\n").slice(0, 5).join("\n"));
    }
    return done as Record<string, unknown>;
  };
  const checkImport = (title: string, done: Record<string, unknown>, count: number) =>
    checkFigure(title, [Number(done.created) + Number(done.updated), done.failed], [count, 0]);

  const { rows: counts } = expectedData;
  checkImport(
    "persons",
    await importFile("persons", "Contacts.csv", {
      mapping: { ContactID: "external_key", FullName: "full_name", Email: "email" },
    }),
    counts.Contacts,
  );
  checkImport(
    "customers",
    await importFile("customers", "Contacts.csv", {
      mapping: { ContactID: "external_key", FullName: "name" },
      options: { defaults: { customer_type: "individual" } },
    }),
    counts.Contacts,
  );
  checkImport(
    "products",
    await importFile("products", "Products.csv", {
      mapping: { ItemNo: "sku", ItemName: "name", UnitPrice: "unit_price", Category: "category_id" },
      options: { create_masters: true },
    }),
    counts.Products,
  );
  checkImport(
    "orders",
    await importFile("orders", "Sales.csv", {
      mapping: { SalesID: "order_number", ContactID: "customer_id", SalesDate: "order_date" },
      options: { historic: true },
    }),
    counts.Sales,
  );
  checkImport(
    "lines",
    await importFile("order-items", "SalesLines.csv", {
      mapping: {
        SalesID: "order_number",
        ItemNo: "product_id",
        Quantity: "quantity",
        LinePrice: "line_amount",
        Tax: "tax_percent",
      },
    }),
    counts.SalesLines,
  );
  checkImport(
    "status and payments",
    await importFile("orders", "Sales.csv", {
      mapping: { SalesID: "order_number", PaymentStatus: "payment_state" },
      value_map: { payment_state: { Pending: "UNPAID", Overdue: "UNPAID", Paid: "PAID" } },
      options: { historic: true, mode: "update", match_on: "order_number", defaults: { status: "COMPLETED" } },
    }),
    counts.Sales,
  );
  // An inactive product cannot be added to an order, so products get their state last.
  checkImport(
    "states of products",
    await importFile("products", "Products.csv", {
      mapping: { ItemNo: "sku", IsActive: "is_active" },
      options: { mode: "update", match_on: "sku" },
    }),
    counts.Products,
  );

  const listAll = async <R>(
    list: (query: { limit: number; cursor?: string }) => Promise<{ data: R[]; meta: { next_cursor: string | null } }>,
  ): Promise<R[]> => {
    const rows: R[] = [];
    let cursor: string | null = null;
    do {
      const page: { data: R[]; meta: { next_cursor: string | null } } = await list({
        ...{ limit: 100, ...(cursor === null ? {} : { cursor }) },
      });
      rows.push(...page.data);
      cursor = page.meta.next_cursor;
    } while (cursor !== null);
    return rows;
  };
  const rows = await listAll<{ id: string }>(crm.listOrders);
  const orders = [];
  for (const { id } of rows) orders.push((await crm.getOrder({ id })).data);
  const customers = await listAll<{ id: string; name?: string | null }>(crm.listCustomers);
  const products = await listAll<{ id: string; sku?: string | null }>(crm.listProducts);
  const nameById = new Map(customers.map(({ id, name }) => [id, String(name)]));
  const skuById = new Map(products.map(({ id, sku }) => [id, String(sku)]));

  const sales = new Map(readRows("Sales.csv").map((sale) => [sale.SalesID, sale]));
  const contacts = new Map(readRows("Contacts.csv").map((contact) => [contact.ContactID, contact]));
  const saleLines = readRows("SalesLines.csv");
  const saleFor = ({ SalesID }: CsvRow): CsvRow => sales.get(String(SalesID)) ?? {};
  const linePrice = ({ LinePrice }: CsvRow) => String(LinePrice);
  const net = ({ net_amount }: { net_amount: string }) => net_amount;

  checkFigure("sum of all orders", Money.sum(orders.map(net)), expectedData.order_total);
  checkFigure(
    "by month",
    sumBy(orders, ({ order_date }) => order_date.slice(0, 7), net),
    sumBy(saleLines, (line) => String(saleFor(line).SalesDate).slice(0, 7), linePrice),
  );
  checkFigure(
    "by month of creation",
    sumBy(orders, ({ created_at }) => created_at.slice(0, 7), net),
    sumBy(saleLines, (line) => String(saleFor(line).SalesDate).slice(0, 7), linePrice),
  );
  checkFigure(
    "by customer",
    sumBy(orders, ({ customer_id }) => String(nameById.get(customer_id)), net),
    sumBy(saleLines, (line) => String(contacts.get(String(saleFor(line).ContactID))?.FullName), linePrice),
  );
  checkFigure(
    "by product",
    sumBy(
      orders.flatMap(({ line_items }) => line_items),
      ({ product_id }) => String(skuById.get(String(product_id))),
      ({ line_total }) => line_total,
    ),
    sumBy(saleLines, ({ ItemNo }) => String(ItemNo), linePrice),
  );
  const byState = new Map(sumBy(orders, ({ payment_state }) => payment_state, net));
  const { Paid, Overdue, Pending } = expectedData.sales_by_payment_status;
  checkFigure("paid", byState.get("PAID"), Paid.total);
  checkFigure("unpaid", byState.get("UNPAID"), Money.sum([Overdue.total, Pending.total]));
  const isBalanced = orders.every(({ payment_state, balance, total }) => balance === (payment_state === "PAID" ? "0.00" : total));
  checkFigure("balances", isBalanced, true);
  const byName = new Map(sumBy(orders, ({ customer_id }) => String(nameById.get(customer_id)), net));
  for (const [, name, count, total] of expectedData.top5_contacts_by_sales)
    checkFigure(
      String(name),
      [orders.filter(({ customer_id }) => nameById.get(customer_id) === name).length, byName.get(name)],
      [count, total],
    );
  // The readers of orders add one.
  await checkOrderReports(expectedData, { crm, checkFigure });
  await checkOrderReaders(
    [...sales.values()].map((sale) => ({
      customer: String(contacts.get(String(sale.ContactID))?.FullName),
      day: String(sale.SalesDate),
      isPaid: sale.PaymentStatus === "Paid",
      lines: saleLines
        .filter(({ SalesID }) => SalesID === sale.SalesID)
        .map(({ LinePrice, Tax }) => ({ price: String(LinePrice), taxPercent: String(Tax) })),
    })),
    { crm, settle, checkFigure },
  );
} finally {
  await server.close();
  await app.stop();
}
console.log(failed === 0 ? "All figures match." : `${failed} figures differ.`);
process.exit(failed === 0 ? 0 : 1);
