import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Scoring } from "@crm/core/sales/lead/scoring.ts";
import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createReadyPaths } from "./support.ts";

type Row = Record<string, unknown> & { id: string; metadata: Record<string, unknown>; lead_score: number };

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let rep: TestUser;
let leads: Row[];
let contactedStatusId: string;
const regions = ["North", "south", "Ünal", "Łódź 😀"];

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  otherTenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  const colleague = await addUser(app, tenant, "SALES_REP");
  const owners = [rep.id, colleague.id, null];
  const lead = (n: number) =>
    newLead({
      owner_id: owners[n % 3],
      lead_status_id: n % 2 ? "contacted" : "new",
      company: n % 5 ? "Acme" : "Initech",
      metadata: {
        region: n % 7 ? regions[n % 4] : undefined,
        amount: n % 6 ? `${(n * 37) % 100}.50` : undefined,
        delta: n % 11 ? ((n * 29) % 50) - 25 : "none",
        day: `2026-0${1 + (n % 9)}-1${n % 10}`,
        tags: [`t${n % 3}`, `t${n % 5}`],
      },
    });
  for (let n = 0; n < 30; n++) await tenant.admin.createLead(lead(n));
  await createReadyPaths(
    app,
    tenant,
    { entity: "lead", path: "metadata.region", sort: true },
    { entity: "lead", path: "metadata.amount", type: "money", sort: true },
    { entity: "lead", path: "metadata.delta", type: "number", sort: true },
    { entity: "lead", path: "metadata.day", type: "date", sort: true },
    { entity: "lead", path: "metadata.tags", type: "choices" },
  );
  // One half is backfilled, the other arrives through the stream.
  for (let n = 30; n < 60; n++) await tenant.admin.createLead(lead(n));
  await createReadyPaths(app, otherTenant, { entity: "lead", path: "metadata.region", sort: true });
  await otherTenant.admin.createLead(newLead({ metadata: { region: "North" } }));
  const { data } = await tenant.admin.listLeads({ limit: 100 });
  const system = systemContext(app.ports, tenant.id, "test");
  for (const [index, { id }] of data.entries())
    if (index % 4 === 0) await runIn(system, () => Scoring.setByHand({ id, lead_score: index }));
  await app.settle();
  const statuses = await tenant.admin.listMasters({ kind: "lead-statuses" });
  contactedStatusId = String(statuses.data.find(({ code }) => code === "contacted")?.id);
  leads = await Promise.all(data.map(async ({ id }) => (await tenant.admin.getLead({ id })).data as Row));
});
afterAll(() => app.stop());

/** Reads every page of a list by its cursor, and its total. */
async function readAllPages(
  as: Client,
  input: Record<string, unknown>,
): Promise<{ ids: string[]; total: number; isBound: boolean }> {
  const ids: string[] = [];
  let page = await as.listLeads({ limit: 7, ...input });
  const { total, total_is_lower_bound = false } = page.meta;
  for (;;) {
    ids.push(...page.data.map(({ id }) => id));
    if (!page.meta.next_cursor) return { ids, total, isBound: total_is_lower_bound };
    expect(page.meta.total).toBe(total);
    page = await as.listLeads({ limit: 7, ...input, cursor: page.meta.next_cursor });
  }
}

const isContacted = (row: Row): boolean => row.lead_status_id === contactedStatusId;
const isMine = (row: Row): boolean => row.owner_id === rep.id || row.owner_id === null;
/** Expected ids: newest first, or by a value and then by id. */
function expectedIds(isMatch: (row: Row) => boolean, readSortKey?: (row: Row) => number | string | undefined): string[] {
  const rows = leads.filter((row) => isMatch(row) && (!readSortKey || readSortKey(row) !== undefined));
  const order = (row: Row) => [readSortKey?.(row) ?? 0, row.id] as const;
  return rows
    .sort((a, b) => {
      const [[v, i], [w, j]] = [order(a), order(b)];
      return v === w ? (i < j ? 1 : -1) : v < w ? 1 : -1;
    })
    .map(({ id }) => id);
}

const hasMetadata = (name: string, value: unknown) => (row: Row) => row.metadata[name] === value;
const isNorth = hasMetadata("region", "North");
const readDay = (row: Row) => String(row.metadata.day);
const readAmount = (row: Row) => (row.metadata.amount === undefined ? undefined : Number(row.metadata.amount));
const readDelta = (row: Row) => (typeof row.metadata.delta === "number" ? row.metadata.delta : undefined);
const rankRegion = (row: Row) =>
  row.metadata.region === undefined
    ? undefined
    : { North: "1north", south: "2south", Ünal: "3unal", "Łódź 😀": "0lodz" }[String(row.metadata.region)];

describe("a list filtered by a declared path", () => {
  const north = { "metadata.region": "north" };
  it.each<[string, Record<string, unknown>, (row: Row) => boolean, ((row: Row) => number | string | undefined)?]>([
    ["one value", { paths: north }, isNorth],
    ["in any letter case, without accents", { paths: { "metadata.region": " UNAL" } }, hasMetadata("region", "Ünal")],
    ["any script", { paths: { "metadata.region": "łódź 😀" } }, hasMetadata("region", "Łódź 😀")],
    ["an amount however it is written", { paths: { "metadata.amount": "37.5" } }, hasMetadata("amount", "37.50")],
    ["a number below zero", { paths: { "metadata.delta": "-25.0" } }, hasMetadata("delta", -25)],
    ["one of several values", { paths: { "metadata.tags": "t2" } }, (row) => (row.metadata.tags as string[]).includes("t2")],
    ["a value of no record", { paths: { "metadata.region": "west" } }, () => false],
    [
      "two paths",
      { paths: { ...north, "metadata.tags": "t2" } },
      (row) => isNorth(row) && (row.metadata.tags as string[]).includes("t2"),
    ],
    ["with a filter of its own", { paths: north, status: "contacted" }, (row) => isNorth(row) && isContacted(row)],
    [
      "with a lower bound, in its order",
      { paths: north, min_score: 5, sort: "lead_score" },
      (row) => isNorth(row) && row.lead_score >= 5,
      (row) => row.lead_score,
    ],
    ["with a search", { paths: north, search: "initech" }, (row) => isNorth(row) && row.company === "Initech"],
    ["oldest first", { paths: north, order: "desc", sort: "created_at" }, isNorth],
    ["in the order of text", { sort: "metadata.region" }, () => true, rankRegion],
    ["in the order of amounts", { sort: "metadata.amount" }, () => true, readAmount],
    ["in the order of numbers", { sort: "metadata.delta" }, () => true, readDelta],
    ["in the order of dates", { sort: "metadata.day" }, () => true, readDay],
    ["one path in the order of another", { paths: north, sort: "metadata.amount" }, isNorth, readAmount],
    [
      "one path in its own order",
      { paths: { "metadata.tags": "t1" }, sort: "metadata.delta" },
      (row) => (row.metadata.tags as string[]).includes("t1"),
      readDelta,
    ],
    ["a filter in the order of a path", { status: "contacted", sort: "metadata.day" }, isContacted, readDay],
    ["a search in the order of a path", { search: "initech", sort: "metadata.day" }, (row) => row.company === "Initech", readDay],
  ])("%s", async (_, input, isMatch, readSortKey) => {
    expect(await readAllPages(tenant.admin, input)).toEqual({
      ids: expectedIds(isMatch, readSortKey),
      total: expectedIds(isMatch, readSortKey).length,
      isBound: false,
    });
    const ownIds = expectedIds((row) => isMatch(row) && isMine(row), readSortKey);
    expect(await readAllPages(rep.client, input)).toEqual({ ids: ownIds, total: ownIds.length, isBound: false });
    const backwards = await readAllPages(tenant.admin, { ...input, order: "asc" });
    expect(backwards.ids).toEqual(expectedIds(isMatch, readSortKey).reverse());
  });

  it("is paginated by page and cursor, alone and with an owner", async () => {
    const ownedQuery = { paths: north, owner: rep.id };
    const expected = expectedIds((row) => isNorth(row) && row.owner_id === rep.id);
    expect((await readAllPages(tenant.admin, ownedQuery)).ids).toEqual(expected);
    const second = await tenant.admin.listLeads({ ...ownedQuery, page: 2, limit: 2 });
    expect(second.data.map(({ id }) => id)).toEqual(expected.slice(2, 4));
    expect(second.meta.total).toBe(expected.length);
    expect((await rep.client.listLeads({ paths: north, owner: tenant.userId })).meta.total).toBe(0);
  });

  it("returns the usual columns without the matched values", async () => {
    const [plain] = (await tenant.admin.listLeads({ limit: 1, search: "" })).data;
    const [match] = (await tenant.admin.listLeads({ sort: "metadata.day", limit: 1 })).data;
    expect(Object.keys(match ?? {})).toEqual(Object.keys(plain ?? {}));
  });

  it("contains records of one tenant", async () => {
    expect((await otherTenant.admin.listLeads({ paths: north })).data).toHaveLength(1);
    await expect(otherTenant.admin.listLeads({ paths: { "metadata.day": "2026-01-10" } })).rejects.toMatchObject({ status: 400 });
  });

  it("accepts a cursor of the same query only", async () => {
    const { meta } = await tenant.admin.listLeads({ paths: north, limit: 2 });
    const cursor = meta.next_cursor ?? "";
    await expect(tenant.admin.listLeads({ paths: { "metadata.region": "south" }, limit: 2, cursor })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "cursor" }],
    });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ paths: { "metadata.nowhere": "x" } }, "metadata.nowhere"],
    [{ paths: { "metadata.amount": "much" } }, "metadata.amount"],
    [{ paths: { "metadata.day": "tomorrow" } }, "metadata.day"],
    [{ paths: { "metadata.delta": "1,5" } }, "metadata.delta"],
    [{ paths: { "metadata.region": " " } }, "metadata.region"],
    [{ paths: north, deleted: true }, "metadata.region"],
    [{ sort: "metadata.tags" }, "sort"],
    [{ sort: "metadata.nowhere" }, "sort"],
    [{ sort: "nonsense" }, "sort"],
    [{ nonsense: "x" }, "nonsense"],
  ])("refuses %j, naming %s", async (input, field) => {
    await expect(allowAnyInput(tenant.admin).listLeads(input)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("accepts the path as a parameter by its name, and other lists reject it", async () => {
    const get = async (query: string, path = "/api/v1/leads") => {
      const answer = await inProcessTransport(app, tenant.token)({ method: "GET", path, query, headers: {}, body: undefined });
      return {
        status: answer.status,
        ...(JSON.parse(answer.body) as { meta?: { total: number }; error?: { details: unknown } }),
      };
    };
    const response = await get("metadata.region=North");
    expect([response.status, response.meta?.total]).toEqual([200, expectedIds(isNorth).length]);
    expect((await get("paths=x")).error?.details).toMatchObject([{ field: "paths" }]);
    expect((await get("metadata.region=North&metadata.region=South")).error?.details).toMatchObject([
      { field: "metadata.region" },
    ]);
    expect((await get("metadata.region=North", "/api/v1/forms")).error?.details).toMatchObject([{ field: "metadata.region" }]);
  });
});
