import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { expect, it } from "vitest";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp } from "../../support/app.ts";
import { resolveTestSize } from "../../support/sample.ts";

/** Waiting items of one product; `npm run pre-orders` has a thousand. */
const ITEM_COUNT = resolveTestSize("CRM_PRE_ORDERS", 30, 1000);
const LINES = Math.min(50, ITEM_COUNT / 2);
const DAY_MS = 24 * 60 * 60 * 1000;

const inDays = (days: number): string => new Date(Clock.ms() + days * DAY_MS).toISOString();

it("comes for all waiting items of a product whose date moved twice, a day late, and tells of each once", {
  timeout: 600_000,
}, async () => {
  const app = await startTestApp();
  const tenant = await signUp(app, { visibility: "own" });
  const { data: key } = await tenant.admin.createApiKey({ name: "Books", role: "ADMIN" });
  const crm = createClient(inProcessTransport(app, key.key));
  const owner = await addUser(app, tenant, "SALES_REP");
  const product = { name: "Sail", unit_price: "80", currency: "EUR", release_at: inDays(30) };
  const { data: sail } = await crm.createProduct(product);
  const addresses: string[] = [];
  for (let made = 0; made < ITEM_COUNT; made += LINES) {
    const email = `buyer-${made}@mail.example`;
    const { data: customer } = await crm.createCustomer({ name: `Buyer ${made}`, email, customer_type: "INDIVIDUAL" });
    const line_items = Array.from({ length: LINES }, () => ({ product_id: sail.id, is_preorder: true }));
    const order = { customer_id: customer.id, owner_id: owner.id, currency: "EUR", status: "CONFIRMED", line_items };
    await crm.createOrder(order);
    addresses.push(email);
  }
  await app.settle();
  const count = async (status: string): Promise<number> =>
    (await crm.listPreOrders({ product: sail.id, status, sort: "due_at", limit: 1 })).meta?.total ?? 0;
  await crm.updateProduct({ id: sail.id, release_at: inDays(1) });
  await crm.updateProduct({ id: sail.id, release_at: inDays(5) });
  app.setClock({ advance: 2 * DAY_MS });
  await app.settle();
  expect([await count("WAITING"), await count("READY")]).toEqual([ITEM_COUNT, 0]);
  app.setClock({ advance: 4 * DAY_MS });
  await app.settle();
  expect([await count("WAITING"), await count("READY")]).toEqual([0, ITEM_COUNT]);
  app.setClock({ advance: DAY_MS });
  await app.settle();
  const login = { email: owner.email, password: PASSWORD, tenant_slug: tenant.slug };
  const { data: session } = await createClient(inProcessTransport(app)).login(login);
  const client = createClient(inProcessTransport(app, session.access_token));
  const told: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listNotifications({ limit: 100, ...(cursor ? { cursor } : {}) });
    told.push(...page.data.filter(({ type }) => type === "pre_order_ready").map(({ record_id }) => record_id));
    cursor = (page.meta as { next_cursor?: string } | undefined)?.next_cursor;
  } while (cursor);
  expect([told.length, new Set(told).size]).toEqual([ITEM_COUNT, ITEM_COUNT]);
  const mails = addresses.map((address) => app.mail.sent(address));
  expect(mails.map((sent) => sent.length)).toEqual(addresses.map(() => LINES));
  expect(new Set(mails.flat().map(({ id }) => id)).size).toBe(ITEM_COUNT);
  await app.stop();
});
