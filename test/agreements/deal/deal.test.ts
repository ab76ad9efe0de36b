import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readErrorFile, sendFile } from "../../platform/import/support.ts";
import { addUser, isRecordWrite, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let rep: TestUser;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  otherTenant = await signUp(app);
  [rep, colleague] = await Promise.all([addUser(app, tenant, "SALES_REP"), addUser(app, tenant, "SALES_REP")]);
});
afterAll(() => app.stop());

type Client = Tenant["admin"];
let customerCount = 0;
const createCustomer = async (as: Client = tenant.admin) =>
  (await as.createCustomer({ name: `Fjord ${++customerCount}` })).data.id;
const createOpportunity = async (more: object = {}, as: Client = tenant.admin) =>
  (await as.createOpportunity({ name: "Fleet", customer_id: await createCustomer(as), amount: "900.00", ...more })).data;
const createDeal = async (more: object = {}, as: Client = tenant.admin) =>
  (await as.createDeal({ customer_id: await createCustomer(as), ...more })).data;
const readRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, details }: { status: number; details?: { field: string }[] }) => [
      status,
      (details ?? []).map(({ field }) => field),
    ],
  );
const listIds = ({ data }: { data: readonly { id: string }[] }) => data.map(({ id }) => id);
const line = { name: "Crew training", quantity: "3", unit_price: "100.00", discount_percent: "10" };

describe("a deal", () => {
  it("stores every column, and its amount is the sum of its items unless set by hand", async () => {
    const dealFields = { start_date: "2030-01-01", end_date: "2030-12-31", deliverables: "Boats", terms: "Net 30" };
    const deal = await createDeal({ ...dealFields, campaign_manager_id: rep.id, items: [line], currency: "EUR" });
    expect(deal).toMatchObject({
      ...dealFields,
      deal_status: "DRAFT",
      campaign_manager_id: rep.id,
      owner_id: tenant.userId,
      final_amount: "270.00",
      final_amount_is_manual: false,
      items: [{ name: "Crew training", total_price: "270.00" }],
      signed_at: null,
    });
    expect(Object.keys(deal)).not.toContain("has_end");
    const { id } = deal;
    const { data: added } = await tenant.admin.addDealItem({ id, name: "Radio", unit_price: "30" });
    expect(added).toMatchObject({ final_amount: "300.00", items: [{ id: deal.items[0]?.id }, { total_price: "30.00" }] });
    const radio = String(added.items[1]?.id);
    const { data: replaced } = await tenant.admin.replaceDealItem({
      ...{ id, item_id: radio, name: "Radio", quantity: 2, unit_price: "30" },
    });
    expect(replaced).toMatchObject({ id: radio, total_price: "60.00" });
    expect((await tenant.admin.getDeal({ id })).data.final_amount).toBe("330.00");
    const { data: set } = await tenant.admin.updateDeal({ id, final_amount: "300" });
    expect(set).toMatchObject({ final_amount: "300.00", final_amount_is_manual: true });
    const { data: fewer } = await tenant.admin.removeDealItem({ id, item_id: radio });
    expect(fewer).toMatchObject({ final_amount: "300.00", final_amount_is_manual: true });
    const { data: follows } = await tenant.admin.updateDeal({ id, final_amount: null });
    expect(follows).toMatchObject({ final_amount: "270.00", final_amount_is_manual: false });
    expect((await tenant.admin.listDealItems({ id })).data).toHaveLength(1);
    expect(await readRejection(tenant.admin.removeDealItem({ id, item_id: radio }))).toEqual([404, []]);
  });

  it("takes the name and price of a product unless they are given", async () => {
    const { admin } = await signUp(app);
    const createProduct = async (more: object) => (await admin.createProduct({ name: "Hull survey", ...more })).data.id;
    const [survey, inactiveProduct] = [
      await createProduct({ unit_price: "80.00", currency: "EUR" }),
      await createProduct({ is_active: false }),
    ];
    const items = [
      { product_id: survey, quantity: "2" },
      { product_id: survey, name: "Again", unit_price: "70.00" },
    ];
    const deal = await createDeal({ currency: "EUR", items }, admin);
    expect(deal).toMatchObject({
      items: [
        { product_id: survey, name: "Hull survey", unit_price: "80.00", total_price: "160.00" },
        { name: "Again", total_price: "70.00" },
      ],
      final_amount: "230.00",
    });
    const invalidInput = {
      items: [{ product_id: inactiveProduct }, { product_id: "prd_000000000000000000" }],
      customer_id: deal.customer_id,
    };
    expect(await readRejection(admin.createDeal(invalidInput))).toEqual([400, ["items[0].product_id", "items[1].product_id"]]);
    await admin.updateProduct({ id: survey, is_active: false });
    const [first] = deal.items;
    const again = { id: deal.id, item_id: String(first?.id), product_id: survey, quantity: "1" };
    expect((await admin.replaceDealItem(again)).data.total_price).toBe("80.00");
    expect(await readRejection(admin.addDealItem({ id: deal.id, product_id: survey }))).toEqual([400, ["product_id"]]);
  });

  it("rejects invalid input and names the fields", async () => {
    const customerId = await createCustomer();
    const foreignCustomerId = await createCustomer(otherTenant.admin);
    const opportunity = await createOpportunity();
    for (const [invalidInput, ...fields] of [
      [{}, "customer_id"],
      [{ customer_id: foreignCustomerId }, "customer_id"],
      [{ customer_id: customerId, opportunity_id: opportunity.id }, "opportunity_id"],
      [{ customer_id: customerId, start_date: "2030-02-01", end_date: "2030-01-31" }, "end_date"],
      [{ customer_id: customerId, deal_status: "PAID" }, "deal_status"],
      [{ customer_id: customerId, items: [{ quantity: 1 }] }, "items[0].name"],
      [{ customer_id: customerId, currency: "JPY", items: [{ ...line, unit_price: "1.5" }] }, "items[0].unit_price"],
      [{ customer_id: customerId, campaign_manager_id: "usr_000000000000000000" }, "campaign_manager_id"],
    ] as const)
      expect(await readRejection(allowAnyInput(tenant.admin).createDeal(invalidInput))).toEqual([400, fields]);
    const ofTheRep = (await rep.client.createCustomer({ name: "Of the rep" })).data.id;
    expect(await readRejection(colleague.client.createDeal({ customer_id: ofTheRep }))).toEqual([400, ["customer_id"]]);
    expect(await readRejection(rep.client.createDeal({ customer_id: ofTheRep, owner_id: colleague.id }))).toEqual([
      403,
      ["owner_id"],
    ]);
  });

  it("is visible to its owner only, and to no other tenant", async () => {
    const { id } = await createDeal({ name: "Quiet harbour" }, rep.client);
    await app.settle();
    for (const as of [colleague.client, otherTenant.admin]) {
      expect(await readRejection(as.getDeal({ id }))).toEqual([404, []]);
      expect(await readRejection(as.setDealStatus({ id, deal_status: "SIGNED" }))).toEqual([404, []]);
      expect(await readRejection(as.addDealItem({ id, ...line }))).toEqual([404, []]);
      expect(listIds(await as.listDeals({ search: "quiet" }))).toEqual([]);
    }
    expect(listIds(await rep.client.listDeals({ search: "quiet" }))).toEqual([id]);
  });

  it("is listed by status, customer, opportunity, manager and dates, in each sort order", async () => {
    const { admin, userId } = await signUp(app);
    const customer = await createCustomer(admin);
    const opportunity = await createOpportunity({ customer_id: customer }, admin);
    const first = await createDeal(
      { customer_id: customer, final_amount: "90", start_date: "2030-03-01", end_date: "2030-04-01" },
      admin,
    );
    const second = await createDeal({ customer_id: customer, final_amount: "1000", start_date: "2030-01-01" }, admin);
    const third = await createDeal({ opportunity_id: opportunity.id, customer_id: undefined, end_date: "2030-02-01" }, admin);
    const fourth = await createDeal({ campaign_manager_id: userId, deal_status: "SIGNED", end_date: "2030-03-01" }, admin);
    await app.settle();
    const listed = async (query: object) => {
      const { data, meta } = await allowAnyInput(admin).listDeals(query);
      expect(meta.total).toBe(data.length);
      return listIds({ data });
    };
    expect(await listed({ status: "signed" })).toEqual([fourth.id]);
    expect(await listed({ customer })).toEqual([third.id, second.id, first.id]);
    expect(await listed({ opportunity: opportunity.id })).toEqual([third.id]);
    expect(await listed({ campaign_manager: userId })).toEqual([fourth.id]);
    expect(await listed({ "start_date[gte]": "2030-02-01" })).toEqual([first.id]);
    expect(await listed({ "end_date[lt]": "2030-04-01" })).toEqual([fourth.id, third.id]);
    expect((await listed({ sort: "-final_amount" })).slice(0, 2)).toEqual([second.id, third.id]);
    expect((await listed({ sort: "start_date", order: "asc" })).slice(0, 2)).toEqual([second.id, first.id]);
    expect(await listed({ sort: "end_date", order: "asc" })).toEqual([third.id, fourth.id, first.id]);
    expect(listIds(await admin.listCustomerDeals({ id: customer }))).toEqual([third.id, second.id, first.id]);
    expect(await readRejection(admin.deleteCustomer({ id: customer }))).toEqual([409, ["opportunities", "deals"]]);
    const into = await createCustomer(admin);
    await admin.mergeCustomers({ id: into, merged_id: customer });
    await app.settle();
    expect(listIds(await admin.listCustomerDeals({ id: into }))).toEqual([third.id, second.id, first.id]);
  });
});

describe("a deal of an opportunity", () => {
  it("takes its customer, name, amount and currency, and is the only active one", async () => {
    const opportunity = await createOpportunity({ currency: "USD" });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => tenant.admin.createDeal({ opportunity_id: opportunity.id })));
    const deals = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.data] : []));
    expect(deals).toMatchObject([
      { customer_id: opportunity.customer_id, name: "Fleet", final_amount: "900.00", currency: "USD" },
    ]);
    const id = String(deals[0]?.id);
    const again = () => tenant.admin.createDeal({ opportunity_id: opportunity.id });
    expect(await readRejection(again())).toEqual([409, ["opportunity_id"]]);
    const { data: second } = await tenant.admin.createDeal({ opportunity_id: opportunity.id, another: true });
    expect(second.is_additional).toBe(true);
    await tenant.admin.setDealStatus({ id, deal_status: "CANCELLED", reason: "Too dear" });
    expect(await readRejection(again())).toEqual([409, ["opportunity_id"]]);
    await tenant.admin.deleteDeal({ id: second.id });
    const { data: third } = await again();
    expect(await readRejection(tenant.admin.setDealStatus({ id, deal_status: "DRAFT", reason: "They called" }))).toEqual([
      409,
      ["opportunity_id"],
    ]);
    await tenant.admin.deleteDeal({ id: third.id });
    await tenant.admin.setDealStatus({ id, deal_status: "DRAFT", reason: "They called" });
    expect(await readRejection(tenant.admin.restoreDeal({ id: third.id }))).toEqual([409, ["opportunity_id"]]);
    await tenant.admin.deleteDeal({ id });
    const late = await Promise.all([1, 2, 3].map(() => readRejection(again())));
    expect(late.filter((outcome) => outcome === "went through")).toHaveLength(1);
    expect(late.filter((outcome) => outcome !== "went through")).toEqual(Array(2).fill([409, ["opportunity_id"]]));
  });

  it("can move to an opportunity with a deal only as an additional one, by PATCH and PUT", async () => {
    const [takenOpportunity, otherOpportunity] = [await createOpportunity(), await createOpportunity()];
    await tenant.admin.createDeal({ opportunity_id: takenOpportunity.id });
    const { updateDeal, replaceDeal } = allowAnyInput(tenant.admin);
    for (const move of [updateDeal, replaceDeal]) {
      const { data: deal } = await tenant.admin.createDeal({ opportunity_id: otherOpportunity.id });
      const moveInput = { ...deal, opportunity_id: takenOpportunity.id, customer_id: takenOpportunity.customer_id };
      expect(await readRejection(move(moveInput))).toEqual([409, ["opportunity_id"]]);
      const { data } = await move({ ...moveInput, another: true });
      expect([data.opportunity_id, data.is_additional]).toEqual([takenOpportunity.id, true]);
    }
  });

  it("is the only one created by a batch", async () => {
    const opportunity = await createOpportunity();
    const items = [1, 2].map(() => ({ opportunity_id: opportunity.id }));
    const { data } = await tenant.admin.batchDeals({ operation: "create", items });
    // The items run in parallel: the first one to be written succeeds.
    expect(data.results.map(({ status }: { status: number }) => status).sort()).toEqual([201, 409]);
    await app.settle();
    expect(listIds(await tenant.admin.listDeals({ opportunity: opportunity.id }))).toHaveLength(1);
    const more = items.map((item) => ({ ...item, another: true }));
    const { data: batch } = await tenant.admin.batchDeals({ operation: "create", items: more });
    expect(batch.results.map(({ status }: { status: number }) => status)).toEqual([201, 201]);
  });

  it("takes its products and their sum, or the amount set by hand", async () => {
    const products = [{ name: "Hull", quantity: "2", unit_price: "50.00", discount_percent: "10" }, { name: "Mast" }];
    const follows = await createOpportunity({ amount: undefined, products });
    const { data: deal } = await tenant.admin.createDeal({ opportunity_id: follows.id });
    expect(deal).toMatchObject({
      items: [
        { name: "Hull", total_price: "90.00" },
        { name: "Mast", total_price: null },
      ],
      final_amount: "90.00",
      final_amount_is_manual: false,
    });
    const set = await createOpportunity({ amount: "80.00", products });
    const { data: agreed } = await tenant.admin.createDeal({ opportunity_id: set.id });
    expect(agreed).toMatchObject({ items: [{}, {}], final_amount: "80.00", final_amount_is_manual: true });
    const otherInput = { opportunity_id: set.id, another: true, currency: "JPY" };
    expect((await tenant.admin.createDeal(otherInput)).data).toMatchObject({ items: [], final_amount: null });
    const { data: reasons } = await tenant.admin.listMasters({ kind: "win-loss-reasons" });
    const lostReason = reasons.find((reason) => (reason as { reason_type?: string }).reason_type === "LOST");
    const dead = await createOpportunity();
    await allowAnyInput(tenant.admin).loseOpportunity({ id: dead.id, win_loss_reason_id: lostReason?.id, notes: "Too dear" });
    expect(await readRejection(tenant.admin.createDeal({ opportunity_id: dead.id }))).toEqual([400, ["opportunity_id"]]);
  });

  it("needs its own customer if the opportunity has none", async () => {
    const { data: open } = await tenant.admin.createOpportunity({ name: "Without an owner" });
    expect(await readRejection(tenant.admin.createDeal({ opportunity_id: open.id }))).toEqual([400, ["customer_id"]]);
  });

  it("uses the opportunity as it is when the deal is written", async () => {
    const opportunity = await createOpportunity();
    const { database } = app.ports;
    const send = database.send.bind(database);
    let isDone = false;
    database.send = async (command, scope) => {
      if (!isDone && isRecordWrite(command) && JSON.stringify(command).includes('"del_')) {
        isDone = true;
        await tenant.admin.loseOpportunity({ id: opportunity.id, win_loss_reason_id: "no_budget" });
      }
      return send(command, scope);
    };
    const request = tenant.admin.createDeal({ opportunity_id: opportunity.id });
    expect(await readRejection(request).finally(() => (database.send = send))).toEqual([400, ["opportunity_id"]]);
    expect(isDone).toBe(true);
  });
});

describe("the status of a deal", () => {
  it("follows the transition table with dates, and ends as completed", async () => {
    const { id } = await createDeal({ items: [line] });
    const to = async (deal_status: string, more: object = {}) =>
      (await tenant.admin.setDealStatus({ id, deal_status, ...more })).data;
    expect(await readRejection(to("PAID"))).toEqual([409, ["deal_status"]]);
    expect((await to("SIGNED", { date: "2026-01-02" })).signed_at).toBe("2026-01-02T00:00:00.000Z");
    expect(await readRejection(to("PAID", { date: "2999-01-01" }))).toEqual([400, ["date"]]);
    expect((await tenant.admin.updateDeal({ id, deal_status: "PAID" })).data.paid_at).toEqual(expect.any(String));
    await to("IN_PROGRESS");
    const done = await to("COMPLETED");
    expect(done.completed_at).toEqual(expect.any(String));
    expect(await readRejection(tenant.admin.addDealItem({ id, ...line }))).toEqual([409, ["items"]]);
    expect(await readRejection(tenant.admin.updateDeal({ id, end_date: "2030-01-01" }))).toEqual([409, ["end_date"]]);
    expect((await tenant.admin.updateDeal({ id, tags: ["done"] })).data.tags).toEqual(["done"]);
    expect(await readRejection(to("IN_PROGRESS"))).toEqual([400, ["reason"]]);
    expect(await to("IN_PROGRESS", { reason: "A boat leaks" })).toMatchObject({
      deal_status: "IN_PROGRESS",
      status_reason: "A boat leaks",
      completed_at: null,
    });
  });

  it("is cancelled with a reason, and reopened only by leaders", async () => {
    const { id } = await createDeal({}, rep.client);
    expect(await readRejection(rep.client.setDealStatus({ id, deal_status: "CANCELLED" }))).toEqual([400, ["reason"]]);
    expect(await readRejection(rep.client.updateDeal({ id, deal_status: "CANCELLED" }))).toEqual([400, ["status_reason"]]);
    await rep.client.updateDeal({ id, deal_status: "CANCELLED", status_reason: "Gone" });
    expect(await readRejection(rep.client.setDealStatus({ id, deal_status: "DRAFT", reason: "Back" }))).toEqual([
      403,
      ["deal_status"],
    ]);
    const { data } = await tenant.admin.setDealStatus({ id, deal_status: "DRAFT", reason: "Back" });
    expect(data).toMatchObject({ deal_status: "DRAFT", cancelled_at: null, status_reason: "Back" });
  });

  it("makes one of two concurrent transitions", async () => {
    const { id } = await createDeal({ deal_status: "SIGNED" });
    const requests = [
      tenant.admin.setDealStatus({ id, deal_status: "PAID" }),
      tenant.admin.setDealStatus({ id, deal_status: "CANCELLED", reason: "Too late" }),
    ];
    const outcomes = await Promise.allSettled(requests);
    const { data } = await tenant.admin.getDeal({ id });
    // The second request moves the deal from the first one's status or is rejected; a cancelled deal is never paid.
    expect(outcomes.map(({ status }) => status)).toContain("fulfilled");
    expect([data.deal_status, data.version, data.paid_at !== null]).toEqual(
      outcomes[0]?.status === "fulfilled" ? ["CANCELLED", 3, true] : ["CANCELLED", 2, false],
    );
  });
});

describe("import and export of deals", () => {
  it("identify the customer by name, and report invalid rows", async () => {
    await tenant.admin.createCustomer({ name: "Harbour Works" });
    await app.settle();
    const csv = "customer_id,deal_status,final_amount,start_date\nHarbour Works,SIGNED,12.50,2030-01-01\nNobody,DRAFT,1,\n";
    const { data: job, error } = await sendFile(app, tenant.token, "/deals/import", csv);
    expect(error ?? null).toBeNull();
    await app.settle();
    expect((await tenant.admin.getImport({ id: String(job.import_id) })).data).toMatchObject({ created: 1, failed: 1 });
    expect(await readErrorFile(app, tenant.token, String(job.import_id))).toContain("No customer that you can see");
    expect((await tenant.admin.listDeals({ "start_date[eq]": "2030-01-01", status: "SIGNED" })).data).toMatchObject([
      { final_amount: "12.50" },
    ]);
  });
});
