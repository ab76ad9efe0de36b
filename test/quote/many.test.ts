import type { Database } from "@crm/core/kernel/ports.ts";
import { Refused } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { recountOf } from "../backup/support.ts";
import { chanceOf } from "../chance.ts";
import { walk } from "../person/support.ts";
import { sizeFrom } from "../sample.ts";
import { commits, signUp, startTestApp, type Tenant } from "../support.ts";
import { customerOf, line } from "./support.ts";

/** So many at the same moment; `CRM_QUOTES=1000` is the long form. */
const COUNT = sizeFrom("CRM_QUOTES", 60, 200);

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ log: { write: () => undefined } });
  tenant = await signUp(app, { rate_limit_per_minute: 10_000_000 });
});
afterAll(() => app.stop());

type Injury = "throttled" | "conflicts" | "lost";

/** Numbers are leased outside of transactions. */
const leases = (command: object) => command.constructor.name === "UpdateCommand";

const failure = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name, ...more });

/** Each write is refused, collides or loses its answer, by chance; what was done is counted. */
function injure({ ports: { database } }: App): { count: Record<Injury, number>; end: () => void } {
  const random = chanceOf("quotes into a busy table");
  const send = database.send;
  const count = { throttled: 0, conflicts: 0, lost: 0 };
  const isTransaction = (command: object) => command.constructor.name === "TransactWriteCommand";
  (database as { send: Database["send"] }).send = async (command, scope) => {
    if (!commits(command) && !leases(command)) return send(command, scope);
    const dice = random();
    if (dice < 0.1 && ++count.throttled) throw failure("ProvisionedThroughputExceededException");
    if (dice < 0.2 && isTransaction(command) && ++count.conflicts)
      throw failure("TransactionCanceledException", { CancellationReasons: [{ Code: "TransactionConflict" }] });
    const answer = await send(command, scope);
    if (dice > 0.85 && ++count.lost) throw failure("TimeoutError");
    return answer;
  };
  return { count, end: () => Object.assign(database, { send }) };
}

const LIVES = 50;

/** As a client asks that hears nothing, or that it should come again: under the same key, until there is an answer. */
async function insisting<T>(ask: () => Promise<T>): Promise<T> {
  for (let life = 1; ; life++) {
    try {
      return await ask();
    } catch (error) {
      const passes = error instanceof Refused && (error.status >= 500 || error.status === 429 || error.status === 409);
      if (!passes || life === LIVES) throw error;
    }
  }
}

it(`${COUNT} quotes at once each have a number, and are there once`, async () => {
  const { admin } = tenant;
  const customers = await Promise.all(Array.from({ length: 10 }, () => customerOf(admin)));
  const injuries = injure(app);
  const made = await Promise.all(
    Array.from({ length: COUNT }, (_, nth) =>
      insisting(async () => {
        const input = { name: `Quote ${nth}`, customer_id: customers[nth % 10], currency: "EUR", line_items: [line] };
        return (await admin.createQuote(input as never, { idempotencyKey: `quote-${nth}` })).data;
      }),
    ),
  );
  const submitted = await Promise.all(
    made.map(({ id }) => insisting(async () => (await admin.submitQuote({ id }, { idempotencyKey: `submit-${id}` })).data)),
  );
  injuries.end();
  for (const count of Object.values(injuries.count)) expect(count).toBeGreaterThan(COUNT / 20);
  const numbers = (rows: readonly { id: string; quote_number: string; name: string }[]) =>
    rows.map(({ id, quote_number, name }) => `${id} ${quote_number} ${name}`).sort();
  expect(new Set(made.map(({ quote_number }) => quote_number)).size).toBe(COUNT);
  expect(new Set(made.map(({ id }) => id)).size).toBe(COUNT);
  const rows = await walk((page) => admin.listQuotes({ limit: 100, ...page } as never) as never);
  expect(numbers(rows as never)).toEqual(numbers(made));
  expect(submitted.every(({ status, approval }) => status === "APPROVED" && approval?.round === 1)).toBe(true);
  await app.settle();
  expect((await recountOf(app, tenant.id)).differences).toEqual([]);
});
