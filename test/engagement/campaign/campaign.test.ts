import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

/** Advances the clock by days. The test then reads with an API key, because tokens have expired. */
async function advanceDays(days: number): Promise<void> {
  app.setClock({ advance: days * 86_400_000 });
  for (let minute = 0; minute < 2; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
}

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const createCampaign = async (input: object = {}) =>
  (await tenant.admin.createCampaign({ name: "Spring fair", type: "EVENT", start_date: "2026-04-01", ...input })).data;

describe("a campaign", () => {
  it("is created as a draft with a number and the currency of the tenant", async () => {
    const campaign = await createCampaign({ budget: "5000", tags: ["fair"] });
    expect(campaign).toMatchObject({
      campaign_number: expect.stringMatching(/^K-\d{4}-\d{6}$/),
      status: "DRAFT",
      budget: "5000.00",
      budget_cycle: "ONE_TIME",
      currency: "USD",
      owner_id: tenant.userId,
      started_at: null,
    });
    expect(campaign).not.toHaveProperty("starts_at");
  });

  it("accepts the other names of statuses and fields", async () => {
    const campaign = await createCampaign({ status: "active", campaign_type: "branding", total_budget: "10" });
    expect(campaign).toMatchObject({ status: "IN_PROGRESS", goal: "BRANDING", budget: "10.00" });
    const { data } = await tenant.admin.listCampaigns({ status: "ACTIVE" });
    expect(data.map(({ id }) => id)).toContain(campaign.id);
  });

  it("moves along its statuses, and names both when it cannot", async () => {
    const { id } = await createCampaign();
    await expect(tenant.admin.pauseCampaign({ id })).rejects.toMatchObject({ status: 409 });
    expect((await tenant.admin.activateCampaign({ id })).data).toMatchObject({
      status: "IN_PROGRESS",
      started_at: expect.any(String),
    });
    expect((await tenant.admin.activateCampaign({ id })).data.version).toBe(2);
    expect((await tenant.admin.pauseCampaign({ id })).data.status).toBe("ON_HOLD");
    expect((await tenant.admin.resumeCampaign({ id })).data.status).toBe("IN_PROGRESS");
    expect((await tenant.admin.completeCampaign({ id })).data).toMatchObject({
      status: "COMPLETED",
      finished_at: expect.any(String),
    });
    await expect(tenant.admin.cancelCampaign({ id })).rejects.toMatchObject({
      status: 409,
      details: [{ field: "status", message: "COMPLETED is a final status: clone the campaign or create another one" }],
    });
  });

  it("refuses dates, budgets and first statuses that cannot be, all at once", async () => {
    const channels = (await tenant.admin.listMasters({ kind: "marketing-channels" })).data;
    const input = {
      end_date: "2026-03-31",
      budget: "100",
      budget_allocations: [
        { channel_id: "email", amount: "60" },
        { channel_id: "sms", amount: "50" },
      ],
    };
    await expect(createCampaign(input)).rejects.toMatchObject({
      details: [
        { field: "end_date", message: "Must not be before start_date" },
        { field: "budget_allocations", message: "Must not exceed the budget of 100.00; the parts sum to 110.00" },
      ],
    });
    await expect(createCampaign({ status: "COMPLETED" })).rejects.toMatchObject({ details: [{ field: "status" }] });
    const { budget_allocations } = await createCampaign({
      budget: "100",
      budget_allocations: [{ channel_id: "email", amount: "60" }],
    });
    expect(channels.map(({ id }) => id)).toContain(budget_allocations[0]?.channel_id);
  });

  it("is cloned as a draft whose dates keep their distance", async () => {
    const origin = await createCampaign({ status: "IN_PROGRESS", end_date: "2026-04-11", budget: "7" });
    const { data: copy } = await tenant.admin.cloneCampaign({
      id: origin.id,
      name: "Autumn fair",
      start_date: "2026-09-25",
    });
    expect(copy).toMatchObject({
      name: "Autumn fair",
      status: "DRAFT",
      start_date: "2026-09-25",
      end_date: "2026-10-05",
      budget: "7.00",
      cloned_from_id: origin.id,
    });
  });
});

describe("a tree of campaigns", () => {
  it("has at most five levels and no cycle", async () => {
    const ids: string[] = [];
    for (let level = 0; level < 5; level++)
      ids.push((await createCampaign({ name: `Level ${level}`, parent_campaign_id: ids.at(-1) })).id);
    await expect(createCampaign({ parent_campaign_id: ids[4] })).rejects.toMatchObject({
      details: [{ field: "parent_campaign_id", message: "A tree has at most 5 levels: choose a campaign further up" }],
    });
    await app.settle();
    await expect(allowAnyInput(tenant.admin).updateCampaign({ id: ids[0], parent_campaign_id: ids[2] })).rejects.toMatchObject({
      details: [{ field: "parent_campaign_id", message: "Must not be below this campaign" }],
    });
    const other = await createCampaign({ name: "Top" });
    await expect(allowAnyInput(tenant.admin).updateCampaign({ id: ids[0], parent_campaign_id: other.id })).rejects.toMatchObject({
      details: [{ field: "parent_campaign_id" }],
    });
    const { data } = await allowAnyInput(tenant.admin).getCampaignHierarchy({ id: ids[1] });
    expect(data.ancestors.map(({ name }) => name)).toEqual(["Level 0"]);
    expect(data.descendants.map(({ name }) => name)).toEqual(["Level 2", "Level 3", "Level 4"]);
    await expect(allowAnyInput(tenant.admin).deleteCampaign({ id: ids[3] })).rejects.toMatchObject({ status: 409 });
    await allowAnyInput(tenant.admin).deleteCampaign({ id: ids[4] });
    const { data: restored } = await allowAnyInput(tenant.admin).restoreCampaign({ id: ids[4] });
    expect(restored.parent_campaign_id).toBe(ids[3]);
  });

  it("forms no cycle when two campaigns are moved below each other at the same moment", async () => {
    const [a, b] = await Promise.all([createCampaign({ name: "A" }), createCampaign({ name: "B" })]);
    const results = await Promise.allSettled([
      tenant.admin.updateCampaign({ id: a.id, parent_campaign_id: b.id }),
      tenant.admin.updateCampaign({ id: b.id, parent_campaign_id: a.id }),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("hides the names of campaigns that the caller cannot see", async () => {
    const marketer = await addUser(app, tenant, "MARKETER");
    const top = await createCampaign({ name: "Secret" });
    const { data: below } = await tenant.admin.createCampaign({
      ...{ name: "Open", type: "EMAIL", start_date: "2026-04-01", parent_campaign_id: top.id, owner_id: marketer.id },
    });
    await createCampaign({ name: "Hidden child", parent_campaign_id: below.id });
    await app.settle();
    await expect(marketer.client.getCampaign({ id: top.id })).rejects.toMatchObject({ status: 404 });
    const { data } = await marketer.client.getCampaignHierarchy({ id: below.id });
    expect(data).toMatchObject({ ancestors: [{ id: null, name: null }], descendants: [] });
  });
});

describe("records that name a campaign", () => {
  it("must name one that the caller sees", async () => {
    const campaign = await createCampaign();
    const input = { name: "Fleet", close_date: "2027-01-01" };
    const { data } = await tenant.admin.createOpportunity({ ...input, source_campaign_id: campaign.id });
    expect(data.source_campaign_id).toBe(campaign.id);
    await expect(
      tenant.admin.createOpportunity({ ...input, source_campaign_id: "cpg_01kjp8w20000000080" }),
    ).rejects.toMatchObject({ details: [{ field: "source_campaign_id", message: "No such campaign" }] });
  });
});

describe("the dates of a campaign", () => {
  it("starts and ends by its dates if it follows them, also if the clocks come late", async () => {
    const dates = { start_date: day(2), end_date: day(4), follows_dates: true };
    const [planned, draft] = await Promise.all([
      createCampaign({ ...dates, status: "PLANNED" }),
      createCampaign({ ...dates, status: "DRAFT" }),
    ]);
    const { data: key } = await tenant.admin.createApiKey({ name: "Campaigns", role: "ADMIN" });
    const admin = createClient(inProcessTransport(app, key.key));
    await advanceDays(3);
    expect((await admin.getCampaign({ id: planned.id })).data).toMatchObject({ status: "IN_PROGRESS", version: 2 });
    await advanceDays(3);
    expect((await admin.getCampaign({ id: planned.id })).data).toMatchObject({ status: "COMPLETED", version: 3 });
    expect((await admin.getCampaign({ id: draft.id })).data).toMatchObject({ status: "DRAFT", version: 1 });
  });
});
