import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

/** What reports show each reader, compared with what the lists of the API show the same reader at that moment. */
let app: App;
let tenant: Tenant;
let users: TestUser[];
let team: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  team = (await tenant.admin.createTeam({ name: "North" })).data.id;
  users = [
    await addUser(app, tenant, "MANAGER", { team_id: team }),
    await addUser(app, tenant, "SALES_REP", { team_id: team }),
    await addUser(app, tenant, "SALES_REP"),
    await addUser(app, tenant, "ANALYST"),
  ];
});
afterAll(() => app.stop());

type Client = Tenant["admin"];
type Row = Readonly<Record<string, unknown>>;

async function listAll(list: (input: object) => Promise<{ data: readonly object[]; meta: { next_cursor: string | null } }>) {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const { data, meta } = await list({ limit: 100, sort: "created_at", order: "asc", ...(cursor ? { cursor } : {}) });
    rows.push(...(data as Row[]));
    cursor = meta.next_cursor;
  } while (cursor);
  return rows;
}

const customersOf = (client: Client) => listAll((input) => allowAnyInput(client).listCustomers(input));
const opportunitiesOf = (client: Client) => listAll((input) => allowAnyInput(client).listOpportunities(input));

/** Compares what a reader's reports show with the lists of the reader. */
async function compareReader(client: Client, reports: Readonly<Record<"stored" | "tabs", string>>) {
  const [customers, opportunities] = [await customersOf(client), await opportunitiesOf(client)];
  const nameById = new Map(customers.map(({ id, name }) => [id, name]));
  const stored = (await client.getReport({ id: reports.stored })).data;
  const expected = opportunities
    .map(({ id, name, customer_id }) => ({ id, name, "customer.name": nameById.get(customer_id) ?? null }))
    .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  expect(stored.rows).toEqual(expected);
  const tabs = (await client.getReport({ id: reports.tabs })).data;
  const named = new Set(opportunities.map(({ customer_id }) => customer_id));
  const seen = customers.map(({ id }) => id).filter((id) => named.has(id));
  expect(tabs.rows.map(({ id }) => id)).toEqual(seen.sort());
}

it("never exceeds what lists show, also after owners and rights changed", async () => {
  const random = createTestRandom("visibility of reports");
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const owners = [...users.map(({ id }) => id), tenant.userId];
  const { admin } = tenant;
  const customers: string[] = [];
  for (let n = 0; n < 8; n++) {
    const input = { name: `Customer ${n}`, customer_type: "business", owner_id: pick(owners) };
    customers.push((await admin.createCustomer(input)).data.id);
  }
  const opportunities: string[] = [];
  for (let n = 0; n < 16; n++) {
    const input = { name: `Opportunity ${n}`, customer_id: pick(customers), owner_id: pick(owners), close_date: "2026-12-01" };
    opportunities.push((await admin.createOpportunity(input)).data.id);
  }
  const define = async (definition: object) =>
    (await allowAnyInput(admin).createReport({ name: "All", visibility: "EVERYONE", ...definition })).data.id;
  const reports = {
    stored: await define({ kind: "opportunity", columns: ["name", "customer.name"] }),
    tabs: await define({ kind: "customer", columns: ["name"], with: [{ tab: "opportunity" }] }),
  };
  const readers = [admin, ...users.map(({ client }) => client)];
  const changes = [
    () => Promise.resolve(),
    () => admin.updateOpportunity({ id: pick(opportunities), owner_id: pick(owners) }),
    () => admin.updateCustomer({ id: pick(customers), owner_id: pick(owners) }),
    () => admin.updateUser({ id: (users[0] as TestUser).id, role: "SALES_REP" }),
    () => admin.updateUser({ id: (users[1] as TestUser).id, team_id: null }),
    () => admin.deleteOpportunity({ id: opportunities.pop() as string }),
  ];
  for (const change of changes) {
    await change();
    await app.settle();
    // Sessions and the directory may be a minute old.
    app.setClock({ advance: 2 * 60_000 });
    for (const reader of readers) await compareReader(reader, reports);
  }
});
