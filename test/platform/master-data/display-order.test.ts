import { findOpenPlace } from "@crm/core/platform/master-data/value-order.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const listValues = async (kind: string) => (await tenant.admin.listMasters({ kind, limit: 100 })).data;
const listCodes = async (kind: string) => (await listValues(kind)).map(({ code }) => code);
const reorder = (kind: string, ids: readonly string[]) => tenant.admin.reorderMasters({ kind, ids: [...ids] });
const findByCode = async (kind: string, code: string) =>
  (await listValues(kind)).find((value) => value.code === code) ?? expect.fail(code);

describe("a new value", () => {
  it("stands before those whose records are over, unless it says another place", async () => {
    tenant = await signUp(app);
    const create = async (kind: string, name: string, more: object = {}) =>
      (await tenant.admin.createMaster({ kind, name, ...more })).data;
    await create("opportunity-stages", "Demo", { probability: 50 });
    await create("opportunity-stages", "Contract", { probability: 90 });
    await create("opportunity-stages", "Postponed", { is_closed: true });
    await create("opportunity-stages", "Inquiry", { probability: 5, sequence: 1 });
    expect((await listCodes("opportunity-stages")).filter((code) => !/^(?:qualif|needs|prosp|propos)/.test(code))).toEqual([
      ...["inquiry", "negotiation", "demo", "contract", "closed_won", "closed_lost", "postponed"],
    ]);
    await create("lead-statuses", "Meeting held");
    expect(await listCodes("lead-statuses")).toEqual(["new", "contacted", "qualified", "meeting_held", "disqualified"]);
    expect((await create("lead-sources", "Fair")).sequence).toBe(100);
  });

  it.each([
    [{}, [{ sequence: 10 }], undefined],
    [{ is_closed: true }, [{ sequence: 10, is_closed: true }], undefined],
    [{}, [{ sequence: 10 }, { sequence: 20, is_closed: true }], 11],
    [{}, [{ sequence: 19 }, { sequence: 20, is_final: true }], 19],
    [{}, [{ sequence: 0, is_final: true }], 0],
  ])("with %j among %j has the place %s", (value, others, place) => {
    expect(findOpenPlace(value, others)).toBe(place);
  });
});

describe("a manual order", () => {
  beforeAll(async () => {
    tenant = await signUp(app);
  });

  it("puts the named values first, then the others, and numbers them by tens", async () => {
    const before = await findByCode("lead-statuses", "qualified");
    const { data } = await reorder("lead-statuses", ["qualified", "NEW"]);
    expect(data.values.map(({ code, sequence }) => [code, sequence])).toEqual([
      ["qualified", 10],
      ["new", 20],
      ["contacted", 30],
      ["disqualified", 40],
    ]);
    expect(await listCodes("lead-statuses")).toEqual(["qualified", "new", "contacted", "disqualified"]);
    expect(data.values.map(({ version }) => version)).toEqual([2, 2, 2, 1]);
    const stale = tenant.admin.updateMaster(
      { kind: "lead-statuses", id: before.id, color: "#112233" },
      { ifMatch: `"${before.version}"` },
    );
    await expect(stale).rejects.toMatchObject({ status: 412 });
    const { data: unchangedOrder } = await reorder("lead-statuses", ["qualified"]);
    expect(unchangedOrder.values.map(({ version }) => version)).toEqual([2, 2, 2, 1]);
  });

  it("of two concurrent requests is applied as a whole", async () => {
    const all = await listCodes("insurance-types");
    const [first, second, ...rest] = all as [string, string, ...string[]];
    // Two of the orders move everything; the other two leave most values in place.
    const orders = [[...all].reverse(), [...rest, first, second], [second, first, ...rest], [first, ...rest, second]];
    for (let round = 0; round < 3; round++) {
      const done = await Promise.all(orders.map((order) => reorder("insurance-types", order)));
      expect(done).toHaveLength(orders.length);
      expect(orders.map(String)).toContain(String(await listCodes("insurance-types")));
    }
  });

  it("does not mix two requests that move different values", async () => {
    const [a, b, c, d, ...rest] = (await listCodes("lead-sources")) as [string, string, string, string, ...string[]];
    const orders = [
      [b, a, c, d, ...rest],
      [a, b, d, c, ...rest],
    ];
    for (let round = 0; round < 4; round++) {
      await Promise.all(orders.map((order) => reorder("lead-sources", order)));
      expect(orders.map(String)).toContain(String(await listCodes("lead-sources")));
      await reorder("lead-sources", [a, b, c, d, ...rest]);
    }
  });

  it("reports its faults, and is rejected for kinds with too many values", async () => {
    for (const [ids, field] of [
      [["new", "nothing"], "ids[1]"],
      [["new", "contacted", "NEW"], "ids[2]"],
      [[], "ids"],
    ] as const)
      await expect(reorder("lead-statuses", ids)).rejects.toMatchObject({ status: 400, details: [{ field }] });
    await expect(reorder("countries", ["de"])).rejects.toMatchObject({ status: 422, message: expect.stringContaining("249") });
    await expect(reorder("product-lines", ["home"])).rejects.toMatchObject({ status: 422 });
    const manager = await addUser(app, tenant, "MANAGER");
    await expect(manager.client.reorderMasters({ kind: "lead-statuses", ids: ["new"] })).rejects.toMatchObject({ status: 403 });
    const otherTenant = await signUp(app);
    expect((await otherTenant.admin.listMasters({ kind: "lead-statuses" })).data.map(({ code }) => code)[0]).toBe("new");
  });
});

describe("the retirement of a value", () => {
  beforeAll(async () => {
    tenant = await signUp(app);
  });

  it("leaves it on existing records, and PATCH reverts it", async () => {
    const source = await findByCode("lead-sources", "webinar");
    const { data: lead } = await tenant.admin.createLead({ ...newLead(), lead_source_id: "webinar" });
    const { data } = await tenant.admin.retireMaster({ kind: "lead-sources", id: source.id });
    expect(data).toMatchObject({ value: { code: "webinar", is_active: false, version: 2 }, moves: [], stays: [] });
    expect((await tenant.admin.getLead({ id: lead.id })).data.lead_source_id).toBe(source.id);
    const request = tenant.admin.createLead({ ...newLead(), lead_source_id: "webinar" });
    await expect(request).rejects.toMatchObject({ status: 400, details: [{ field: "lead_source_id" }] });
    await tenant.admin.updateMaster({ kind: "lead-sources", id: source.id, is_active: true });
    await expect(tenant.admin.createLead({ ...newLead(), lead_source_id: "webinar" })).resolves.toMatchObject({ status: 201 });
  });

  it("replaces it on records in the background, once for a keyed request, and lists fields that it cannot replace", async () => {
    const [old, next] = [await findByCode("industries", "retail"), await findByCode("industries", "wholesale")];
    const { data: customer } = await tenant.admin.createCustomer({ name: "Shop", industry_id: "retail" });
    const { data: otherCustomer } = await tenant.admin.createCustomer({ name: "Bank", industry_id: "banking" });
    const { data: lead } = await tenant.admin.createLead({ ...newLead(), industry_id: "retail" });
    await app.settle();
    const input = { kind: "industries", id: old.id, replace_with: "wholesale" };
    const { data, status } = await tenant.admin.retireMaster(input, { idempotencyKey: "retire" });
    expect(status).toBe(202);
    expect(data.moves).toEqual([{ kind: "customer", field: "industry_id", bulk_change_id: expect.stringMatching(/^blk_/) }]);
    expect(data.stays).toContainEqual({ kind: "lead", field: "industry_id", reason: expect.any(String) });
    expect((await tenant.admin.retireMaster(input, { idempotencyKey: "retire" })).data).toEqual(data);
    expect((await tenant.admin.listBulkChanges({})).data).toHaveLength(1);
    await app.settle();
    const { data: bulkChange } = await tenant.admin.getBulkChange({ id: data.moves[0]?.bulk_change_id as string });
    expect(bulkChange).toMatchObject({ status: "completed", found: 1, done: 1, failed: 0 });
    expect((await tenant.admin.getCustomer({ id: customer.id })).data.industry_id).toBe(next.id);
    expect((await tenant.admin.getCustomer({ id: otherCustomer.id })).data.industry_id).not.toBe(next.id);
    expect((await tenant.admin.getLead({ id: lead.id })).data.industry_id).toBe(old.id);
  });

  it("does not leave open opportunities in a retired stage", async () => {
    const [proposal, wonStage] = [
      await findByCode("opportunity-stages", "proposal"),
      await findByCode("opportunity-stages", "closed_won"),
    ];
    const { data: customer } = await tenant.admin.createCustomer({ name: "Yard" });
    const deal = { name: "Deal", customer_id: customer.id, stage_id: "proposal", amount: "10.00", close_date: "2027-06-30" };
    await tenant.admin.createOpportunity(deal);
    await app.settle();
    const key = { kind: "opportunity-stages", id: proposal.id };
    for (const call of [
      () => tenant.admin.retireMaster(key),
      () => tenant.admin.updateMaster({ ...key, is_active: false }),
      () => tenant.admin.deleteMaster(key),
    ])
      await expect(call()).rejects.toMatchObject({ status: 422, message: expect.stringMatching(/: 1 open/) });
    for (const replace_with of ["closed_won", "proposal", "nothing"])
      await expect(tenant.admin.retireMaster({ ...key, replace_with })).rejects.toMatchObject({
        status: 400,
        details: [{ field: "replace_with" }],
      });
    const { data } = await tenant.admin.retireMaster({ ...key, replace_with: "negotiation" });
    expect(data.moves).toEqual([{ kind: "opportunity", field: "stage_id", bulk_change_id: expect.any(String) }]);
    expect(wonStage.is_active).toBe(true);
  });

  it("is rejected for the default value and for fixed statuses", async () => {
    const fallback = await findByCode("lead-statuses", "new");
    await expect(
      tenant.admin.retireMaster({ kind: "lead-statuses", id: fallback.id, replace_with: "contacted" }),
    ).rejects.toMatchObject({ status: 422 });
    const churned = await findByCode("customer-statuses", "churned");
    const key = { kind: "customer-statuses", id: churned.id };
    for (const call of [
      () => tenant.admin.retireMaster(key),
      () => tenant.admin.updateMaster({ ...key, is_active: false }),
      () => tenant.admin.deleteMaster(key),
      () => tenant.admin.createMaster({ kind: "customer-statuses", name: "Asleep" }),
    ])
      await expect(call()).rejects.toMatchObject({ status: 422 });
    const final = tenant.admin.updateMaster({ ...key, is_final: false });
    await expect(final).rejects.toMatchObject({ status: 400, details: [{ field: "is_final" }] });
    expect((await tenant.admin.updateMaster({ ...key, name: "Lost" })).data).toMatchObject({ name: "Lost", code: "churned" });
  });

  it("is allowed for the tenant's own values, to users who manage them", async () => {
    const otherTenant = await signUp(app);
    const { data: foreign } = await otherTenant.admin.createMaster({ kind: "territories", name: "North" });
    await expect(tenant.admin.retireMaster({ kind: "territories", id: foreign.id })).rejects.toMatchObject({ status: 404 });
    const { data: ownTerritory } = await tenant.admin.createMaster({ kind: "territories", name: "North" });
    const manager = await addUser(app, tenant, "MANAGER");
    await expect(manager.client.retireMaster({ kind: "territories", id: ownTerritory.id })).rejects.toMatchObject({
      status: 403,
    });
  });
});
