import { Invoice } from "@crm/core/commerce/invoice/invoice.ts";
import { InvoiceIssue } from "@crm/core/commerce/invoice/issue.ts";
import { Order } from "@crm/core/commerce/order/order.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { sample } from "../../support/sample.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const WRITERS = 20;
/** `CRM_SAMPLE=all` issues 200 invoices. */
const INVOICES_EACH = sample === "all" ? 10 : 3;

const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => Tenants.runWithSettings(work));

const isTransaction = (command: object): boolean => command.constructor.name === "TransactWriteCommand";

class Killed extends Error {}

/** Kills some writers at their transaction: before it, or after it and before its answer. */
function killWriters(random: () => number) {
  const { database } = app.ports;
  const send = database.send.bind(database);
  return vi.spyOn(database, "send").mockImplementation(async (command, scope) => {
    if (!isTransaction(command)) return send(command, scope);
    const fate = random();
    if (fate < 0.05) throw new Killed("before the write");
    const answer = await send(command, scope);
    if (fate > 0.95) throw new Killed("after the write");
    return answer;
  });
}

it("gives all invoices of 20 writers their numbers without gaps, through kills and conflicts", async () => {
  const { data: customer } = await tenant.admin.createCustomer({ name: "Havn" });
  const line = { name: "Kayak", quantity: String(WRITERS), unit_price: "10.00" };
  const drafts = await runInTenant(async () => {
    const ids: string[][] = [];
    for (let order = 0; order < INVOICES_EACH; order++) {
      const { id, line_items } = await Order.create({
        customer_id: customer.id,
        status: "CONFIRMED",
        line_items: [line],
      });
      const items = [{ line_id: line_items[0]?.id as string, quantity: "1" }];
      const own: string[] = [];
      for (let writer = 0; writer < WRITERS; writer++) own.push((await Invoice.create({ id, line_items: items })).id);
      ids.push(own);
    }
    return ids;
  });
  let killCount = 0;
  const issue = async (id: string): Promise<void> => {
    for (;;) {
      try {
        await runInTenant(() => InvoiceIssue.issue({ id }));
        return;
      } catch (error) {
        if (error instanceof Killed) killCount++;
        else if (!isFailure(error, "CONFLICT")) throw error;
        // The writer was killed after its write, or had too many conflicts and tries again.
        else if (error.details.some(({ field }) => field === "status")) return;
      }
    }
  };
  const writing = killWriters(createTestRandom("kills of writers"));
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (const own of drafts) await issue(own[writer] as string);
    }),
  );
  const transactionCount = writing.mock.calls.filter(([command]) => isTransaction(command)).length;
  writing.mockRestore();
  const invoices = await runInTenant(() => Promise.all(drafts.flat().map((id) => Invoice.get({ id }))));
  const year = new Date(Clock.ms()).getUTCFullYear();
  expect(invoices.map(({ invoice_number }) => invoice_number).sort()).toEqual(
    Array.from({ length: WRITERS * INVOICES_EACH }, (_, index) => `INV-${year}-${String(index + 1).padStart(6, "0")}`),
  );
  expect(killCount).toBeGreaterThan(INVOICES_EACH);
  // Transactions that met another writer of the counter were tried again.
  expect(transactionCount).toBeGreaterThan(WRITERS * INVOICES_EACH + killCount);
});
