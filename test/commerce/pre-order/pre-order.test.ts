import { Clock } from "@crm/core/kernel/clock.ts";
import { allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
/** Acts by a key of the administrator, which stays valid when the clock moves. */
let crm: Client;
let owner: TestUser;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own", timezone: "Europe/Berlin" });
  const { data: key } = await tenant.admin.createApiKey({ name: "Books", role: "ADMIN" });
  crm = createClient(inProcessTransport(app, key.key));
  owner = await addUser(app, tenant, "SALES_REP");
  colleague = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const now = (): number => Clock.ms();
const inDays = (days: number): string => new Date(now() + days * DAY_MS).toISOString();
const pass = async (ms: number): Promise<void> => {
  app.setClock({ advance: ms });
  await app.settle();
};

let count = 0;
const createProduct = async (release_at: string | null = null): Promise<string> =>
  (await crm.createProduct({ name: `Sail ${++count}`, unit_price: "80", currency: "EUR", release_at })).data.id;
const createCustomer = async () => {
  const address = `buyer-${++count}@mail.example`;
  const { data } = await crm.createCustomer({ name: `Havn ${count}`, email: address, customer_type: "INDIVIDUAL" });
  return { id: data.id, address };
};
const line = (more: object = {}) => ({ name: "Sail", unit_price: "80", quantity: "2", is_preorder: true, ...more });
const createOrder = async (line_items: object[], more: object = {}) => {
  const customer_id = (await createCustomer()).id;
  const input = { customer_id, currency: "EUR", status: "CONFIRMED", owner_id: owner.id, line_items, ...more };
  return (await crm.createOrder(input)).data;
};
const listOfOrder = async (id: string) => [...(await crm.listOrderPreOrders({ id })).data].sort((a, b) => (a.id < b.id ? -1 : 1));
const readItem = async (id: string) => (await crm.getPreOrder({ id })).data;
const readLines = async (id: string) => (await crm.getOrder({ id })).data.line_items;
const readRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, details, message }: { status: number; details?: { field: string }[]; message: string }) => [
      status ?? message,
      (details ?? []).map(({ field }) => field),
    ],
  );

describe("the pre-orders of an order", () => {
  it("begin with its confirmation, and follow its revisions and its end", async () => {
    const draft = await createOrder([line(), { name: "Oar", unit_price: "10" }, line({ name: "Mast" })], { status: "DRAFT" });
    expect(await listOfOrder(draft.id)).toEqual([]);
    await crm.confirmOrder({ id: draft.id });
    const [sail, mast] = await listOfOrder(draft.id);
    expect(sail).toMatchObject({ name: "Sail", quantity: "2", status: "WAITING", due_at: null, customer_id: draft.customer_id });
    expect((await readLines(draft.id)).map(({ pre_order_id }) => pre_order_id)).toEqual([sail?.id, null, mast?.id]);
    const lines = await readLines(draft.id);
    const [sailLine, oarLine] = lines;
    const revised = [
      { ...line({ quantity: "5", preorder_release_at: inDays(9) }), id: sailLine?.id },
      { name: "Oar", unit_price: "10", id: oarLine?.id, is_preorder: true },
      line({ name: "Rope" }),
    ];
    await crm.reviseOrder({ id: draft.id, reason: "More", line_items: revised });
    const after = await listOfOrder(draft.id);
    expect(after.map(({ name, quantity, status }) => [name, quantity, status])).toEqual([
      ["Sail", "5", "WAITING"],
      ["Mast", "2", "CANCELLED"],
      ["Oar", "1", "WAITING"],
      ["Rope", "2", "WAITING"],
    ]);
    expect(after[0]?.due_at).toBe(after[0]?.release_at);
    await crm.cancelOrder({ id: draft.id, reason: "Storm" });
    expect((await listOfOrder(draft.id)).map(({ status }) => status)).toEqual([
      "CANCELLED",
      "CANCELLED",
      "CANCELLED",
      "CANCELLED",
    ]);
  });

  it("are at most 50", async () => {
    const lines = Array.from({ length: 51 }, (_, index) => line({ name: `Sail ${index}` }));
    expect(await readRejection(createOrder(lines))).toEqual([422, ["line_items[50].is_preorder"]]);
    const order = await createOrder(lines.slice(1));
    expect((await crm.listOrderPreOrders({ id: order.id, limit: 100 })).data).toHaveLength(50);
  });

  it("can be made of lines that are not sent, and are seen by those who see the order", async () => {
    const order = await createOrder([
      { name: "Oar", unit_price: "10", quantity: "3" },
      { name: "Bell", unit_price: "5" },
    ]);
    const [oar, bell] = order.line_items;
    await allowAnyInput(crm).createOrderFulfilment({ id: order.id, items: [{ line_id: bell?.id, quantity: "1" }] });
    const make = (line_id = "", more: object = {}) => crm.createOrderPreOrder({ id: order.id, line_id, ...more });
    expect(await readRejection(make(bell?.id))).toEqual([409, ["line_id"]]);
    const { data } = await make(oar?.id, { hold_until: "9999-12-31", vendor: "Werft", category: "Wood", priority: 7 });
    expect(data).toMatchObject({ status: "WAITING", vendor: "Werft", category: "Wood", priority: 7, quantity: "3" });
    expect(await readRejection(make(oar?.id))).toEqual([400, ["line_id"]]);
    expect((await readLines(order.id))[0]).toMatchObject({ is_preorder: true, pre_order_id: data.id });
    expect((await owner.client.getPreOrder({ id: data.id })).data.vendor).toBe("Werft");
    expect(await readRejection(colleague.client.getPreOrder({ id: data.id }))).toEqual([404, []]);
    expect(await readRejection(colleague.client.releasePreOrder({ id: data.id }))).toEqual([404, []]);
    expect((await colleague.client.listPreOrders({ customer: order.customer_id })).data).toEqual([]);
  });
});

describe("a release", () => {
  it("comes at the date of the line, product or hold, and is told once", async () => {
    const product_id = await createProduct(inDays(4));
    const { id: customer_id, address } = await createCustomer();
    const lines = [line({ name: undefined, product_id }), line({ preorder_release_at: inDays(2) }), line({ name: "Later" })];
    const order = await createOrder(lines, { customer_id });
    const [byProduct, byLine, without] = (await listOfOrder(order.id)).map(({ id }) => id);
    const statuses = async () => (await listOfOrder(order.id)).map(({ status }) => status);
    const send = (index: number, quantity = "2") =>
      allowAnyInput(crm).createOrderFulfilment({ id: order.id, items: [{ line_id: order.line_items[index]?.id, quantity }] });
    expect(await readRejection(send(1))).toEqual([400, ["items[0].line_id"]]);
    await allowAnyInput(crm).updatePreOrder({ id: without, hold_until: inDays(6).slice(0, 10) });
    // The clock of the line is a day late.
    await pass(3 * DAY_MS);
    expect(await statuses()).toEqual(["WAITING", "READY", "WAITING"]);
    expect((await readLines(order.id))[1]?.preorder_released_at).not.toBeNull();
    // The date of the product moves twice before its first move is heard of.
    await crm.updateProduct({ id: product_id, release_at: inDays(0.5) });
    await crm.updateProduct({ id: product_id, release_at: inDays(9) });
    await pass(DAY_MS);
    expect(await statuses()).toEqual(["WAITING", "READY", "WAITING"]);
    expect((await readItem(byProduct ?? "")).due_at).toBe((await crm.getProduct({ id: product_id })).data.release_at);
    await pass(2 * DAY_MS);
    expect((await readItem(without ?? "")).ready_reason).toBe("HOLD_ENDED");
    await crm.updateProduct({ id: product_id, release_at: inDays(1) });
    await pass(3 * DAY_MS);
    expect(await readItem(byProduct ?? "")).toMatchObject({ status: "READY", ready_reason: "RELEASE" });
    const { data: sent } = await send(1);
    expect(await readItem(byLine ?? "")).toMatchObject({ status: "PROCESSED", processing_date: sent.shipped_date });
    await crm.cancelOrderFulfilment({ id: order.id, fulfilment_id: sent.id });
    expect(await readItem(byLine ?? "")).toMatchObject({ status: "READY", processing_date: null });
    await app.settle();
    const login = { email: owner.email, password: PASSWORD, tenant_slug: tenant.slug };
    const { data: session } = await createClient(inProcessTransport(app)).login(login);
    const ownClient = createClient(inProcessTransport(app, session.access_token));
    const { data: notifications } = await ownClient.listNotifications({ limit: 100 });
    const told = notifications.filter(({ type }) => type === "pre_order_ready").map(({ record_id }) => record_id);
    expect(told.sort()).toEqual([byProduct, byLine, without].sort());
    const subjects = app.mail.sent(address).map(({ subject }) => subject);
    expect(subjects).toEqual([
      expect.stringContaining("Sail"),
      expect.stringContaining("Later"),
      expect.stringContaining("Sail"),
    ]);
  });

  it("comes by hand, and can be taken back until something is sent", async () => {
    const order = await createOrder([line({ preorder_release_at: inDays(-1) })]);
    const [item] = await listOfOrder(order.id);
    const id = item?.id ?? "";
    const hold = (more: object = {}) => crm.holdPreOrder({ id, reason: "Broken", ...more });
    expect((await hold()).data).toMatchObject({ is_held: true, due_at: null, status: "WAITING" });
    await pass(DAY_MS);
    expect((await readItem(id)).status).toBe("WAITING");
    expect((await crm.updatePreOrder({ id, status: 1 })).data).toMatchObject({ ready_reason: "MANUAL" });
    expect(await readRejection(crm.releasePreOrder({ id }))).toEqual([409, ["status"]]);
    expect(await readRejection(crm.updatePreOrder({ id, status: 2 }))).toEqual([409, ["status"]]);
    expect((await hold({ hold_until: "9999-12-31" })).data).toMatchObject({ is_held: false, status: "WAITING" });
    expect((await readLines(order.id))[0]?.preorder_released_at).toBeNull();
    await crm.releasePreOrder({ id, reason: "Arrived" });
    await allowAnyInput(crm).createOrderFulfilment({ id: order.id, items: [{ line_id: item?.line_id, quantity: "1" }] });
    expect(await readItem(id)).toMatchObject({ status: "READY", reason: "Arrived" });
    expect(await readRejection(hold())).toEqual([409, ["status"]]);
    const { data: ready } = await crm.listPreOrders({ order_id: order.id, status: "1" });
    expect(ready.map((row) => row.id)).toEqual([id]);
  });
});

describe("an allocation", () => {
  const queue = async (quantities: readonly string[], priorities: readonly number[] = []) => {
    const product_id = await createProduct();
    const ids: string[] = [];
    for (const [index, quantity] of quantities.entries()) {
      const order = await createOrder([line({ name: undefined, product_id, quantity })]);
      const [item] = await listOfOrder(order.id);
      ids.push(item?.id ?? "");
      if (priorities[index]) await allowAnyInput(crm).updatePreOrder({ id: item?.id, priority: priorities[index] });
    }
    return { product_id, ids };
  };
  const allocate = async (product_id: string, quantity: string, method: string, more: object = {}) => {
    const { data } = await crm.createPreOrderAllocation({ product_id, quantity, method, ...more });
    return data.id;
  };
  const readParts = (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => readItem(id).then((item) => [item.allocated_quantity, item.status])));
  const readResult = async (id: string) => (await crm.getPreOrderAllocation({ id })).data;

  it("serves the first, and the next one goes on where it ended", async () => {
    const { product_id, ids } = await queue(["2", "5", "1"]);
    const first = await allocate(product_id, "4", "FIRST_COME");
    await app.settle();
    expect(await readParts(ids)).toEqual([
      ["2", "READY"],
      ["2", "WAITING"],
      ["0", "WAITING"],
    ]);
    expect(await readResult(first)).toMatchObject({
      status: "COMPLETED",
      remaining_quantity: "0",
      allocated_count: 2,
      ready_count: 1,
    });
    const second = await allocate(product_id, "6.5", "FIRST_COME");
    await app.settle();
    expect((await readParts(ids)).map(([, status]) => status)).toEqual(["READY", "READY", "READY"]);
    expect(await readResult(second)).toMatchObject({ status: "COMPLETED", remaining_quantity: "2.5", ready_count: 2 });
  });

  it("serves the highest priority, of equal ones the oldest", async () => {
    const { product_id, ids } = await queue(["1", "1", "1", "1"], [0, 5, 100, 5]);
    await allocate(product_id, "2", "PRIORITY");
    await app.settle();
    expect((await readParts(ids)).map(([quantity]) => quantity)).toEqual(["0", "1", "1", "0"]);
    const { data } = await crm.listPreOrders({ product: product_id, status: "WAITING", sort: "-priority" });
    expect(data.map((row) => row.id)).toEqual([ids[3], ids[0]]);
  });

  it("serves named items, which it checks", async () => {
    const { product_id, ids } = await queue(["3", "3", "3"]);
    const [a, b, c] = ids;
    const items = (...parts: [string | undefined, string][]) => ({
      items: parts.map(([pre_order_id, quantity]) => ({ pre_order_id, quantity })),
    });
    const reject = async (more: object) => readRejection(allocate(product_id, "4", "MANUAL", more));
    expect(await reject(items([a, "4"], [a, "1"]))).toEqual([400, ["items[0].quantity", "items[1].pre_order_id", "quantity"]]);
    expect(await reject({})).toEqual([400, ["items"]]);
    const id = await allocate(product_id, "4", "MANUAL", items([c, "3"], [b, "1"]));
    // The item is cancelled before the allocation reaches it.
    const { order_id } = await readItem(b ?? "");
    await crm.cancelOrder({ id: order_id, reason: "Storm" });
    await app.settle();
    expect(await readParts(ids)).toEqual([
      ["0", "WAITING"],
      ["0", "CANCELLED"],
      ["3", "READY"],
    ]);
    expect(await readResult(id)).toMatchObject({ status: "COMPLETED", remaining_quantity: "1", allocated_count: 1 });
  });

  it("shares a queue with another one, and is given back by a hold", async () => {
    const { product_id, ids } = await queue(["2", "2", "2", "2"]);
    const both = [await allocate(product_id, "3", "FIRST_COME"), await allocate(product_id, "3", "PRIORITY")];
    await app.settle();
    const parts = (await readParts(ids)).map(([quantity]) => Number(quantity));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(6);
    expect((await Promise.all(both.map(readResult))).map(({ remaining_quantity }) => remaining_quantity)).toEqual(["0", "0"]);
    const ready = ids[parts.indexOf(2)] ?? "";
    await crm.holdPreOrder({ id: ready, reason: "Broken" });
    expect((await readParts([ready]))[0]).toEqual(["0", "WAITING"]);
  });
});
