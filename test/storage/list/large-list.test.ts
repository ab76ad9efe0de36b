import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type TeamRecord, Teams } from "@crm/core/platform/user/team.entity.ts";
import { MAX_READ_ROWS } from "@crm/core/storage/read/list-page.ts";
import { maintain } from "@crm/core/storage/scheduler/column-writer.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { removeColumns } from "../../support/columns.ts";
import { measureUnits } from "../../support/request-units.ts";

/** More rows than one request of a list looks at. */
const TEAM_COUNT = MAX_READ_ROWS + 50;

const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const fields = (n: number) => ({ name: `Team ${n}`, manager_id: n < 3 ? tenant.userId : null, territory_id: null });
    const teams = Array.from({ length: TEAM_COUNT }, (_, n) => Records.init(Teams, fields(n) as Omit<TeamRecord, "id">));
    for (const chunk of splitIntoChunks(teams, 100))
      await chunk.reduce((tx, team) => tx.create(Teams, team), transaction()).commit(undefined);
  });
  await app.settle();
  await removeColumns(app, tenant.id, "team");
});
afterAll(() => app.stop());

it("a list of more than a thousand records without columns can be sorted by an index only, and the error names these", async () => {
  await expect(tenant.admin.listTeams({ sort: "created_by" })).rejects.toMatchObject({
    status: 400,
    details: [{ field: "sort", message: expect.stringMatching(/More than 1000 .* sort by created_at, name/) }],
  });
  const { meta } = await tenant.admin.listTeams({ sort: "-name", limit: 1 });
  expect(meta.total).toBe(TEAM_COUNT);
  expect(meta).not.toHaveProperty("is_complete");
});

it("a page that ends before all rows were looked at says so, and how many were", async () => {
  const query = { "manager_id[eq]": "ME", sort: "-created_at" } as const;
  const first = await tenant.admin.listTeams({ ...query, limit: 2 });
  expect(first.data).toEqual([]);
  expect(first.meta).toMatchObject({ total: 0, total_is_lower_bound: true, is_complete: false, searched: MAX_READ_ROWS });
  const second = await tenant.admin.listTeams({ ...query, limit: 2, cursor: String(first.meta.next_cursor) });
  expect(second.data.map(({ name }) => name)).toEqual(["Team 2", "Team 1"]);
  expect(second.meta).not.toHaveProperty("searched");
  const last = await tenant.admin.listTeams({ ...query, limit: 2, cursor: String(second.meta.next_cursor) });
  expect(last.data.map(({ name }) => name)).toEqual(["Team 0"]);
  expect(last.meta).not.toHaveProperty("is_complete");
});

it("the rows looked at are those of all pages of the cursor", async () => {
  // The first page is full after two rows. The second one finds one more, and stops where a request must.
  const query = { "manager_id[eq]": "ME", order: "asc" } as const;
  const first = await tenant.admin.listTeams({ ...query, limit: 2 });
  expect(first.meta).not.toHaveProperty("is_complete");
  const second = await tenant.admin.listTeams({ ...query, limit: 2, cursor: String(first.meta.next_cursor) });
  expect(second.data).toHaveLength(1);
  expect(second.meta).toMatchObject({ is_complete: false, searched: MAX_READ_ROWS + 2 });
});

it("a filter with few matches keeps the sort order: the matches are found among all records", async () => {
  const { data } = await tenant.admin.listTeams({ "manager_id[eq]": "ME", order: "asc", limit: 100 });
  expect(data.map(({ name }) => name)).toEqual(["Team 0", "Team 1", "Team 2"]);
});

it("with columns, each field sorts, each filter finds, and the total is exact", async () => {
  expect(
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      maintain(Teams as Collection<BaseRecord>, Number.POSITIVE_INFINITY),
    ),
  ).toBe(true);
  const { data, meta } = await tenant.admin.listTeams({ "manager_id[eq]": "ME", sort: "-created_by", limit: 2 });
  expect([data.length, meta.total, meta.total_is_lower_bound, meta.is_complete]).toEqual([2, 3, undefined, undefined]);
  const deep = await tenant.admin.listTeams({ page: 1500, limit: 2 });
  expect([deep.data.length, deep.meta.total]).toEqual([2, TEAM_COUNT]);
});

/** Lists all pages of a search. Each must be full but the last. */
async function listAllPages(search: string): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { data, meta } = await tenant.admin.listTeams({ search, limit: 100, ...(cursor ? { cursor } : {}) });
    names.push(...data.map(({ name }) => String(name)));
    cursor = meta.next_cursor;
    expect([data.length === 100 || cursor === null, meta.total_is_lower_bound]).toEqual([true, true]);
  }
  return names;
}

it("a search reads only its page, however many records match, and its pages reach all of them", async () => {
  const page = await measureUnits(meter, () => tenant.admin.listTeams({ search: "team", limit: 20 }));
  // A hundred words, twenty records, and the counters. A thousand words take over twenty units more.
  expect(page.read).toBeLessThan(16);
  const names = await listAllPages("team");
  expect([names.length, new Set(names).size]).toEqual([TEAM_COUNT, TEAM_COUNT]);
  const second = await tenant.admin.listTeams({ search: "team", limit: 2, page: 2 });
  const first = await tenant.admin.listTeams({ search: "team", limit: 4 });
  expect(second.data).toEqual(first.data.slice(2));
});

it("a search with many matches has exact words first, unless the caller names an order", async () => {
  for (const name of ["Tea", "Teapot Teacup", "Teapot"]) await tenant.admin.createTeam({ name });
  await app.settle();
  const names = await listAllPages("tea");
  // Each record comes once, at the first of its words.
  expect(names.filter((name) => !name.startsWith("Team"))).toEqual(["Tea", "Teapot Teacup", "Teapot"]);
  expect([names.at(1), names.at(-1)]).toEqual(["Teapot Teacup", "Teapot"]);
  const byTime = await tenant.admin.listTeams({ search: "tea", limit: 1, sort: "created_at", order: "asc" });
  expect([byTime.data[0]?.name?.slice(0, 4), byTime.meta.total]).toEqual(["Team", 1000]);
  const filtered = await tenant.admin.listTeams({ search: "team", "manager_id[eq]": "ME", limit: 3 });
  expect(filtered.data.map(({ name }) => name)).toEqual(["Team 0", "Team 1", "Team 2"]);
});
