import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const kind = "territories";
const listCodes = ({ data }: { data: readonly { code: string }[] }) => data.map(({ code }) => code);

describe("a list of values", () => {
  it("is in display order, then by name, and can be sorted otherwise", async () => {
    const fresh = await signUp(app);
    for (const [name, sequence] of [
      ["Éclair", 30],
      ["beta", 20],
      ["Alpha", 20],
      ["Zeta", 5],
    ] as const) {
      await fresh.admin.createMaster({ kind, name, sequence });
    }
    const codes = async (query: object) => listCodes(await fresh.admin.listMasters({ kind, ...query }));
    expect(await codes({})).toEqual(["zeta", "alpha", "beta", "eclair"]);
    expect(await codes({ order: "desc" })).toEqual(["eclair", "beta", "alpha", "zeta"]);
    expect(await codes({ sort: "name" })).toEqual(["alpha", "beta", "eclair", "zeta"]);
    expect(await codes({ sort: "created_at", order: "desc" })).toEqual(["zeta", "alpha", "beta", "eclair"]);
    const beta = (await fresh.admin.listMasters({ kind, search: "bet" })).data[0];
    await fresh.admin.updateMaster({ kind, id: beta?.id as string, sequence: 1 });
    expect(await codes({})).toEqual(["beta", "zeta", "alpha", "eclair"]);
  });

  it("is paginated by twenty by default, by page or cursor, with an exact total", async () => {
    const first = await tenant.admin.listMasters({ kind: "countries" });
    expect(first.data).toHaveLength(20);
    expect(first.meta).toMatchObject({ page: 1, limit: 20, total: 249, totalPages: 13 });
    const last = await tenant.admin.listMasters({ kind: "countries", page: 13 });
    expect(last.data).toHaveLength(9);
    expect(last.meta.next_cursor).toBeNull();
    expect((await tenant.admin.listMasters({ kind: "countries", page: 14 })).data).toEqual([]);

    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await tenant.admin.listMasters({ kind: "countries", limit: 100, ...(cursor ? { cursor } : {}) });
      seen.push(...listCodes(page));
      cursor = page.meta.next_cursor;
    } while (cursor);
    expect(seen).toHaveLength(249);
    expect(new Set(seen).size).toBe(249);
    expect(seen.slice(0, 20)).toEqual(listCodes(first));
  });

  it("has cursors for one kind, query, caller and tenant", async () => {
    const { meta } = await tenant.admin.listMasters({ kind: "countries" });
    const cursor = meta.next_cursor as string;
    const rep = await addUser(app, tenant, "SALES_REP");
    const stranger = await signUp(app);
    for (const [client, query] of [
      [tenant.admin, { kind: "states" }],
      [tenant.admin, { kind: "countries", search: "a" }],
      [tenant.admin, { kind: "countries", order: "desc" as const }],
      [rep.client, { kind: "countries" }],
      [stranger.admin, { kind: "countries" }],
    ] as const) {
      await expect(client.listMasters({ ...query, cursor })).rejects.toMatchObject({
        status: 400,
        details: [{ field: "cursor" }],
      });
    }
    await expect(tenant.admin.listMasters({ kind: "countries", cursor })).resolves.toMatchObject({ status: 200 });
  });

  it("is filtered by active state, and searched by words of name and code", async () => {
    const fresh = await signUp(app);
    const { data: value } = await fresh.admin.createMaster({ kind: "lead-sources", name: "Word of Mouth", code: "wom" });
    await fresh.admin.updateMaster({ kind: "lead-sources", id: value.id, is_active: false });
    const list = (query: object) => fresh.admin.listMasters({ kind: "lead-sources", limit: 100, ...query });
    expect(listCodes(await list({ is_active: false }))).toEqual(["wom"]);
    expect(listCodes(await list({ is_active: true }))).not.toContain("wom");
    for (const search of ["mou", "MOUTH wor", "wom"]) expect(listCodes(await list({ search }))).toEqual(["wom"]);
    for (const search of ["outh", "???"]) expect(listCodes(await list({ search }))).toEqual([]);
    expect(listCodes(await list({ search: "media" }))).toEqual(["social_media"]);
  });

  it.each([
    ["limit", { kind: "countries", limit: 101 }],
    ["limit", { kind: "countries", limit: 0 }],
    ["page", { kind: "countries", page: 0 }],
    ["page", { kind: "countries", page: 200, limit: 100 }],
    ["sort", { kind: "countries", sort: "currency_code" }],
    ["is_active", { kind: "countries", is_active: "maybe" }],
    ["parent_id", { kind: "countries", parent_id: "de" }],
    ["parent_id", { kind: "industries", parent_id: "nothing" }],
    ["country", { kind: "industries", country: "de" }],
    ["country", { kind: "states", country: "atlantis" }],
    ["state", { kind: "states", state: "us_ca" }],
    ["cursor", { kind: "countries", cursor: "x" }],
    ["colour", { kind: "countries", colour: "red" }],
  ])("rejects the parameter %s with %j", async (field, query) => {
    const request = tenant.admin.listMasters(query);
    await expect(request).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("accepts its kind with hyphens or underscores in either case, and no unknown kind", async () => {
    for (const name of ["lead-statuses", "lead_statuses", "LEAD-Statuses"]) {
      expect((await tenant.admin.listMasters({ kind: name })).meta.total).toBe(4);
    }
    for (const name of ["unheard-of", "__proto__", "constructor", "lead statuses", "phases"]) {
      for (const call of [
        () => tenant.admin.listMasters({ kind: name }),
        () => tenant.admin.createMaster({ kind: name, name: "x" }),
        () => tenant.admin.getMaster({ kind: name, id: "mst_x" }),
      ]) {
        await expect(call()).rejects.toMatchObject({ status: 404, code: "NOT_FOUND" });
      }
    }
  });
});

describe("master data lists with their own path", () => {
  it("return the statuses of an entity type", async () => {
    const statuses = await tenant.admin.listStatuses();
    expect(listCodes(statuses)).toEqual(["new", "contacted", "qualified", "disqualified"]);
    expect((await tenant.admin.listStatuses({ entity_type: "lead", limit: 2 })).data).toHaveLength(2);
    const unknown = tenant.admin.listStatuses({ entity_type: "ghost" });
    await expect(unknown).rejects.toMatchObject({ status: 400, details: [{ field: "entity_type" }] });
  });

  it("return the sources of leads, paginated", async () => {
    const second = await tenant.admin.listLeadSources({ limit: 5, page: 2 });
    const all = await tenant.admin.listLeadSources({ limit: 100 });
    expect(second.data).toEqual(all.data.slice(5, 10));
    const { data, meta } = await tenant.admin.listLeadSources();
    const masters = await tenant.admin.listMasters({ kind: "lead-sources" });
    expect(data).toEqual(masters.data);
    expect(meta.total).toBe(masters.meta.total);
  });

  it("return the teams", async () => {
    const { data: team } = await tenant.admin.createTeam({ name: "North" });
    expect((await tenant.admin.listTeamsAsMasters()).data).toEqual([expect.objectContaining({ id: team.id, name: "North" })]);
  });
});
