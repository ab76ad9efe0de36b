import type { Database } from "@crm/core/kernel/ports.ts";
import { ApiError } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { recountTenant } from "../../local/backup/support.ts";
import { readAllPages } from "../../people/person/support.ts";
import { isRecordWrite, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { createCustomer, line } from "./support.ts";

/** Number of quotes created at the same moment; `CRM_QUOTES=1000` is the long form. */
const COUNT = resolveTestSize("CRM_QUOTES", 60, 200);

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  tenant = await signUp(app, { rate_limit_per_minute: 10_000_000 });
});
afterAll(() => app.stop());

type WriteFault = "throttled" | "conflicts" | "lost";

/** Quote numbers are leased outside of transactions. */
const isLease = (command: object) => command.constructor.name === "UpdateCommand";

const buildWriteError = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name, ...more });

/** At random, throttles a write, reports a conflict or loses its answer; returns the number of each fault. */
function injectWriteFaults({ ports: { database } }: App): { count: Record<WriteFault, number>; end: () => void } {
  const random = createTestRandom("quotes into a busy table");
  const send = database.send;
  const count = { throttled: 0, conflicts: 0, lost: 0 };
  const isTransaction = (command: object) => command.constructor.name === "TransactWriteCommand";
  (database as { send: Database["send"] }).send = async (command, scope) => {
    if (!isRecordWrite(command) && !isLease(command)) return send(command, scope);
    const dice = random();
    if (dice < 0.1 && ++count.throttled) throw buildWriteError("ProvisionedThroughputExceededException");
    if (dice < 0.2 && isTransaction(command) && ++count.conflicts)
      throw buildWriteError("TransactionCanceledException", { CancellationReasons: [{ Code: "TransactionConflict" }] });
    const answer = await send(command, scope);
    if (dice > 0.85 && ++count.lost) throw buildWriteError("TimeoutError");
    return answer;
  };
  return { count, end: () => Object.assign(database, { send }) };
}

const MAX_TRIES = 50;

/** Retries as a client does after a timeout or a retryable status: with the same idempotency key, until there is an answer. */
async function retryUntilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let life = 1; ; life++) {
    try {
      return await ask();
    } catch (error) {
      const passes = error instanceof ApiError && (error.status >= 500 || error.status === 429 || error.status === 409);
      if (!passes || life === MAX_TRIES) throw error;
    }
  }
}

it(`${COUNT} concurrent quotes each have a number and exist once`, async () => {
  const { admin } = tenant;
  const customers = await Promise.all(Array.from({ length: 10 }, () => createCustomer(admin)));
  const injuries = injectWriteFaults(app);
  const quotes = await Promise.all(
    Array.from({ length: COUNT }, (_, nth) =>
      retryUntilAnswered(async () => {
        const input = { name: `Quote ${nth}`, customer_id: customers[nth % 10], currency: "EUR", line_items: [line] };
        return (await admin.createQuote(input, { idempotencyKey: `quote-${nth}` })).data;
      }),
    ),
  );
  const submitted = await Promise.all(
    quotes.map(({ id }) =>
      retryUntilAnswered(async () => (await admin.submitQuote({ id }, { idempotencyKey: `submit-${id}` })).data),
    ),
  );
  injuries.end();
  for (const count of Object.values(injuries.count)) expect(count).toBeGreaterThan(COUNT / 20);
  const numbers = (rows: readonly { id: string; quote_number: string; name: string }[]) =>
    rows.map(({ id, quote_number, name }) => `${id} ${quote_number} ${name}`).sort();
  expect(new Set(quotes.map(({ quote_number }) => quote_number)).size).toBe(COUNT);
  expect(new Set(quotes.map(({ id }) => id)).size).toBe(COUNT);
  const rows = await readAllPages((page) => admin.listQuotes({ limit: 100, ...page }));
  expect(numbers(rows as typeof quotes)).toEqual(numbers(quotes));
  expect(submitted.every(({ status, approval }) => status === "APPROVED" && approval?.round === 1)).toBe(true);
  await app.settle();
  expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
});
