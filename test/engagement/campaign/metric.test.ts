import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readErrorFile, readImport, sendFile } from "../../platform/import/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  const channels = (await tenant.admin.listMasters({ kind: "marketing-channels" })).data;
  const id = channels.find(({ code }) => code === "display_ads")?.id;
  await allowAnyInput(tenant.admin).updateMaster({
    kind: "marketing-channels",
    id,
    default_cost_per_click: "0.25",
    default_cost_per_impression: "1.2345",
  });
});
afterAll(() => app.stop());

const createCampaign = async (input: object = {}) =>
  (await tenant.admin.createCampaign({ name: "Spring fair", type: "ADVERTISING", start_date: "2020-03-01", ...input })).data;

const row = (more: object = {}) => ({
  channel_id: "search_ads",
  metric_date: "2020-03-02",
  impressions: 1000,
  clicks: 20,
  conversions: 3,
  cost: "10",
  revenue: "25",
  ...more,
});

const save = async (id: string, more: object = {}) => (await tenant.admin.createCampaignMetric({ id, ...row(more) })).data;
const list = async (id: string, query: object = {}) => (await tenant.admin.listCampaignMetrics({ id, ...query })).data;

describe("a daily metric", () => {
  it("has derived figures, and is replaced by a second row of its channel, day and source", async () => {
    const { id } = await createCampaign();
    const first = await save(id);
    expect(first).toMatchObject({ source: "manual", cost: "10.00", cost_per_click: "0.50", roi: "150.00", version: 1 });
    expect(await save(id)).toMatchObject({ id: first.id, version: 1 });
    expect(await save(id, { clicks: 40 })).toMatchObject({ id: first.id, version: 2, cost_per_click: "0.25" });
    await tenant.admin.deleteCampaignMetric({ id, metric_id: first.id });
    expect(await list(id)).toEqual([]);
    expect(await save(id, { clicks: 10 })).toMatchObject({ id: first.id, deleted_at: null, clicks: 10 });
  });

  it("is one row if two requests set it at once", async () => {
    const { id } = await createCampaign();
    await Promise.all([save(id, { clicks: 1 }), save(id, { clicks: 2 }), save(id, { clicks: 3 })]);
    expect(await list(id)).toMatchObject([{ metric_date: "2020-03-02" }]);
  });

  it("costs what its channel costs by default, also after its clicks change", async () => {
    const { id } = await createCampaign();
    const input = { channel_id: "display_ads", cost: undefined };
    const byClick = await save(id, input);
    expect(byClick).toMatchObject({ cost: "5.00", cost_is_default: true });
    expect(await save(id, { ...input, clicks: null, source: "api" })).toMatchObject({ cost: "1.23", cost_is_default: true });
    const change = async (patch: object) =>
      (await tenant.admin.updateCampaignMetric({ id, metric_id: byClick.id, ...patch })).data;
    expect(await change({ clicks: 8 })).toMatchObject({ cost: "2.00", cost_is_default: true });
    expect(await change({ cost: "3.5" })).toMatchObject({ cost: "3.50", cost_is_default: false });
    expect(await change({ clicks: 4 })).toMatchObject({ cost: "3.50", cost_is_default: false });
    expect(await change({ cost: null })).toMatchObject({ cost: "1.00", cost_is_default: true });
    expect(await save(id, { channel_id: "store", cost: undefined })).toMatchObject({ cost: null, cost_is_default: false });
  });

  it("is refused with a future day, a fraction of a cent, or an unknown channel, all at once", async () => {
    const { id } = await createCampaign();
    await expect(save(id, { metric_date: "9999-12-31", cost: "1.005", channel_id: "moon" })).rejects.toMatchObject({
      status: 400,
      details: expect.arrayContaining([
        expect.objectContaining({ field: "metric_date" }),
        expect.objectContaining({ field: "cost" }),
        expect.objectContaining({ field: "channel_id" }),
      ]),
    });
  });

  it("has no more clicks than impressions if a person typed them", async () => {
    const { id } = await createCampaign();
    const fault = { status: 400, details: [{ field: "clicks", message: "Must not be more than the impressions" }] };
    await expect(save(id, { clicks: 1001 })).rejects.toMatchObject(fault);
    expect(await save(id, { clicks: 1001, source: "api" })).toMatchObject({ clicks: 1001 });
    expect(await save(id, { clicks: 5, impressions: null })).toMatchObject({ clicks: 5 });
    const { id: metric_id } = await save(id);
    const change = tenant.admin.updateCampaignMetric({ id, metric_id, impressions: 10 });
    await expect(change).rejects.toMatchObject(fault);
  });

  it("is written with many others, or not at all if one is wrong", async () => {
    const { id } = await createCampaign();
    const rows = Array.from({ length: 45 }, (_, index) =>
      row({ metric_date: new Date(Date.UTC(2020, 2, 1 + index)).toISOString().slice(0, 10) }),
    );
    const saveMany = (input: object[]) => allowAnyInput(tenant.admin).createCampaignMetrics({ id, rows: input });
    await expect(saveMany([...rows, rows[0] as object])).rejects.toMatchObject({ details: [{ field: "rows[45]" }] });
    expect(await list(id)).toEqual([]);
    const { data } = await saveMany(rows);
    expect(new Set(data.rows.map((saved) => saved.id)).size).toBe(45);
    expect((await list(id, { from: "2020-03-05", to: "2020-03-07" })).map(({ metric_date }) => metric_date)).toEqual([
      "2020-03-07",
      "2020-03-06",
      "2020-03-05",
    ]);
    const { data: summary } = await tenant.admin.getCampaignMetricSummary({ id, group_by: "month", to: "2020-04-02" });
    expect(summary).toMatchObject({
      groups: [
        { key: "2020-03", clicks: 620, cost: "310.00" },
        { key: "2020-04", clicks: 40, cost: "20.00" },
      ],
      totals: { clicks: 660, cost: "330.00", roi: "150.00" },
    });
  });

  it("is hidden from users who do not see the campaign", async () => {
    const other = await addUser(app, tenant, "SALES_REP");
    const { id } = await createCampaign();
    const metric = await save(id);
    await expect(other.client.listCampaignMetrics({ id })).rejects.toMatchObject({ status: 404 });
    await expect(other.client.getCampaignMetricSummary({ id, group_by: "day" })).rejects.toMatchObject({ status: 404 });
    const { id: second } = await createCampaign();
    await expect(tenant.admin.deleteCampaignMetric({ id: second, metric_id: metric.id })).rejects.toMatchObject({ status: 404 });
  });
});

describe("a file of metrics", () => {
  const importFile = async (id: string, file: string, parts: object = {}) => {
    const { status, data, error } = await sendFile(app, tenant.token, `/campaigns/${id}/metrics/import`, file, { ...parts });
    if (status !== 202) throw Object.assign(new Error(error.message), error);
    await app.settle();
    return readImport(app, tenant.token, String(data.import_id));
  };

  const platforms = [
    [
      "Google Ads",
      `Campaign report\n"March 1, 2020 - March 2, 2020"\nCampaign,Day,Currency code,Clicks,Impr.,Cost,Conversions,Conv. value\nBrand,2020-03-01,EUR,20,"1,000",10.00,2.60,25.00\nGeneric,2020-03-01,EUR,5,500,2.50,0.00,0.00\nTotal: Campaigns,,,25,"1,500",12.50,2.60,25.00\n`,
      { created: 1, updated: 1, skipped: 1, failed: 0 },
      { clicks: 25, impressions: 1500, conversions: 3, cost: "12.50", revenue: "25.00" },
    ],
    [
      "Meta Ads",
      `"Campaign name","Day","Results","Impressions","Link clicks","Amount spent (EUR)","Purchases conversion value"\n,,4,2000,30,14.5,80\n"Spring","2020-03-01",4,2000,30,14.5,80\n`,
      { created: 1, updated: 0, skipped: 1, failed: 0 },
      { clicks: 30, impressions: 2000, conversions: 4, cost: "14.50", revenue: "80.00" },
    ],
    [
      "LinkedIn Campaign Manager",
      `Account Name\tStart Date (in UTC)\tCampaign Name\tTotal Spent\tImpressions\tClicks\tConversions\nAcme\t03/01/2020\tSpring\t99.5\t700\t7\t1\nAcme\t13/13/2020\tSpring\t9.5\t70\t1\t0\n`,
      { created: 1, updated: 0, skipped: 0, failed: 1 },
      { clicks: 7, impressions: 700, conversions: 1, cost: "99.50", revenue: null },
    ],
    [
      "TikTok Ads",
      `Campaign name;By Day;Cost;Impressions;Clicks (destination);Conversions;Currency\nSpring;2020-03-01;1.234,56;12.345;30;2;EUR\nSpring;2020-03-01;1,00;5;1;0;USD\n`,
      { created: 1, updated: 0, skipped: 0, failed: 1 },
      { clicks: 30, impressions: 12345, conversions: 2, cost: "1234.56" },
    ],
    [
      "Microsoft Advertising",
      `Gregorian date,Campaign,Impr.,Clicks,Spend,Conv.,Revenue\n2020-03-01,Spring,100,4,1.20,1,9.99\n"©2020 Microsoft Corporation. All rights reserved.",,,,,,\n`,
      { created: 1, updated: 0, skipped: 0, failed: 1 },
      { clicks: 4, impressions: 100, conversions: 1, cost: "1.20", revenue: "9.99" },
    ],
  ] as const;

  it.each(platforms)("of %s is recognised", async (_platform, file, counts, numbers) => {
    const { id } = await createCampaign();
    const result = await importFile(id, file);
    expect({ ...result, errors: counts.failed && (await readErrorFile(app, tenant.token, result.id)) }).toMatchObject({
      status: "completed",
      ...counts,
    });
    expect(await list(id)).toMatchObject([{ metric_date: "2020-03-01", source: "file", ...numbers }]);
  });

  it("replaces what an earlier file has set, and takes one campaign of the platform", async () => {
    const { id } = await createCampaign();
    const file = platforms[0][1];
    await importFile(id, file);
    await importFile(id, file);
    expect(await list(id)).toMatchObject([{ clicks: 25 }]);
    const result = await importFile(id, file, { platform_campaign: "Brand", channel_id: "display_ads" });
    expect(result).toMatchObject({ created: 1, skipped: 2 });
  });

  it("in another currency is refused", async () => {
    const { id } = await createCampaign({ currency: "USD" });
    await expect(importFile(id, platforms[1][1])).rejects.toMatchObject({
      details: [{ field: "file", message: expect.stringContaining("are in EUR, but the campaign has USD") }],
    });
  });
});
