import { setTimeout as pause } from "node:timers/promises";
import { Invoice } from "@crm/core/commerce/invoice/invoice.ts";
import { InvoiceIssue } from "@crm/core/commerce/invoice/issue.ts";
import { Order } from "@crm/core/commerce/order/order.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import { Tenant } from "@crm/core/platform/tenant/tenant.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { signUp } from "../test/support/app.ts";
import { formatTable, type Section } from "./stats.ts";

/** The highest rate at which one tenant issues invoices: all of them write one counter item. */
export interface InvoiceOptions {
  writers: readonly number[];
  /** Invoices of each writer. */
  each: number;
}

/** Typical milliseconds of a read and of a transaction of DynamoDB in one region. */
const latencies = { none: [0, 0], DynamoDB: [4, 12] } as const;

export async function benchInvoices({ writers, each }: InvoiceOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const { id, admin } = await signUp(app);
    const { data: customer } = await admin.createCustomer({ name: "Bench" });
    const rows: string[][] = [];
    for (const [name, [read, write]] of Object.entries(latencies))
      for (const count of writers)
        rows.push([name, String(count), ...(await measure(app, id, customer.id, { count, each, read, write }))]);
    const title = "Issuing invoices of one tenant: all writers take numbers from one counter item";
    return [{ title, text: formatTable(["latency", "writers", "invoices/s", "transactions for each"], rows), missed: [] }];
  } finally {
    await app.stop();
  }
}

interface Run {
  count: number;
  each: number;
  read: number;
  write: number;
}

async function measure(app: App, tenant: string, customer_id: string, { count, each, read, write }: Run): Promise<string[]> {
  const inTenant = <T>(work: () => Promise<T>): Promise<T> =>
    runIn(systemContext(app.ports, tenant, "bench"), () => Tenant.runWithSettings(work));
  const line_items = [{ name: "Bench", quantity: "1", unit_price: "10.00" }];
  const createDraft = async (): Promise<string> => {
    const order = await Order.create({ customer_id, status: "CONFIRMED", line_items });
    return (await Invoice.create({ id: order.id })).id;
  };
  const drafts = await inTenant(async () => {
    const ids: string[] = [];
    while (ids.length < count * each) ids.push(await createDraft());
    return ids;
  });
  const { database } = app.ports;
  const send = database.send.bind(database);
  let transactions = 0;
  database.send = async (command, scope) => {
    const isTransaction = command.constructor.name === "TransactWriteCommand";
    if (isTransaction) transactions++;
    const latency = isTransaction ? write : read;
    if (latency > 0) await pause(latency);
    return send(command, scope);
  };
  const issue = async (id: string): Promise<void> => {
    try {
      await inTenant(() => InvoiceIssue.issue({ id }));
    } catch (error) {
      if (!isFailure(error, "CONFLICT")) throw error;
      await issue(id);
    }
  };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (let id = drafts.pop(); id !== undefined; id = drafts.pop()) await issue(id);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  database.send = send;
  return [((count * each) / seconds).toFixed(0), (transactions / (count * each)).toFixed(1)];
}
