import { Clock } from "@crm/core/kernel/clock.ts";
import type { Role } from "@crm/core/kernel/permission.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { staff } from "../../../scripts/demo/sample-data.ts";
import { DEMO_PASSWORD } from "../../../scripts/demo/year.ts";
import { dumpTable } from "../../platform/auth/table-dump.ts";
import { inProcessTransport } from "../../support/app.ts";
import { isSnapshotCurrent, startDemoApp } from "../../support/demo-snapshot.ts";

/** What each role sees first in the demo: work to do, lists with content, and records that are filled in. */

const MIN_CARDS = 4;
const MIN_COLUMNS = 5;
const MIN_FIELDS = 12;
const HOUR_MS = 60 * 60 * 1000;

type Row = Record<string, unknown> & { id: string };

const readValue = (row: Row, name: string): unknown =>
  name.split(".").reduce<unknown>((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], row);
const isFilled = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== "" && value !== false && !(Array.isArray(value) && value.length === 0);

let app: App;
beforeAll(async () => {
  app = await startDemoApp();
});
afterAll(() => app.stop());

interface Session {
  readonly client: Client;
  /** Reads the data of a path; nothing if the user may not. */
  readonly get: <T = Row[]>(path: string) => Promise<T>;
}

async function signIn(first_name: string): Promise<Session> {
  const email = `${first_name.toLowerCase()}@demo.example`;
  const credentials = { email, password: DEMO_PASSWORD, tenant_slug: "demo" };
  const { data } = await createClient(inProcessTransport(app)).login(credentials);
  const send = inProcessTransport(app, data.access_token);
  return {
    client: createClient(send),
    get: async (address) => {
      const [path = "", query = ""] = address.split("?");
      const { status, body } = await send({ method: "GET", path: `/api/v1${path}`, query, headers: {}, body: undefined });
      if (status === 403) return [];
      expect([address, status]).toEqual([address, 200]);
      return JSON.parse(body).data;
    },
  };
}

const sessions = new Map<Role, Promise<Session>>();
/** Signs in as the first user with a role. */
function signInAs(role: Role): Promise<Session> {
  const session = sessions.get(role) ?? signIn(staff.find((user) => user.role === role)?.first_name ?? "");
  sessions.set(role, session);
  return session;
}

it("is of the present sources", () => {
  expect(isSnapshotCurrent(), "scripts/demo has changed: regenerate with npm run demo:snapshot").toBe(true);
});

it("names the company, and never the progress of its filling", async () => {
  const { client: admin } = await signInAs("ADMIN");
  expect((await admin.getTenant({})).data.name).toBe("Harbour Lights Insurance");
  expect((await admin.me({})).data.preferences).toBeNull();
  expect(JSON.stringify(await dumpTable(app))).not.toContain("Being filled");
});

/** The reads behind the cards of the home of each role. */
const cards = {
  work: "/activities?owner=me&is_completed=false&limit=1",
  leads: "/leads?limit=1",
  customers: "/customers?limit=1",
  opportunities: "/opportunities?limit=1",
  approvals: "/approvals?status=pending&limit=1",
  tickets: "/support/tickets?is_resolved=false&limit=1",
  conversations: "/conversations?limit=1",
  campaigns: "/campaigns?limit=1",
  segments: "/customers/segments?limit=1",
  reports: "/analytics/reports?limit=1",
  dashboards: "/dashboards?limit=1",
} as const;
const homes: Readonly<Record<Role, readonly (keyof typeof cards)[]>> = {
  ADMIN: ["work", "opportunities", "tickets", "approvals", "dashboards"],
  DIRECTOR: ["work", "approvals", "opportunities", "dashboards"],
  MANAGER: ["work", "approvals", "opportunities", "leads", "dashboards"],
  SALES_REP: ["work", "leads", "opportunities", "customers", "conversations"],
  MARKETER: ["work", "campaigns", "segments", "leads", "reports"],
  SUPPORT_AGENT: ["work", "tickets", "conversations", "customers"],
  ANALYST: ["work", "reports", "dashboards", "opportunities"],
  USER: ["work", "leads", "dashboards", "reports"],
};

it.each(Object.entries(homes))("the home of %s has cards with content", async (role, names) => {
  const { get } = await signInAs(role as Role);
  const filled: string[] = [];
  for (const name of names) if ((await get(cards[name])).length > 0) filled.push(name);
  expect(filled.length, `filled: ${filled}`).toBeGreaterThanOrEqual(MIN_CARDS);
});

describe.each(["SALES_REP", "MANAGER", "MARKETER", "SUPPORT_AGENT"] as const)("for %s", (role) => {
  it.each(["lead", "customer", "contact", "opportunity", "ticket", "campaign", "quote", "contract", "order"])(
    "the list of %s has columns with content",
    async (name) => {
      const { client, get } = await signInAs(role);
      const [kind] = (await client.getSchema({ kind: name })).data.kinds;
      if (!kind) return;
      const rows = await get(`${kind.path.replace("/api/v1", "")}?limit=100`);
      if (rows.length === 0) return;
      const filled = kind.layout.columns.filter(
        (column) => rows.filter((row) => isFilled(readValue(row, column))).length > rows.length / 2,
      );
      expect(filled.length, `filled: ${filled}`).toBeGreaterThanOrEqual(MIN_COLUMNS);
    },
  );
});

it.each(["lead", "customer", "opportunity"])("each page of %s has enough fields", async (name) => {
  const { client, get } = await signInAs("SALES_REP");
  const [kind] = (await client.getSchema({ kind: name })).data.kinds;
  const shown = kind?.layout.sections.flatMap(({ folded, fields }) => (folded ? [] : fields)) ?? [];
  const path = kind?.path.replace("/api/v1", "") ?? "";
  for (const { id } of await get(`${path}?limit=100`)) {
    const record = await get<Row>(`${path}/${id}`);
    const filled = shown.filter((field) => isFilled(readValue(record, field)));
    expect(filled.length, `${name} ${id}: ${filled}`).toBeGreaterThanOrEqual(MIN_FIELDS);
  }
});

it("the agent has open tickets, some near their target, one past it, and some that wait to be taken", async () => {
  const { get } = await signInAs("SUPPORT_AGENT");
  const tickets = await get("/support/tickets?is_resolved=false&limit=100");
  const now = Clock.ms();
  const dueIn = tickets.flatMap(({ next_due_at: due }) => (typeof due === "string" ? [Date.parse(due) - now] : []));
  expect(tickets.length).toBeGreaterThanOrEqual(15);
  expect(tickets.filter(({ assigned_to_id }) => assigned_to_id === null).length).toBeGreaterThanOrEqual(3);
  expect(dueIn.filter((ms) => ms > 0 && ms < HOUR_MS).length).toBeGreaterThanOrEqual(2);
  expect(tickets.filter(({ is_sla_violated }) => is_sla_violated === true).length).toBeGreaterThanOrEqual(1);
  const named = await get("/support/tickets?is_resolved=false&expand=customer&limit=100");
  expect(named.filter(({ customer_id, expanded }) => customer_id && !(expanded as Row | undefined)?.customer_id)).toEqual([]);
});

it("the manager decides approvals whose reason is known, and the marketer sees a decided A/B test", async () => {
  const [manager, marketer, agent] = await Promise.all(
    (["MANAGER", "MARKETER", "SUPPORT_AGENT"] as const).map((role) => signInAs(role)),
  );
  const [approval] = (await manager?.get("/approvals?status=pending&limit=1")) ?? [];
  expect((await manager?.get<Row>(`/approvals/${approval?.id}`))?.reasons).not.toEqual([]);
  const campaigns = (await marketer?.get("/campaigns?limit=100")) ?? [];
  const tests = await Promise.all(campaigns.map(async ({ id }) => (await marketer?.get(`/campaigns/${id}/ab-tests`)) ?? []));
  expect(tests.flat().map(({ status }) => status)).toContain("DECIDED");
  expect((await agent?.get("/conversations?limit=10"))?.length).toBeGreaterThanOrEqual(3);
});
