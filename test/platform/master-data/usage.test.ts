import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

let valueCount = 0;
const create = async (kind: string, more: Record<string, unknown> = {}) =>
  (await tenant.admin.createMaster({ kind, name: `Value ${++valueCount}`, ...more })).data;

describe("a value on records", () => {
  it("is identified by id or code, in either case", async () => {
    const source = await create("lead-sources", { name: "Trade Fair" });
    for (const lead_source_id of [source.id, "trade_fair", "TRADE_FAIR"]) {
      expect((await tenant.admin.createLead({ ...newLead(), lead_source_id })).data.lead_source_id).toBe(source.id);
    }
  });

  it.each([
    ["deleted", (key: { kind: string; id: string }) => tenant.admin.deleteMaster(key)],
    ["inactive", (key: { kind: string; id: string }) => tenant.admin.updateMaster({ ...key, is_active: false })],
  ])("stays on existing records once it is %s, and cannot be set on others", async (_, takeAway) => {
    const source = await create("lead-sources");
    const { data: old } = await tenant.admin.createLead({ ...newLead(), lead_source_id: source.id });
    const { data: otherLead } = await tenant.admin.createLead(newLead());
    await takeAway({ kind: "lead-sources", id: source.id });
    for (const lead_source_id of [source.id, source.code]) {
      const rejection = { status: 400, details: [{ field: "lead_source_id" }] };
      await expect(tenant.admin.createLead({ ...newLead(), lead_source_id })).rejects.toMatchObject(rejection);
      await expect(tenant.admin.updateLead({ id: otherLead.id, lead_source_id })).rejects.toMatchObject(rejection);
    }
    const { data: storedLead } = await tenant.admin.getLead({ id: old.id });
    await expect(tenant.admin.replaceLead(storedLead)).resolves.toMatchObject({ data: { lead_source_id: source.id } });
    await app.settle();
    for (const reference of [source.id, source.code]) {
      const { data, meta } = await tenant.admin.listLeads({ source: reference });
      expect([data.map(({ id }) => id), meta.total]).toEqual([[old.id], 1]);
    }
  });

  it("must belong to the tenant and the requested kind", async () => {
    const neighbour = await signUp(app);
    const { data: foreign } = await neighbour.admin.createMaster({ kind: "lead-sources", name: "Foreign" });
    const industry =
      (await tenant.admin.listMasters({ kind: "industries", search: "technology" })).data[0] ?? expect.fail("None");
    for (const lead_source_id of [foreign.id, foreign.code, industry.id, "technology", "x", "mst_x"]) {
      const request = tenant.admin.createLead({ ...newLead(), lead_source_id });
      await expect(request).rejects.toMatchObject({ status: 400, details: [{ field: "lead_source_id" }] });
    }
    const stored = await create("industries");
    const deleted = await create("industries");
    await tenant.admin.deleteMaster({ kind: "industries", id: deleted.id });
    for (const id of [foreign.id, industry.id, stored.id, deleted.id, "web", "mst_x"]) {
      const key = { kind: "lead-sources", id };
      for (const call of [
        () => tenant.admin.getMaster(key),
        () => tenant.admin.updateMaster({ ...key, name: "Mine" }),
        () => tenant.admin.replaceMaster({ ...key, name: "Mine" }),
        () => tenant.admin.deleteMaster(key),
        () => tenant.admin.restoreMaster(key),
      ]) {
        await expect(call()).rejects.toMatchObject({ status: 404, code: "NOT_FOUND" });
      }
    }
  });
});

describe("who may", () => {
  it("all users read, administrators and directors write, and lead creators may write lead sources", async () => {
    const value = await create("industries");
    const key = { kind: "industries", id: value.id };
    const director = await addUser(app, tenant, "DIRECTOR");
    await expect(director.client.updateMaster({ ...key, name: "By the director" })).resolves.toMatchObject({ status: 200 });
    for (const role of ["MANAGER", "MARKETER", "SALES_REP"]) {
      const { client: as } = await addUser(app, tenant, role);
      await expect(as.getMaster(key)).resolves.toMatchObject({ status: 200 });
      await expect(as.createMaster({ kind: "industries", name: "x" })).rejects.toMatchObject({ status: 403 });
      await expect(as.updateMaster({ ...key, name: "x" })).rejects.toMatchObject({ status: 403 });
      await expect(as.deleteMaster(key)).rejects.toMatchObject({ status: 403 });
    }
    const marketer = await addUser(app, tenant, "MARKETER");
    await expect(marketer.client.createLeadSource({ name: "Podcast" })).resolves.toMatchObject({ data: { code: "podcast" } });
    const rep = await addUser(app, tenant, "SALES_REP");
    await expect(rep.client.createLeadSource({ name: "Radio" })).rejects.toMatchObject({ status: 403 });
    await expect(createClient(inProcessTransport(app)).listMasters({ kind: "industries" })).rejects.toMatchObject({
      status: 401,
    });
  });
});
