import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createCampaign = async (input: object = {}) =>
  (
    await tenant.admin.createCampaign({
      name: "Fair",
      type: "EVENT",
      start_date: "2026-04-01",
      currency: "EUR",
      ...input,
    })
  ).data;

const createSale = async (source_campaign_id: string, amount: string, input: object = {}) => {
  const { data: customer } = await tenant.admin.createCustomer({ name: "Lagoon Charter" });
  const { data } = await tenant.admin.createOpportunity({
    ...{ name: "Fleet", customer_id: customer.id, amount, currency: "EUR", close_date: "2027-01-01", source_campaign_id },
    ...input,
  });
  return data;
};

const win = async (id: string) => tenant.admin.winOpportunity({ id });

/** Returns the ids of the records that name the campaign, whose lists state their total. */
async function listByCampaign(campaign: string) {
  const { admin } = tenant;
  const pages = {
    leads: await admin.listLeads({ campaign }),
    opportunities: await admin.listOpportunities({ campaign }),
    orders: await admin.listOrders({ campaign }),
  };
  for (const { data, meta } of Object.values(pages)) expect(meta.total).toBe(data.length);
  return Object.fromEntries(Object.entries(pages).map(([name, { data }]) => [name, data.map(({ id }) => id)]));
}

describe("the figures of a campaign", () => {
  it("count leads, opportunities and sales, each sale once, and subtract what is paid back", async () => {
    const { admin } = tenant;
    const campaign = await createCampaign({ other_cost: "400" });
    const leadInput = { last_name: "Ito", email: "ito@mail.example", source_campaign_id: campaign.id };
    const { data: lead } = await admin.createLead(leadInput);
    const won = await createSale(campaign.id, "1000");
    await win(won.id);
    const open = await createSale(campaign.id, "250.50");
    const ordered = await createSale(campaign.id, "500");
    await win(ordered.id);
    const { data: order } = await admin.createOrder({
      ...{ opportunity_id: ordered.id, currency: "EUR", status: "CONFIRMED" },
      line_items: [{ name: "Kayak", quantity: "1", unit_price: "600.00" }],
    });
    expect(order.campaign_id).toBe(campaign.id);
    await app.settle();
    const { data } = await admin.getCampaignPerformance({ id: campaign.id });
    expect(data.own).toMatchObject({
      leads_generated: 1,
      opportunities_generated: 3,
      open_opportunities: 1,
      won_opportunities: 2,
      pipeline_value: "250.50",
      sales_count: 2,
      revenue_generated: "1000.00",
      actual_cost: "400.00",
      roi: "150.00",
      response_rate: null,
      click_through_rate: null,
    });
    const listed = { leads: [lead.id], opportunities: [ordered.id, open.id, won.id], orders: [order.id] };
    expect(await listByCampaign(campaign.id)).toEqual(listed);
    expect(await listByCampaign((await createCampaign()).id)).toEqual({ leads: [], opportunities: [], orders: [] });
    await admin.createOrderPayment({ id: order.id, amount: "600" });
    await app.settle();
    expect((await admin.getCampaign({ id: campaign.id })).data).toMatchObject({ revenue_generated: "1600.00", roi: "300.00" });
  });

  it("sum the campaigns below it, in its currency at the rates of the days", async () => {
    const { admin } = tenant;
    const top = await createCampaign({ name: "Top", other_cost: "100" });
    const below = await createCampaign({ name: "Below", parent_campaign_id: top.id });
    const today = new Date().toISOString().slice(0, 10);
    await admin.createExchangeRate({ from: "USD", to: "EUR", rate: "0.5", date: today });
    await win((await createSale(below.id, "300", { currency: "USD" })).id);
    await win((await createSale(below.id, "7", { currency: "GBP" })).id);
    await win((await createSale(top.id, "50")).id);
    await app.settle();
    const { data } = await admin.getCampaignPerformance({ id: top.id });
    expect(data).toMatchObject({
      currency: "EUR",
      campaign_count: 2,
      is_complete: true,
      own: { revenue_generated: "50.00", roi: "-50.00" },
      total: { revenue_generated: "200.00", roi: "100.00", unconverted: [{ currency: "GBP", revenue: "7.00" }] },
    });
  });

  it("are compared with the highest ROI first", async () => {
    const names = ["No cost", "Low", "High"];
    const [none, low, high] = await Promise.all(names.map((name) => createCampaign({ name, status: "PLANNING" })));
    await allowAnyInput(tenant.admin).updateCampaign({ id: low?.id, other_cost: "100" });
    await allowAnyInput(tenant.admin).updateCampaign({ id: high?.id, other_cost: "50" });
    for (const campaign of [none, low, high]) await win((await createSale(String(campaign?.id), "200")).id);
    await app.settle();
    const { data } = await tenant.admin.compareCampaigns({ status: "PLANNED" });
    expect(data.campaigns.map(({ name, roi }) => [name, roi])).toEqual([
      ["High", "300.00"],
      ["Low", "100.00"],
      ["No cost", null],
    ]);
  });
});
