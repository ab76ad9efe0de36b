import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

type Query = Parameters<Tenant["admin"]["listMasters"]>[0];

const listValues = (query: Query) => tenant.admin.listMasters({ limit: 100, ...query });
const listCodes = async (query: Query) => (await listValues(query)).data.map(({ code }) => code);
const countValues = async (query: Query) => (await listValues(query)).meta.total;

const listFields = (kind: string, ...fields: string[]) =>
  listValues({ kind }).then(({ data }) => data.map((value) => fields.map((field) => (value as Record<string, unknown>)[field])));

describe("the default master data of a new tenant", () => {
  it("has lead statuses, with the last one final", async () => {
    expect(await listFields("lead-statuses", "code", "name", "sequence", "is_final")).toEqual([
      ["new", "New", 10, false],
      ["contacted", "Contacted", 20, false],
      ["qualified", "Qualified", 30, false],
      ["disqualified", "Disqualified", 40, true],
    ]);
  });

  it("lead sources", async () => {
    expect(await listCodes({ kind: "lead-sources" })).toEqual(
      expect.arrayContaining(["web", "import", "referral", "campaign", "other"]),
    );
  });

  it("has company sizes and revenue ranges without gap or overlap", async () => {
    expect(await listFields("company-sizes", "name", "min_employees", "max_employees")).toEqual([
      ["1-10 employees", 1, 10],
      ["11-50 employees", 11, 50],
      ["51-200 employees", 51, 200],
      ["201-1000 employees", 201, 1000],
      ["1001+ employees", 1001, null],
    ]);
    expect(await listFields("revenue-ranges", "min_revenue", "max_revenue")).toEqual([
      [0, 1_000_000],
      [1_000_000, 10_000_000],
      [10_000_000, 50_000_000],
      [50_000_000, null],
    ]);
  });

  it("has priorities from low to critical, with level and colour", async () => {
    const rows = await listFields("priorities", "name", "level", "color");
    expect(rows.map(([name, level]) => [name, level])).toEqual([
      ["Low", 1],
      ["Medium", 2],
      ["High", 3],
      ["Critical", 4],
    ]);
    for (const [, , color] of rows) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });

  it("has types of activities, outcomes of calls and types of meetings", async () => {
    expect(await listCodes({ kind: "activity-types" })).toEqual(["call", "meeting", "email", "task", "note"]);
    expect(await listCodes({ kind: "call-outcomes" })).toEqual(["connected", "voicemail", "busy", "no_answer", "wrong_number"]);
    expect(await listCodes({ kind: "meeting-types" })).toEqual(["discovery", "demo", "negotiation", "closing", "follow_up"]);
  });

  it("has industries as a tree", async () => {
    const { data } = await listValues({ kind: "industries" });
    const software = data.find(({ code }) => code === "software");
    const technology = data.find(({ code }) => code === "technology");
    expect(software?.parent_id).toBe(technology?.id);
    expect(technology?.parent_id).toBeNull();
    expect(await listCodes({ kind: "industries", parent_id: "technology" })).toEqual([
      "software",
      "hardware",
      "telecommunications",
    ]);
    expect(await listCodes({ kind: "industries", parent_id: technology?.id as string })).toHaveLength(3);
  });

  it("has the countries of ISO 3166-1 with their currencies", async () => {
    const { data, meta } = await listValues({ kind: "countries", search: "germany" });
    expect(meta.total).toBe(1);
    expect(data[0]).toMatchObject({ code: "de", name: "Germany", currency_code: "EUR" });
    expect(await countValues({ kind: "countries" })).toBe(249);
  });

  it("has the states of ISO 3166-2, each with its country", async () => {
    expect(await countValues({ kind: "states", country: "us" })).toBe(57);
    expect(await countValues({ kind: "states", country: "de" })).toBe(16);
    const { data: california } = await listValues({ kind: "states", country: "us", search: "calif" });
    const { data: usa } = await listValues({ kind: "countries", search: "united states of america" });
    expect(california).toEqual([expect.objectContaining({ code: "us_ca", name: "California", country_id: usa[0]?.id })]);
    expect(await listCodes({ kind: "states", country: "gb", search: "surrey" })).toEqual(["gb_sry"]);
    expect(await countValues({ kind: "states" })).toBeGreaterThan(5000);
  });

  it("has the currencies of ISO 4217 in use, with symbol and decimal places", async () => {
    const findCurrency = async (search: string) => (await listValues({ kind: "currencies", search })).data[0];
    expect(await findCurrency("usd")).toMatchObject({
      code: "usd",
      name: "US Dollar",
      currency_code: "USD",
      symbol: "$",
      decimal_places: 2,
    });
    expect(await findCurrency("yen")).toMatchObject({ currency_code: "JPY", symbol: "¥", decimal_places: 0 });
    expect(await findCurrency("eur")).toMatchObject({ currency_code: "EUR", symbol: "€" });
    expect(await listCodes({ kind: "currencies", search: "mark deutsche" })).toEqual([]);
    expect(await countValues({ kind: "currencies" })).toBeGreaterThan(140);
  });

  it("has no cities, territories, stores or brands, which are specific to the tenant", async () => {
    for (const kind of ["cities", "territories", "stores", "brands"]) expect(await countValues({ kind })).toBe(0);
  });

  it("has marketing channels, each with a type", async () => {
    const rows = await listFields("marketing-channels", "code", "channel_type");
    expect(rows).toEqual(
      expect.arrayContaining([
        ["email", "EMAIL"],
        ["search_ads", "PAID"],
        ["social_media", "SOCIAL"],
      ]),
    );
    expect(new Set(rows.map(([, type]) => type))).toEqual(new Set(["PAID", "ORGANIC", "SOCIAL", "DIRECT", "EMAIL", "REFERRAL"]));
  });

  it("can be extended by stores with an address", async () => {
    const address = { street_address: "1 High Street", city: "Leeds", zip_code: "LS1 1AA", phone: "+44 113 496 0000" };
    const { data } = await tenant.admin.createMaster({ kind: "stores", name: "Leeds", country_id: "gb", ...address });
    expect(data).toMatchObject({ code: "leeds", ...address, country_id: expect.stringMatching(/^mst_/) });
  });
});

describe("the defaults", () => {
  const kinds = [
    "lead-statuses",
    "lead-sources",
    "industries",
    "company-sizes",
    "revenue-ranges",
    "insurance-types",
    "activity-types",
    "call-outcomes",
    "meeting-types",
    "priorities",
    "marketing-channels",
    "countries",
    "currencies",
  ];

  it.each(kinds)("of %s have the same ids in each tenant, and distinct codes", async (kind) => {
    const otherTenant = await signUp(app);
    const [ownList, otherList] = await Promise.all([listValues({ kind }), otherTenant.admin.listMasters({ kind, limit: 100 })]);
    expect(ownList.data.length).toBeGreaterThan(2);
    expect(otherList.data.map(({ id }) => id)).toEqual(ownList.data.map(({ id }) => id));
    expect(new Set(ownList.data.map(({ code }) => code)).size).toBe(ownList.data.length);
    expect(new Set(ownList.data.map(({ id }) => id)).size).toBe(ownList.data.length);
    for (const { code } of ownList.data) expect(code).toMatch(/^[a-z0-9][a-z0-9_]{0,62}$/);
  });

  it("have the ids stored by earlier releases", async () => {
    const { data } = await listValues({ kind: "lead-statuses" });
    expect(data[0]?.id).toBe("mst_0000000000ys7zz5w9k00000000003ptrjww8");
  });

  it("have no columns of other kinds", async () => {
    const { data } = await listValues({ kind: "lead-sources" });
    expect(Object.keys(data[0] ?? {})).not.toEqual(expect.arrayContaining(["parent_id"]));
    for (const column of ["min_employees", "zip_code", "level", "is_final", "parent_id"])
      expect(data[0]).not.toHaveProperty(column);
  });
});
