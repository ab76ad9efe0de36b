import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError, type Client, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";
import { launchServer, restartServer, type ServerHandle } from "./server-handle.ts";
import { signUpTenant } from "./server-process.ts";

/** Number of approvals; `CRM_APPROVALS=200 CRM_KILLS=20` is the long form. */
const APPROVALS = resolveTestSize("CRM_APPROVALS", 8, 40);
const KILLS = resolveTestSize("CRM_KILLS", 1, 6);
const CLIENTS = 8;

let data: string;
let server: ServerHandle;
let token: string;
let key: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-approvals-"));
  server = await launchServer(data);
  ({ token } = await signUpTenant(server.url, `kill-${Date.now().toString(36)}`));
  // A record created with a key has no owner, so the administrator is the approver.
  ({ key } = (await createClient(httpTransport(server.url, token)).createApiKey({ name: "Seller", role: "ADMIN" })).data);
});
afterAll(async () => {
  await server.end();
  rmSync(data, { recursive: true, force: true });
});

const client = (credential: string): Client => createClient(httpTransport(server.url, credential));
const settle = () => fetch(`${server.url}/_local/settle`, { method: "POST", body: "{}" });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Processes the items with several clients in parallel; each client takes the next item. */
const runConcurrently = (items: readonly string[], work: (item: string, index: number) => Promise<void>): Promise<unknown> => {
  let next = 0;
  return Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let index = next++; index < items.length; index = next++) await work(items[index] as string, index);
    }),
  );
};

/** Retries with the same idempotency key until there is an answer. A lost connection or a 500 is not an answer. */
async function retryUntilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
      await pause(50);
    }
  }
}

it("approvals under way have one outcome each after kills of server and database", async () => {
  const { data: customer } = await client(key).createCustomer({ name: "Killed" });
  const line_items = [{ description: "Survey", unit_price: "100.00", discount_percent: "15" }];
  const [quotes, approvals, statusByQuote] = [
    Array.from({ length: APPROVALS }, () => ""),
    new Map<string, string>(),
    new Map<string, string>(),
  ];
  const inFlight = new Set<string>();
  const asking = async (label: string, ask: () => Promise<void>): Promise<void> => {
    inFlight.add(label);
    await retryUntilAnswered(ask);
    inFlight.delete(label);
  };
  await runConcurrently(quotes, async (_, index) => {
    quotes[index] = (await client(key).createQuote({ customer_id: customer.id, line_items })).data.id;
  });
  let isDone = false;
  const work = (async () => {
    await runConcurrently(quotes, (id, index) =>
      asking(`submit ${index}`, async () => {
        const { data: quote } = await client(key).submitQuote({ id }, { idempotencyKey: `submit-${index}` });
        approvals.set(id, String(quote.approval?.approvals[0]?.id));
      }),
    );
    await runConcurrently(quotes, (id, index) =>
      asking(`${index % 3 === 0 ? "reject" : "approve"} ${index}`, async () => {
        const [params, options] = [{ id: String(approvals.get(id)) }, { idempotencyKey: `decide-${index}` }];
        const decide =
          index % 3 === 0 ? client(token).rejectApproval(params, options) : client(token).approveApproval(params, options);
        statusByQuote.set(id, (await decide).data.status);
      }),
    );
    isDone = true;
  })();
  let struck = 0;
  for (let n = 1; n <= KILLS; n++) {
    // Kills are spread over the whole run: some hit submissions, others decisions.
    while (!isDone && approvals.size + statusByQuote.size < ((2 * n - 1) * APPROVALS) / KILLS) await pause(5);
    if (KILLS > 1) await pause(Math.random() * 40);
    while (!isDone && inFlight.size === 0) await pause(1);
    if (isDone) break;
    console.log(`kill ${n}: ${statusByQuote.size} decided, in flight: ${[...inFlight].join(", ") || "nothing"}`);
    if (inFlight.size > 0) struck++;
    await server.kill();
    server = await restartServer(data, { isLast: n === KILLS });
  }
  await work;
  expect(struck).toBeGreaterThan(0);
  await settle();
  // Reconciliation recovers the work that was lost with a process.
  for (let minutes = 0; minutes < 3; minutes++) {
    await fetch(`${server.url}/_local/clock`, { method: "POST", body: JSON.stringify({ advance: "PT3M" }) });
    await settle();
  }
  const crm = client(key);
  const { meta } = await crm.listApprovals({ limit: 1 });
  expect(meta.total).toBe(APPROVALS);
  for (const [index, id] of quotes.entries()) {
    const status = index % 3 === 0 ? "rejected" : "approved";
    const { data: quote } = await crm.getQuote({ id });
    const { data: approval } = await crm.getApproval({ id: String(approvals.get(id)) });
    expect([index, statusByQuote.get(id), approval.status, quote.status]).toEqual([
      index,
      status,
      status,
      index % 3 === 0 ? "DRAFT" : "APPROVED",
    ]);
    expect(quote.approval).toMatchObject({ round: 1, outcome: status.toUpperCase(), approvals: [{ id: approval.id, status }] });
    const { data: run } = await crm.getFlow({ id: `approval.${id}-1` });
    expect([index, run.status]).toEqual([index, "SUCCEEDED"]);
    expect(run.events.filter(({ type, state }) => type === "TaskStateExited" && state === "Conclude")).toHaveLength(1);
  }
}, 900_000);
