import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runImport } from "../../platform/import/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let team: string;
let manager: TestUser;
let ann: TestUser;
let bo: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2027-03-16T12:00:00.000Z" });
  tenant = await signUp(app);
  team = (await tenant.admin.createTeam({ name: "North" })).data.id;
  manager = await addUser(app, tenant, "MANAGER", { team_id: team });
  ann = await addUser(app, tenant, "SALES_REP", { team_id: team });
  bo = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const month = "2027-03";
const days = { from: "2027-03-01", to: "2027-03-31" };

it("is set by leaders for users and teams whom they see, once for each figure and period", async () => {
  const own = { figure: "bookings", user_id: ann.id, period: month, value: "1000" };
  const { data: first } = await manager.client.createTarget(own);
  expect(first).toMatchObject({ value: "1000.00", currency: "USD", period: month, version: 1 });
  const { data: again } = await manager.client.createTarget({ ...own, value: 1200 });
  expect(again).toMatchObject({ id: first.id, value: "1200.00", version: 2 });
  await expect(ann.client.createTarget(own)).rejects.toMatchObject({ status: 403 });
  await expect(manager.client.createTarget({ ...own, user_id: bo.id })).rejects.toMatchObject({ status: 400 });
  await expect(manager.client.createTarget({ ...own, user_id: null })).rejects.toMatchObject({ status: 403 });
  await expect(tenant.admin.createTarget({ ...own, team_id: team })).rejects.toMatchObject({ status: 400 });
  await expect(tenant.admin.createTarget({ ...own, period: "2027-13" })).rejects.toMatchObject({ status: 400 });
  await expect(manager.client.updateTarget({ id: first.id, period: "2027-04" })).rejects.toMatchObject({ status: 400 });
  await tenant.admin.createTarget({ ...own, user_id: bo.id, value: "500" });
  await tenant.admin.createTarget({ figure: "win_rate", team_id: team, period: month, value: "0.5" });
});

it("is listed for users who see its owner", async () => {
  const list = async ({ client }: TestUser) =>
    (await client.listTargets({ period: month })).data.map(({ user_id, figure }) => user_id ?? figure).sort();
  expect(await list(ann)).toEqual([ann.id, "win_rate"].sort());
  expect(await list(bo)).toEqual([bo.id, "win_rate"].sort());
  expect(await list(manager)).toEqual([ann.id, "win_rate"].sort());
});

it("is compared with the figure, for what the caller sees", async () => {
  const { data: customer } = await tenant.admin.createCustomer({
    name: "Acme",
    customer_type: "business",
    owner_id: ann.id,
  });
  const input = { name: "Boats", customer_id: customer.id, owner_id: ann.id, amount: "900.00", close_date: "2027-03-20" };
  const { data: opportunity } = await tenant.admin.createOpportunity(input);
  await tenant.admin.winOpportunity({ id: opportunity.id });
  await app.settle();
  const read = async (client: Tenant["admin"], filter = {}) =>
    (await client.getTeamPerformance({ ...days, ...filter })).data.targets.map(
      ({ figure, owner_id, value, target, percent, gap }) => [...[figure, owner_id, value, target, percent, gap]],
    );
  const annRow = ["bookings", ann.id, "900.00", "1200.00", "75.00", "300.00"];
  // The team's rate and the sums of users count for all who see them; the manager sees the whole team, and not Bo.
  expect(await read(tenant.admin)).toEqual([["bookings", null, "900.00", "1700.00", "52.94", "800.00"], annRow]);
  expect(await read(manager.client, { team })).toEqual([
    ["bookings", null, "900.00", "1200.00", "75.00", "300.00"],
    annRow,
    ["win_rate", null, 1, "0.5000", "200.00", "-0.5000"],
  ]);
  // Ann sees herself only, so that the target of the whole team is not that of her figures.
  expect(await read(ann.client, { team })).toEqual([["bookings", null, "900.00", "1200.00", "75.00", "300.00"], annRow]);
  // Nor does the target of Bo, whom she does not see, add to hers.
  expect(await read(ann.client)).toEqual([["bookings", null, "900.00", "1200.00", "75.00", "300.00"], annRow]);
  expect(await read(tenant.admin, { to: "2027-03-30" })).toEqual([]);
});

it("is compared with the bookings of the months of the forecast", async () => {
  await tenant.admin.createTarget({ figure: "bookings", period: month, value: "400" });
  const { data } = await tenant.admin.getForecastAnalytics({ months: 2 });
  expect(data.targets).toEqual([
    { figure: "bookings", owner_id: null, period: month, value: "900.00", target: "400.00", percent: "225.00", gap: "-500.00" },
  ]);
});

it("is set by file, where a row of an existing target replaces its value", async () => {
  const file = [
    "figure,user_id,period,value",
    `opportunities_won,${ann.id},2027-Q2,5`,
    `opportunities_won,${bo.id},2027-Q2,7`,
    `opportunities_won,${ann.id},2027-Q2,6`,
    `opportunities_won,${ann.id},2027-Q5,6`,
  ].join("\n");
  expect(await runImport(app, tenant.token, "targets", file)).toMatchObject({ created: 2, updated: 1, failed: 1 });
  const { data } = await ann.client.listTargets({ period: "2027-Q2" });
  expect(data.map(({ value, currency }) => [value, currency])).toEqual([["6", null]]);
});
