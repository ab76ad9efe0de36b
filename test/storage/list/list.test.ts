import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
type Row = Record<string, unknown> & { id: string };
const allLeads: Row[] = [];

const sources = ["web", "referral", "partner"];
const statuses = ["new", "contacted", "qualified"];

/** Creates 150 leads with two owners or none, and various sources, statuses and scores. */
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  const { Scoring } = await import("@crm/core/sales/lead/scoring.ts");
  const { runIn } = await import("@crm/core/kernel/context.ts");
  const { systemContext } = await import("@crm/core/kernel/context.ts");
  for (let n = 0; n < 150; n++) {
    const owner_id = [tenant.userId, rep.id, null][n % 3];
    const codes = { lead_source_id: sources[n % 5] ?? null, lead_status_id: statuses[n % 4] ?? "disqualified" };
    const next_contact_date = n % 10 === 0 ? new Date(Date.UTC(2030, 0, 1 + (n % 7))).toISOString() : null;
    const { data } = await tenant.admin.createLead(newLead({ ...codes, owner_id, next_contact_date }));
    if (n % 7 < 4)
      await runIn(systemContext(app.ports, tenant.id, "test"), () =>
        Scoring.setByHand({ id: data.id, lead_score: (n * 7 + 3) % 101 }),
      );
    allLeads.push((await tenant.admin.getLead({ id: data.id })).data as Row);
  }
  await app.settle();
});
afterAll(() => app.stop());

/** The ids that a list must return: the matching records in order. */
const expectedIds = (isExpected: (row: Row) => boolean, readKey: (row: Row) => string = (row) => row.id): string[] =>
  allLeads
    .filter(isExpected)
    .sort((a, b) => (readKey(a) < readKey(b) ? 1 : -1))
    .map(({ id }) => id);

async function walkLeads(
  client: Tenant["admin"],
  query: Record<string, unknown>,
): Promise<{ ids: string[]; total: number; bound: boolean }> {
  const ids: string[] = [];
  let cursor: string | undefined;
  let total = -1;
  let bound = false;
  do {
    const page = await client.listLeads({ limit: 13, ...query, cursor });
    if (total >= 0) expect(page.meta.total).toBe(total);
    total = page.meta.total;
    bound = page.meta.total_is_lower_bound === true;
    ids.push(...page.data.map(({ id }) => String(id)));
    cursor = page.meta.next_cursor ?? undefined;
  } while (cursor);
  return { ids, total, bound };
}

const findMasterId = async (kind: string, code: string): Promise<string> =>
  String((await tenant.admin.listMasters({ kind })).data.find((value) => value.code === code)?.id);

const sortKey = (row: Row): string => `${String(row.lead_score).padStart(3, "0")}#${row.id}`;

describe("lists by filter", () => {
  it("return all records, newest first, once each, with the exact total", async () => {
    const result = await walkLeads(tenant.admin, {});
    expect(result.ids).toEqual(expectedIds(() => true));
    expect(result).toMatchObject({ total: 150, bound: false });
  });

  it.each([
    ["status", "contacted", "lead_statuses", "lead_status_id"],
    ["source", "partner", "lead_sources", "lead_source_id"],
  ])("by %s", async (filter, code, kind, field) => {
    const id = await findMasterId(kind, code);
    const result = await walkLeads(tenant.admin, { [filter]: code });
    expect(result.ids).toEqual(expectedIds((row) => row[field] === id));
    expect(result).toMatchObject({ total: result.ids.length, bound: false });
  });

  it.each(["HOT", "warm", "COLD", "DISQUALIFIED"])("by rating %s", async (rating) => {
    const result = await walkLeads(tenant.admin, { rating });
    expect(result.ids).toEqual(expectedIds((row) => row.rating === rating.toUpperCase()));
    expect(result.total).toBe(result.ids.length);
  });

  it("by conversion", async () => {
    expect(await walkLeads(tenant.admin, { is_converted: false })).toMatchObject({ ids: expectedIds(() => true), total: 150 });
    expect(await walkLeads(tenant.admin, { is_converted: true })).toMatchObject({ ids: [], total: 0 });
  });

  it.each([0, 1, 50, 63, 100])("by a score of at least %i, sorted by score", async (min_score) => {
    const result = await walkLeads(tenant.admin, { min_score });
    expect(result.ids).toEqual(expectedIds((row) => Number(row.lead_score) >= min_score, sortKey));
    expect(result.total).toBe(result.ids.length);
  });

  it("by owner, and without an owner", async () => {
    expect((await walkLeads(tenant.admin, { owner: rep.id })).ids).toEqual(expectedIds((row) => row.owner_id === rep.id));
    expect(await walkLeads(tenant.admin, { owner: "none" })).toMatchObject({
      ids: expectedIds((row) => row.owner_id === null),
      total: 50,
    });
  });

  it.each([
    { status: "contacted", owner: "rep" },
    { source: "web", owner: "rep" },
    { rating: "COLD", owner: "rep" },
    { min_score: 40, owner: "rep", sort: "lead_score" },
    { status: "new", source: "web" },
    { status: "new", rating: "HOT", is_converted: false },
    { status: "contacted", min_score: 3, sort: "created_at" },
  ])("by several filters: %o", async (filters) => {
    const { owner, status, source, rating, min_score, sort } = filters as Record<string, string | number | undefined>;
    const [statusId, sourceId] = [
      status && (await findMasterId("lead_statuses", String(status))),
      source && (await findMasterId("lead_sources", String(source))),
    ];
    const query = { ...filters, ...(owner ? { owner: rep.id } : {}) };
    const result = await walkLeads(tenant.admin, query);
    const isExpected = (row: Row): boolean =>
      (!owner || row.owner_id === rep.id) &&
      (!statusId || row.lead_status_id === statusId) &&
      (!sourceId || row.lead_source_id === sourceId) &&
      (!rating || row.rating === rating) &&
      (min_score === undefined || Number(row.lead_score) >= Number(min_score));
    expect(result.ids).toEqual(expectedIds(isExpected, sort === "lead_score" ? sortKey : undefined));
    expect(result).toMatchObject({ total: result.ids.length, bound: false });
    expect(result.ids.length).toBeGreaterThan(0);
  });

  it("by due contact date, most urgent first", async () => {
    const dueBy = "2030-01-04T00:00:00Z";
    const result = await walkLeads(tenant.admin, { contact_due_by: dueBy });
    const expectedLeads = allLeads.filter(
      (row) => row.next_contact_date && Date.parse(String(row.next_contact_date)) <= Date.parse(dueBy),
    );
    expect(result.ids).toEqual(
      expectedLeads
        .sort((a, b) => (`${a.next_contact_date}${a.id}` < `${b.next_contact_date}${b.id}` ? -1 : 1))
        .map(({ id }) => id),
    );
    expect(result.total).toBe(expectedLeads.length);
    expect(expectedLeads.length).toBeGreaterThan(3);
  });

  it("for a representative: their own and unassigned records, with matching totals", async () => {
    const isVisible = (row: Row): boolean => row.owner_id === rep.id || row.owner_id === null;
    expect(await walkLeads(rep.client, {})).toEqual({ ids: expectedIds(isVisible), total: 100, bound: false });
    const status = await findMasterId("lead_statuses", "contacted");
    const result = await walkLeads(rep.client, { status: "contacted" });
    expect(result.ids).toEqual(expectedIds((row) => isVisible(row) && row.lead_status_id === status));
    expect(result.total).toBe(result.ids.length);
    expect(await walkLeads(rep.client, { owner: tenant.userId })).toEqual({ ids: [], total: 0, bound: false });
    expect((await walkLeads(rep.client, { sort: "lead_score" })).ids).toEqual(expectedIds(isVisible, sortKey));
  });
});

describe("paging", () => {
  it("by page number returns the same rows as by cursor", async () => {
    const pages = await Promise.all([1, 2, 3].map((page) => tenant.admin.listLeads({ page, limit: 60 })));
    expect(pages.flatMap(({ data }) => data.map(({ id }) => String(id)))).toEqual(expectedIds(() => true));
    expect(pages.map(({ meta }) => [meta.page, meta.totalPages])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(pages[2]?.meta.next_cursor).toBeNull();
  });

  it("in ascending order returns the reverse order", async () => {
    expect((await walkLeads(tenant.admin, { order: "asc" })).ids).toEqual(expectedIds(() => true).reverse());
    expect((await walkLeads(tenant.admin, { order: "asc", sort: "lead_score" })).ids).toEqual(
      expectedIds(() => true, sortKey).reverse(),
    );
  });

  it("by number ends after 10,000 rows, and continues by cursor", async () => {
    await expect(tenant.admin.listLeads({ page: 101, limit: 100 })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "page" }],
    });
    expect((await tenant.admin.listLeads({ page: 100, limit: 100 })).data).toEqual([]);
  });

  it.each([
    [{ limit: 0 }, "limit"],
    [{ limit: "ten" }, "limit"],
    [{ page: 0 }, "page"],
    [{ sort: "password" }, "sort"],
    [{ order: "up" }, "order"],
    [{ status: "nowhere" }, "status"],
    [{ min_score: 101 }, "min_score"],
    [{ colour: "red" }, "colour"],
  ])("rejects %o, and names the field", async (query, field) => {
    await expect(tenant.admin.listLeads(query)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("accepts a cursor only for its query, caller and tenant", async () => {
    const { meta } = await tenant.admin.listLeads({ limit: 5 });
    const cursor = String(meta.next_cursor);
    const otherTenant = await signUp(app);
    for (const attempt of [
      () => tenant.admin.listLeads({ limit: 5, cursor, order: "asc" }),
      () => tenant.admin.listLeads({ limit: 5, cursor, status: "new" }),
      () => tenant.admin.listLeads({ limit: 5, cursor, "company[eq]": "Acme" }),
      () => rep.client.listLeads({ limit: 5, cursor }),
      () => otherTenant.admin.listLeads({ limit: 5, cursor }),
      () => tenant.admin.listLeads({ limit: 5, cursor: `${cursor}x` }),
      () => tenant.admin.listLeads({ limit: 5, cursor: "nonsense" }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 400, details: [{ field: "cursor" }] });
    }
    expect((await tenant.admin.listLeads({ limit: 7, cursor })).data).toHaveLength(7);
  });
});

describe("deleted records", () => {
  it("are excluded from lists and totals, and have a list of their own", async () => {
    const otherTenant = await signUp(app);
    const leads = await Promise.all([1, 2, 3].map(async () => (await otherTenant.admin.createLead(newLead())).data));
    await otherTenant.admin.deleteLead({ id: String(leads[1]?.id) });
    await app.settle();
    const live = await otherTenant.admin.listLeads({});
    expect(live.meta.total).toBe(2);
    expect(live.data.map(({ id }) => id)).not.toContain(leads[1]?.id);
    const deleted = await otherTenant.admin.listLeads({ deleted: true });
    expect(deleted.data.map(({ id }) => id)).toEqual([leads[1]?.id]);
    expect(deleted.meta.total).toBe(1);
    await otherTenant.admin.restoreLead({ id: String(leads[1]?.id) });
    await app.settle();
    expect((await otherTenant.admin.listLeads({})).meta.total).toBe(3);
    expect((await otherTenant.admin.listLeads({ deleted: true })).meta.total).toBe(0);
  });
});

describe("search", () => {
  let otherTenant: Tenant;
  beforeAll(async () => {
    otherTenant = await signUp(app);
    for (const more of [
      {
        first_name: "Łukasz",
        last_name: "Ünal-Meyer",
        company: "Straße & Söhne",
        email: "l.unal@firma.example",
        phone: "+1 803 456 6126",
      },
      { first_name: "Jean-Luc", last_name: "O'Brien", company: "Acme, Inc." },
      { first_name: "山田", last_name: "太郎" },
      { first_name: "Lukas", last_name: "Meyer", company: "Other" },
    ]) {
      await otherTenant.admin.createLead(newLead(more));
    }
    await app.settle();
  });

  it.each([
    ["lukas", 2],
    ["LUKASZ", 1],
    ["unal", 1],
    ["ünal-m", 1],
    ["meyer", 2],
    ["meyer lukasz", 1],
    ["strasse", 1],
    ["obrien", 1],
    ["o'br", 1],
    ["jean-luc", 1],
    ["luc", 1],
    ["acme inc", 1],
    ["山", 1],
    ["l.unal@fir", 1],
    ["firma.example", 1],
    ["803 456", 1],
    ["+1 (803) 456-6126", 1],
    ["unknown", 0],
    ["***", 0],
    ["meyer unknown", 0],
  ])("finds %s %i times", async (search, count) => {
    const { data, meta } = await otherTenant.admin.listLeads({ search });
    expect(data).toHaveLength(count);
    expect(meta).toMatchObject({ total: count });
  });

  it("returns the same result with few visible records, and ignores blank searches", async () => {
    const newcomer = await addUser(app, otherTenant, "SALES_REP");
    await newcomer.client.createLead(newLead());
    await app.settle();
    expect((await newcomer.client.listLeads({ search: "?!" })).meta.total).toBe(0);
    expect((await newcomer.client.listLeads({ search: "  " })).meta.total).toBe((await newcomer.client.listLeads({})).meta.total);
  });

  it("finds by number", async () => {
    const [lead] = (await otherTenant.admin.listLeads({ limit: 1 })).data;
    expect((await otherTenant.admin.listLeads({ search: String(lead?.lead_number) })).data.map(({ id }) => id)).toEqual([
      lead?.id,
    ]);
  });

  it("follows a change, and ignores deleted records", async () => {
    const { data: lead } = await otherTenant.admin.createLead(newLead({ last_name: "Quixotic" }));
    await app.settle();
    expect((await otherTenant.admin.listLeads({ search: "quix" })).meta.total).toBe(1);
    await otherTenant.admin.updateLead({ id: lead.id, last_name: "Zephyr" });
    await app.settle();
    expect((await otherTenant.admin.listLeads({ search: "quix" })).meta.total).toBe(0);
    expect((await otherTenant.admin.listLeads({ search: "zeph" })).data.map(({ id }) => id)).toEqual([lead.id]);
    await otherTenant.admin.deleteLead({ id: lead.id });
    await app.settle();
    expect((await otherTenant.admin.listLeads({ search: "zeph" })).meta.total).toBe(0);
  });

  it("pages by cursor, applies the visibility of the caller, and filters", async () => {
    const small = await signUp(app);
    const seller = await addUser(app, small, "SALES_REP");
    for (let n = 0; n < 12; n++) {
      const owner_id = [small.userId, seller.id, null][n % 3];
      await small.admin.createLead(newLead({ first_name: "Samantha", owner_id, lead_status_id: n % 2 ? "contacted" : "new" }));
    }
    await app.settle();
    const first = await small.admin.listLeads({ search: "sam", limit: 5 });
    const second = await small.admin.listLeads({ search: "sam", limit: 5, cursor: String(first.meta.next_cursor) });
    const third = await small.admin.listLeads({ search: "sam", limit: 5, cursor: String(second.meta.next_cursor) });
    const ids = [first, second, third].flatMap(({ data }) => data.map(({ id }) => String(id)));
    expect(new Set(ids).size).toBe(12);
    expect([...ids].sort().reverse()).toEqual(ids);
    expect(third.meta.next_cursor).toBeNull();
    expect(first.meta.total).toBe(12);
    expect((await seller.client.listLeads({ search: "sam" })).meta.total).toBe(8);
    expect((await small.admin.listLeads({ search: "sam", status: "new" })).meta.total).toBe(6);
    expect((await seller.client.listLeads({ search: "sam", status: "new" })).data).toHaveLength(4);
  });
});
