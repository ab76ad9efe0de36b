import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { put } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  inProcessTransport,
  newLead,
  PASSWORD,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";
import { measureUnits } from "../../support/request-units.ts";
import { runInTenant } from "../migration/letters.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let tenant: Tenant;
let rep: TestUser;
/** Six leads of the first day, oldest first; the second one belongs to the sales rep. */
const ids: string[] = [];
/** The times before the changes of the second and the third day. */
const instants: string[] = [];

/** The current time as the next change would store it. */
const readNow = async (): Promise<string> =>
  String((await tenant.admin.createTeam({ name: `T${instants.length}` })).data.updated_at);

/** Advances the clock by days and signs in again. */
async function passDays(days: number): Promise<void> {
  app.setClock({ advance: days * DAY_MS });
  const as = async (email: string, password: string) => {
    const { access_token } = await signIn(app, { ...tenant, email, password });
    return createClient(inProcessTransport(app, access_token));
  };
  tenant.admin = await as(tenant.email, tenant.password);
  rep.client = await as(rep.email, PASSWORD);
}

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  for (let n = 0; n < 6; n++)
    ids.push(String((await tenant.admin.createLead(newLead({ owner_id: n === 1 ? rep.id : tenant.userId }))).data.id));
  for (const indexes of [
    [5, 1],
    [3, 0, 1],
  ]) {
    await passDays(2);
    instants.push(await readNow());
    for (const n of indexes) await tenant.admin.updateLead({ id: ids[n] as string, notes: `of ${instants.length}` });
  }
  await tenant.admin.deleteLead({ id: ids[3] as string });
  await app.settle();
});
afterAll(() => app.stop());

const pickIds = (...numbers: number[]): (string | undefined)[] => numbers.map((n) => ids[n]);

async function walkLeads(client: Tenant["admin"], query: object): Promise<{ ids: string[]; total: number | undefined }> {
  const leadIds: string[] = [];
  let total: number | undefined;
  for (let cursor: string | undefined; ; ) {
    const { data, meta } = await client.listLeads({ limit: 1, ...query, ...(cursor ? { cursor } : {}) });
    total ??= meta.total;
    leadIds.push(...data.map(({ id }) => id));
    if (!meta.next_cursor) return { ids: leadIds, total };
    cursor = meta.next_cursor;
  }
}

describe("lists of changes since an instant", () => {
  it("contain only changed records, page by page, in order of time or of change", async () => {
    const since = { "updated_at[gte]": instants[0] };
    expect(await walkLeads(tenant.admin, since)).toEqual({ ids: pickIds(5, 1, 0), total: 3 });
    expect(await walkLeads(tenant.admin, { ...since, order: "asc" })).toEqual({ ids: pickIds(0, 1, 5), total: 3 });
    expect(await walkLeads(tenant.admin, { ...since, sort: "updated_at" })).toEqual({ ids: pickIds(1, 0, 5), total: 3 });
    expect(await walkLeads(tenant.admin, { ...since, sort: "updated_at", order: "asc" })).toEqual({
      ids: pickIds(5, 0, 1),
      total: 3,
    });
    expect(await walkLeads(tenant.admin, { "updated_at[gte]": instants[1] })).toEqual({ ids: pickIds(1, 0), total: 2 });
  });

  it("can have another sort order if they are short", async () => {
    const { data } = await tenant.admin.listLeads({ sort: "lead_score" });
    const expectedIds = data.map(({ id }) => id).filter((id) => pickIds(0, 1, 5).includes(id));
    expect(await walkLeads(tenant.admin, { "updated_at[gte]": instants[0], sort: "lead_score" })).toEqual({
      ids: expectedIds,
      total: 3,
    });
  });

  it("end at an upper bound, to the millisecond", async () => {
    const { data } = await tenant.admin.getLead({ id: ids[0] as string });
    const span = (from: string, to: string) =>
      walkLeads(tenant.admin, { [`updated_at[${from}]`]: data.updated_at, [`updated_at[${to}]`]: data.updated_at });
    expect(await span("gte", "lte")).toEqual({ ids: pickIds(0), total: 1 });
    expect(await span("gt", "lte")).toEqual({ ids: [], total: 0 });
    expect(await span("gte", "lt")).toEqual({ ids: [], total: 0 });
    expect((await walkLeads(tenant.admin, { "updated_at[gt]": data.updated_at })).ids).toEqual(pickIds(1));
  });

  it("apply other filters and the visibility of the caller", async () => {
    const since = { "updated_at[gte]": instants[0] };
    expect((await walkLeads(tenant.admin, { ...since, owner: rep.id })).ids).toEqual(pickIds(1));
    expect(await walkLeads(rep.client, { ...since, sort: "updated_at" })).toEqual({ ids: pickIds(1), total: 1 });
    expect((await walkLeads(tenant.admin, { ...since, deleted: true })).ids).toEqual(pickIds(3));
    const { data } = await tenant.admin.listLeads({ ...since, include: "updated_at", limit: 1 });
    const [bare] = (await tenant.admin.listLeads({ ...since, limit: 1 })).data;
    expect(data).toEqual([{ ...bare, updated_at: (await tenant.admin.getLead({ id: ids[5] as string })).data.updated_at }]);
    expect(bare).not.toHaveProperty("notes");
  });

  it("add no cost to a change on the same day, and two units to the first of another day", async () => {
    const edit = (notes: string) => measureUnits(meter, () => tenant.admin.updateLead({ id: ids[2] as string, notes }));
    const [first, second] = [await edit("a"), await edit("b")];
    expect(first.write - second.write).toBe(2);
  });

  it("need no lower bound in a list of few records", async () => {
    const { data } = await tenant.admin.listLeads({ include: "updated_at" });
    const byChange = data.toSorted((a, b) => (String(a.updated_at) < String(b.updated_at) ? 1 : -1)).map(({ id }) => id);
    expect(await walkLeads(tenant.admin, { sort: "updated_at", limit: 2 })).toEqual({ ids: byChange, total: byChange.length });
    expect(await walkLeads(tenant.admin, { sort: "-updated_at,company" })).toEqual({ ids: byChange, total: byChange.length });
  });

  it("reject queries that read too much", async () => {
    const expectRejection = (query: Parameters<typeof tenant.admin.listLeads>[0], message: string) =>
      expect(tenant.admin.listLeads(query)).rejects.toMatchObject({ status: 400, message: expect.stringContaining(message) });
    await expectRejection({ "updated_at[gte]": "2001-01-01" }, "The search covers at most 31 days");
    await expectRejection({ "updated_at[gte]": instants[0], limit: 100, page: 11 }, "continue by cursor");
    const files = tenant.admin.exportLeads({ format: "csv", query: { "updated_at[gte]": instants[0] } });
    await expect(files).rejects.toMatchObject({ status: 400, message: expect.stringContaining("not in a file") });
  });

  it("support any number in order of time, with a lower bound for the total, and a thousand per day in order of change", async () => {
    await passDays(40);
    const since = await readNow();
    await runInTenant(app, tenant.id, async () => {
      const lead = await Records.read(Leads, ids[0] as string);
      const { id: _id, ...fields } = lead;
      const more = Array.from({ length: 1150 }, () => Records.init(Leads, fields, { owner: lead.personal_key_id }));
      await Promise.all(more.map((record) => put(Leads.toItem(tenant.id, record, "{}"))));
    });
    const { meta } = await tenant.admin.listLeads({ "updated_at[gte]": since });
    expect(meta).toMatchObject({ total_is_lower_bound: true });
    expect(meta.total).toBeGreaterThanOrEqual(1000);
    for (const query of [{ sort: "updated_at" }, { "updated_at[lt]": await readNow() }])
      await expect(tenant.admin.listLeads(query)).rejects.toMatchObject({
        message: expect.stringContaining("Required: the search covers at most 31 days"),
      });
    const all = await walkLeads(tenant.admin, { "updated_at[gte]": since, limit: 100 });
    expect(new Set(all.ids).size).toBe(1150);
    expect(all.ids).toEqual([...all.ids].sort().reverse());
    await expect(tenant.admin.listLeads({ "updated_at[gte]": since, sort: "updated_at" })).rejects.toMatchObject({
      message: expect.stringContaining("sort by created_at to list any number"),
    });
  });
});
