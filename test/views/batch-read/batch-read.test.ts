import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
/** Sees only records of their own. */
let rep: TestUser;
let lead: string;
let ownLead: string;
let customer: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  const { admin, userId } = tenant;
  lead = (await admin.createLead(newLead({ first_name: "Ada", owner_id: userId }))).data.id;
  ownLead = (await admin.createLead(newLead({ first_name: "Uma", owner_id: rep.id }))).data.id;
  customer = (await admin.createCustomer({ name: "Navy" })).data.id;
  await admin.createCustomer({ name: "Navy Yard", parent_customer_id: customer });
  for (const id of [lead, ownLead])
    await admin.createNote({ related_to_type: "LEAD", related_to_id: id, content: "Prefers mornings" });
  await app.settle();
});
afterAll(() => app.stop());

/** The answer of a request of its own, as a batch has it. Each list has its own instant. */
const readAlone = async (token: string, address: string) => {
  const [path = "", query = ""] = address.split("?");
  const { status, body } = await inProcessTransport(app, token)({ method: "GET", path, query, headers: {}, body: undefined });
  const { data, meta, error } = JSON.parse(body);
  return data === undefined ? { status, error } : { status, data, meta };
};
const readTogether = async ({ client }: Pick<TestUser, "client">, reads: string[]) =>
  (await client.batchReads({ reads })).data.results;
const dropVarying = (answer: object): object =>
  JSON.parse(JSON.stringify(answer, (name, value) => (["as_of", "request_id", "index"].includes(name) ? undefined : value)));

const forPage = (id: string): string[] => [
  `/api/v1/leads/${id}?expand=labels,owner,person`,
  `/api/v1/notes?related_to_id=${id}&limit=20`,
  `/api/v1/activities?related_to_id=${id}`,
  "/api/v1/leads?fields=first_name,owner_id&sort=-created_at&limit=5",
  "/api/v1/me/preferences",
];
/** Values that are no records, and that every page of a client needs. */
const forClient = [
  "/api/v1/schema?path=/api/v1/leads/led_1",
  "/api/v1/schema/index",
  "/api/v1/me/recent",
  "/api/v1/views/defaults",
  "/api/v1/notifications?limit=10",
  "/api/v1/events?limit=1",
  "/api/v1/activities/calendar?from=2026-03-02&to=2026-03-08",
];

const forCustomer = (id: string): string[] => [
  `/api/v1/customers/${id}/hierarchy?limit=5`,
  `/api/v1/customers/${id}/360`,
  `/api/v1/customers/${id}/ageing`,
];

describe("a batch of reads", () => {
  it("answers each read as a request of its own", async () => {
    const actors = [{ client: tenant.admin, token: tenant.token }, rep, await addUser(app, tenant, "ANALYST")];
    for (const actor of actors)
      for (const id of [lead, ownLead]) {
        const reads = [...forPage(id), ...forClient];
        const alone = await Promise.all(reads.map((address) => readAlone(actor.token, address)));
        expect((await readTogether(actor, reads)).map(dropVarying)).toEqual(alone.map(dropVarying));
      }
  });

  it("answers the overview, the hierarchy and the ageing of a customer, only to users who see the customer", async () => {
    const reads = forCustomer(customer);
    const alone = await Promise.all(reads.map((address) => readAlone(tenant.token, address)));
    const together = await readTogether({ client: tenant.admin }, reads);
    expect(together.map(dropVarying)).toEqual(alone.map(dropVarying));
    expect(together[0]?.data).toMatchObject({ children: [{ name: "Navy Yard" }], roll_up: { customers: 2 } });
    expect((await readTogether(rep, reads)).map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it("shows a colleague nothing of records that they may not see", async () => {
    const results = await readTogether(rep, forPage(lead));
    expect(results.map(({ status }) => status)).toEqual([404, 200, 200, 200, 200]);
    expect(results[1]?.data).toEqual([]);
    expect(results[3]?.data).toMatchObject([{ first_name: "Uma" }]);
    expect(JSON.stringify(results)).not.toContain("Ada");
  });

  it("refuses what the role of the caller does not allow", async () => {
    const [webhooks] = await readTogether(rep, ["/api/v1/webhooks/endpoints"]);
    expect([webhooks?.status, webhooks?.data]).toEqual([403, undefined]);
  });

  it("shows another tenant nothing", async () => {
    const other = await signUp(app);
    const results = await readTogether({ client: other.admin }, forPage(lead).slice(0, 4));
    expect(results.map(({ status, data }) => [status, data])).toEqual([
      [404, undefined],
      [200, []],
      [200, []],
      [200, []],
    ]);
  });

  it("does not fail other reads when one fails", async () => {
    const results = await readTogether({ client: tenant.admin }, [
      "/api/v1/leads?limit=101",
      "/api/v1/leads?nonsense=1",
      `/api/v1/leads/${lead}`,
      "/api/v1/nowhere",
      "/api/v1/leads/%E0%A4%A",
    ]);
    expect(results.map(({ index, status, error }) => [index, status, error?.details[0]?.field])).toEqual([
      [0, 400, "limit"],
      [1, 400, "nonsense"],
      [2, 200, undefined],
      [3, 404, undefined],
      [4, 404, undefined],
    ]);
  });

  it.each([
    ["/api/v1/leads/import", 404],
    ["/leads", 404],
    ["https://crm.example/api/v1/leads", 404],
    ["/api/v1/batch/read", 404],
    ["/api/v1/audit", 400],
    ["/api/v1/openapi.json", 400],
    ["/api/v1/search?q=ada", 400],
    ["/api/v1/activities/calendar?from=2026-03-02&to=2026-03-08&format=ics", 400],
    ["/api/v1/uploads/upl_01kjp8w20000000071", 400],
    ["/health", 404],
  ])("does not read %s", async (address, status) => {
    const [result] = await readTogether({ client: tenant.admin }, [address]);
    expect([result?.status, result?.data]).toEqual([status, undefined]);
  });

  it("has at most sixteen reads", async () => {
    const read = `/api/v1/leads/${lead}`;
    await expect(tenant.admin.batchReads({ reads: Array(21).fill(read) })).rejects.toMatchObject({ status: 400 });
    await expect(tenant.admin.batchReads({ reads: [] })).rejects.toMatchObject({ status: 400 });
    expect(await readTogether({ client: tenant.admin }, Array(20).fill(read))).toHaveLength(20);
  });

  it("has at most 500 rows", async () => {
    await expect(tenant.admin.batchReads({ reads: Array(6).fill("/api/v1/leads?limit=84") })).rejects.toMatchObject({
      status: 400,
    });
    expect(await readTogether({ client: tenant.admin }, Array(5).fill("/api/v1/leads?limit=100"))).toHaveLength(5);
  });

  it("counts each read against the rate limit", async () => {
    const { admin } = await signUp(app, { rate_limit_per_minute: 100 });
    const remainingAfter = async (reads: string[]) => Number((await admin.batchReads({ reads })).headers["ratelimit-remaining"]);
    const first = await remainingAfter(["/api/v1/leads"]);
    expect(await remainingAfter(Array(10).fill("/api/v1/leads"))).toBe(first - 10);
  });

  it("hides an unexpected error of one read, and answers the others", async () => {
    const { database } = app.ports;
    const send = database.send.bind(database);
    database.send = (command, scope) =>
      JSON.stringify(command).includes(lead.slice(4, 22)) ? Promise.reject(new Error("secret cause")) : send(command, scope);
    try {
      const results = await readTogether({ client: tenant.admin }, [`/api/v1/leads/${lead}`, "/api/v1/views"]);
      expect(results.map(({ status }) => status)).toEqual([500, 200]);
      expect(JSON.stringify(results)).not.toContain("secret cause");
    } finally {
      database.send = send;
    }
  });
});
