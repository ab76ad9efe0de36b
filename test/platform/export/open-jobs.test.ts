import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, createCampaign, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { sendFile } from "../import/support.ts";

/** The number of jobs that a caller and a tenant may have started that have not ended. */

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

type Client = Tenant["admin"];
const startExport = async (client: Client, key?: string): Promise<string> =>
  (await client.exportLeads({ format: "csv" }, key === undefined ? {} : { idempotencyKey: key })).data.export_id;
const full = { status: 422, code: "RULE_VIOLATION" };
const repeat = (count: number, work: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, work));

it("a caller has at most twenty exports that have not ended, also if they start at once", async () => {
  const { admin } = await signUp(app);
  const outcomes = await Promise.allSettled(Array.from({ length: 24 }, () => startExport(admin)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
  await expect(startExport(admin)).rejects.toThrow(
    "You have 20 jobs of this kind that have not ended, which is the maximum: wait",
  );
  await app.settle();
  await repeat(20, () => startExport(admin));
  await expect(startExport(admin)).rejects.toMatchObject(full);
});

it("an export that is cancelled gives its place back, and a repeat of the last one gets its answer", async () => {
  const { admin } = await signUp(app);
  await repeat(19, () => startExport(admin));
  const last = await startExport(admin, "last-of-twenty");
  expect(await startExport(admin, "last-of-twenty")).toBe(last);
  await admin.cancelExport({ id: last });
  await startExport(admin);
  await expect(startExport(admin)).rejects.toMatchObject(full);
});

it("the users of a tenant have at most a hundred exports together, and other tenants have their own", async () => {
  const tenant = await signUp(app);
  const users = [];
  for (let index = 0; index < 6; index++) users.push((await addUser(app, tenant, "MANAGER")).client);
  const [last, ...others] = users as [Client, ...Client[]];
  for (const client of others) await repeat(20, () => startExport(client));
  await expect(startExport(last)).rejects.toThrow("Your organisation has 100 jobs of this kind");
  await startExport((await signUp(app)).admin);
});

const starters: [kind: string, max: number, prepare: (tenant: Tenant) => Promise<() => Promise<unknown>>][] = [
  [
    "files of reports",
    20,
    async ({ admin }) => {
      const definition = { name: "Leads", kind: "lead", measures: [{ as: "n", do: "count" }] };
      const { id } = (await admin.createReport(definition)).data;
      return () => admin.exportReport({ id, format: "csv" });
    },
  ],
  [
    "fills of campaigns",
    20,
    async ({ admin }) => {
      const id = await createCampaign(admin);
      return () => admin.fillCampaign({ id, lead_filter: { company: "Nowhere" } });
    },
  ],
  [
    "fills of re-engagement",
    20,
    async ({ admin }) => {
      const { id } = (await admin.createReengagementBatch({ batch_name: "Spring" })).data;
      return () => admin.fillReengagementBatch({ id, last_activity_before: "2020-01-01" });
    },
  ],
  [
    "bulk changes",
    20,
    async ({ admin }) =>
      () =>
        admin.createBulkChange({ kind: "lead", action: "update", query: { company: "No" }, changes: { need: "x" } }),
  ],
  [
    "assignments of territories",
    20,
    async ({ admin }) =>
      () =>
        admin.assignTerritories({ kind: "lead", query: { company: "No" } }),
  ],
  [
    "imports",
    20,
    async ({ token }) => {
      let count = 0;
      return async () => {
        const answer = await sendFile(app, token, "/leads/import", `last_name\nImported${++count}\n`);
        if (answer.status >= 400) throw Object.assign(new Error(answer.error.message), { status: answer.status });
      };
    },
  ],
];

it.each(starters)("%s: a caller has at most %i that have not ended", async (_, max, prepare) => {
  const start = await prepare(await signUp(app));
  for (let count = 0; count < max; count++) await start();
  await expect(start()).rejects.toMatchObject({ status: 422 });
});
