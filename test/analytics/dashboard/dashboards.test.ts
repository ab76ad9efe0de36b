import { defaultDashboards } from "@crm/core/analytics/dashboard/default-dashboards.ts";
import { type Tile, validateTiles } from "@crm/core/analytics/dashboard/tile.rules.ts";
import { findFigure } from "@crm/core/analytics/figure/figure-registry.ts";
import { roles } from "@crm/core/kernel/permission.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
const place = { x: 0, y: 0, width: 3, height: 1 } as const;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2027-04-15T12:00:00.000Z" });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  for (const [owner_id, amount, isWon] of [
    [rep.id, "100.00", true],
    [rep.id, "40.00", false],
    [tenant.userId, "30.00", true],
  ] as const) {
    const customer = { name: `Acme ${amount}`, customer_type: "business", owner_id };
    const { data } = await tenant.admin.createCustomer(customer);
    const input = { name: "Boats", customer_id: data.id, owner_id, amount, close_date: "2027-04-20" };
    const { data: opportunity } = await tenant.admin.createOpportunity(input);
    if (isWon) await tenant.admin.winOpportunity({ id: opportunity.id });
  }
  await tenant.admin.createLead({
    first_name: "Ada",
    last_name: "Lovelace",
    company: "Engines",
    email: "ada@x.example",
    owner_id: rep.id,
  });
  await app.settle();
});
afterAll(() => app.stop());

/** Sends the request that a tile names, and returns how many rows it lists. */
async function countRows(token: string, { path, body }: { path: string; body: unknown }): Promise<number> {
  const request = {
    method: body === null ? "GET" : "POST",
    path: `/api/v1${path}`,
    query: "",
    headers: { "content-type": "application/json" },
    body: body === null ? undefined : JSON.stringify(body),
  };
  const { status, body: answer } = await inProcessTransport(app, token)(request);
  expect([status, answer]).toEqual([200, answer]);
  return (JSON.parse(answer) as { meta: { total: number } }).meta.total;
}

it("has one default for each role, whose figures the role may read", async () => {
  for (const role of roles) {
    const { tiles } = defaultDashboards[role];
    expect(validateTiles(tiles)).toEqual([]);
    for (const { figure, figures = [] } of tiles)
      for (const name of figure ? [figure] : figures)
        expect([role, name, findFigure(name).access.every((permission) => permission.roles.includes(role))]).toEqual([
          role,
          name,
          true,
        ]);
  }
  const { data: layout } = await rep.client.getDefaultDashboard({});
  expect([layout.role, layout.name]).toEqual(["SALES_REP", "Sales"]);
  const { data } = await rep.client.getDefaultDashboardData({});
  expect(data.tiles).toHaveLength(layout.tiles.length);
  expect(data.tiles.filter(({ error }) => error !== null)).toEqual([]);
});

it("answers all tiles for what the reader sees, each with its own error", async () => {
  const { data: view } = await tenant.admin.createView({
    kind: "opportunity",
    name: "Open",
    query: { where: { is_closed: false } },
    sharing: "EVERYONE",
  });
  const { data: report } = await tenant.admin.createReport({
    name: "Won",
    kind: "opportunity",
    where: { is_won: true },
    measures: [{ as: "n", do: "count" }],
    visibility: "EVERYONE",
  });
  const fixed = { name: "Goal", figure: "bookings", target_type: "FIXED", target_value: "200" };
  const { data: kpi } = await tenant.admin.createKpi({ ...fixed, sharing: "EVERYONE" });
  const { data: hidden } = await tenant.admin.createKpi({ ...fixed, sharing: "PRIVATE" });
  const tiles = [
    { type: "figure", figure: "bookings" },
    { type: "figure", figure: "open_leads" },
    { type: "chart", figure: "bookings", by: "month" },
    { type: "table", figures: ["bookings", "opportunities_won"], by: "owner", title: "Sellers" },
    { type: "funnel" },
    { type: "list", view: view.id },
    { type: "report", report: report.id },
    { type: "kpi", kpi: kpi.id },
    { type: "kpi", kpi: hidden.id },
    { type: "figure", figure: "open_tickets" },
    { type: "figure", figure: "opportunities_won", team: "tea_000000000000000000" },
  ].map((tile) => ({ ...place, ...tile }));
  const { data: dashboard } = await tenant.admin.createDashboard({ name: "All", tiles, sharing: "EVERYONE" });
  const { data } = await rep.client.getDashboardData({ id: dashboard.id, compare_to: "previous_year" });
  const [bookings, leads, chart, table, funnel, list, rows, goal, ...failed] = data.tiles;
  expect(bookings).toMatchObject({ title: "Bookings", error: null, figures: [{ value: "100.00", previous: "0.00" }] });
  expect(leads).toMatchObject({ figures: [{ value: 1 }] });
  expect(chart?.rows.at(-1)).toMatchObject({ key: "2027-04", values: { bookings: "100.00" } });
  expect(table).toMatchObject({
    title: "Sellers",
    rows: [{ key: rep.id, values: { bookings: "100.00", opportunities_won: 1 } }],
  });
  expect(funnel?.stages.reduce((sum, { count }) => sum + count, 0)).toBe(1);
  expect(list).toMatchObject({ title: "Open", total: 1, records: [{ name: "Boats", amount: "40.00" }] });
  expect(rows).toMatchObject({
    title: "Won",
    records: [{ n: 1 }],
    opens: [{ path: `/analytics/reports/${report.id}`, body: null }],
  });
  expect(goal).toMatchObject({ title: "Goal", kpi: { value: "100.00", percent: "50.00" } });
  expect(failed.map(({ error }) => error?.code)).toEqual(["NOT_FOUND", "FORBIDDEN", "VALIDATION_ERROR"]);
  const all = (await tenant.admin.getDashboardData({ id: dashboard.id })).data.tiles;
  expect(all[0]?.figures).toMatchObject([{ value: "130.00" }]);
});

it("names the request that lists the rows behind each number", async () => {
  const names = [
    "opportunities_created",
    "opportunities_won",
    "opportunities_lost",
    "open_opportunities",
    "open_leads",
    "customers",
    "new_customers",
    "active_customers",
    "customers_at_risk",
    "churned_customers",
    "tickets",
    "open_tickets",
    "tickets_answered",
    "tickets_resolved",
    "active_campaigns",
  ] as const;
  const others = ["forecast_3_months", "win_rate", "revenue", "average_rating", "csat", "operations_health"] as const;
  const tiles = [...names, ...others].map((figure) => ({ ...place, type: "figure", figure }));
  const { data: dashboard } = await tenant.admin.createDashboard({ name: "Counts", tiles });
  for (const filter of [{}, { owner: rep.id }]) {
    const { data } = await tenant.admin.getDashboardData({ id: dashboard.id, ...filter });
    for (const [index, tile] of data.tiles.entries()) {
      const counts = [];
      for (const request of tile.opens) counts.push(await countRows(tenant.token, request));
      if (index < names.length) expect([names[index], ...counts]).toEqual([names[index], tile.figures[0]?.value]);
      else expect(counts.length).toBeGreaterThan(0);
    }
  }
});

it("loads each source of data once for all tiles", async () => {
  const tiles = (["bookings", "win_rate", "pipeline_value", "revenue"] as const).flatMap((figure) => [
    { ...place, type: "figure", figure },
    { ...place, type: "figure", figure },
  ]);
  const { data: one } = await tenant.admin.createDashboard({ name: "One", tiles: tiles.slice(0, 1) });
  const { data: many } = await tenant.admin.createDashboard({ name: "Many", tiles });
  const countQueries = async (id: string): Promise<number> => {
    let count = 0;
    const { database } = app.ports;
    const { send } = database;
    database.send = (command, scope) => {
      if (command.constructor.name === "QueryCommand") count++;
      return send.call(database, command, scope);
    };
    await tenant.admin.getDashboardData({ id });
    database.send = send;
    return count;
  };
  await countQueries(one.id);
  expect(await countQueries(many.id)).toBe(await countQueries(one.id));
});

it("is changed by its owner only, and shared as a view", async () => {
  const { data } = await rep.client.createDashboard({ name: "Mine", tiles: [] });
  await expect(tenant.admin.getDashboard({ id: data.id })).rejects.toMatchObject({ status: 404 });
  await rep.client.updateDashboard({ id: data.id, sharing: "EVERYONE" });
  await expect(tenant.admin.updateDashboard({ id: data.id, name: "Ours" })).rejects.toMatchObject({ status: 403 });
  const unknown = { name: "Broken", tiles: [{ ...place, type: "report", report: "rpt_000000000000000000" }] };
  await expect(rep.client.createDashboard(unknown)).rejects.toMatchObject({
    status: 400,
    details: [{ field: "tiles[0].report" }],
  });
});

describe("tiles", () => {
  it.each([
    [{ type: "figure" }, ["figure"]],
    [{ type: "figure", figure: "bookings", view: "x" }, ["view"]],
    [{ type: "chart", figure: "bookings" }, ["by"]],
    [{ type: "chart", figure: "pipeline_value", by: "month" }, ["by"]],
    [{ type: "table", figures: ["bookings", "customers"], by: "owner" }, ["by"]],
    [{ type: "funnel", x: 8, width: 5 }, ["width"]],
    [{ type: "list", view: "x", owner: "me" }, ["owner"]],
    [{ type: "kpi", kpi: "x" }, []],
  ])("%o: errors at %o", (tile, fields) => {
    const found = validateTiles([{ ...place, ...tile } as Tile]).map(({ field }) => field);
    expect(found).toEqual(fields.map((field) => `tiles[0].${field}`));
  });
});
