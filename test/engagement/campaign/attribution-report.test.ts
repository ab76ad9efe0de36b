import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const DAY_MS = 24 * 60 * 60 * 1000;
let contactCount = 0;

const newTenant = async (settings: object = {}) => {
  tenant = await signUp(app, { currency: "EUR", ...settings });
};

const createCampaign = async (name: string) =>
  (await tenant.admin.createCampaign({ name, type: "EVENT", start_date: "2026-04-01", owner_id: null })).data;

/** Creates a customer with a contact. */
async function createBuyer() {
  const { data: customer } = await tenant.admin.createCustomer({ name: "Lagoon Charter" });
  const email = `buyer${++contactCount}@mail.example`;
  const input = { customer_id: customer.id, last_name: `Ito ${"abcdefghij"[contactCount % 10]}`, email };
  const { data: contact } = await tenant.admin.createContact(input);
  return { customer: customer.id, contact: contact.id, person: contact.personal_key_id as string };
}

type Buyer = Awaited<ReturnType<typeof createBuyer>>;

/** Wins an opportunity, and returns its id and the instant of the conversion. */
async function sell({ customer, contact }: Buyer, amount: string, more: object = {}) {
  const input = { name: "Fleet", customer_id: customer, contact_id: contact, amount, currency: "EUR", ...more };
  const { data } = await tenant.admin.createOpportunity(input);
  const { data: won } = await tenant.admin.winOpportunity({ id: data.id });
  return { id: data.id, day: String(won.closed_date), convertedMs: Date.parse(`${won.closed_date}T00:00:00Z`) + DAY_MS - 1 };
}

type Sale = Awaited<ReturnType<typeof sell>>;

const daysBefore = ({ convertedMs }: Sale, days: number): string => new Date(convertedMs - days * DAY_MS).toISOString();

const logInteraction = async ({ person }: Buyer, at: string, type: string, more: object = {}) =>
  (
    await tenant.admin.createInteraction({
      ...{ personal_key_id: person, interaction_type_id: type, interaction_date: at, ...more },
    })
  ).data;

const logStep = async ({ person }: Buyer, at: string, more: object) =>
  (await tenant.admin.createJourneyEntry({ id: person, interaction_type: "visit", occurred_at: at, ...more })).data;

const listConversions = async (campaign: string) => {
  await app.settle();
  const { data } = await tenant.admin.listCampaignConversions({ id: campaign });
  return Promise.all(data.map(async ({ id }) => (await tenant.admin.getCampaignConversion({ attribution_id: id })).data));
};

const readReport = async (query: object = {}) => {
  await app.settle();
  return (await tenant.admin.getCampaignAttribution(query)).data;
};

const summarize = ({ rows }: Awaited<ReturnType<typeof readReport>>) =>
  Object.fromEntries(rows.map(({ name, revenue }) => [String(name), revenue]));

describe("a won opportunity", () => {
  it("is divided among the touches before it by five models, and each report adds up to all sales", async () => {
    await newTenant();
    const [spring, autumn] = [await createCampaign("Spring"), await createCampaign("Autumn")];
    const buyer = await createBuyer();
    const sale = await sell(buyer, "100.00");
    await sell(await createBuyer(), "50.00");
    await sell(await createBuyer(), "70.00", { currency: "CHF" });
    await logStep(buyer, daysBefore(sale, 21), { campaign_id: spring.id, channel_id: "website", source: " Google " });
    await logInteraction(buyer, daysBefore(sale, 14), "call", {
      campaign_id: spring.id,
      channel: "phone",
      direction: "OUTBOUND",
    });
    const visit = { campaign_id: autumn.id, metadata: { utm_source: "google", utm_medium: "CPC" } };
    await logInteraction(buyer, daysBefore(sale, 7), "website_visit", visit);
    // None of these is a touch.
    await logInteraction(buyer, daysBefore(sale, 5), "email_opened", { campaign_id: autumn.id, channel: "email" });
    await logInteraction(buyer, daysBefore(sale, 5), "email", { campaign_id: autumn.id, direction: "OUTBOUND" });
    await logInteraction(buyer, daysBefore(sale, 5), "call");
    await logStep(buyer, daysBefore(sale, 91), { campaign_id: autumn.id });
    await logStep(buyer, daysBefore(sale, 3), { campaign_id: autumn.id, interaction_type: "email" });

    const [conversion, ...others] = await listConversions(autumn.id);
    expect(others).toEqual([]);
    expect(conversion).toMatchObject({
      conversion_kind: "opportunity",
      record_id: sale.id,
      value: "100.00",
      converted_at: daysBefore(sale, 0),
      converted_day: sale.day,
      is_attributed: true,
      person_ids: [buyer.person],
      campaign_ids: [autumn.id, spring.id],
    });
    expect(conversion?.touches.map(({ shares }) => shares)).toEqual([
      { FIRST_TOUCH: "100.00", LAST_TOUCH: "0.00", LINEAR: "33.34", TIME_DECAY: "14.29", POSITION_BASED: "40.00" },
      { FIRST_TOUCH: "0.00", LAST_TOUCH: "0.00", LINEAR: "33.33", TIME_DECAY: "28.57", POSITION_BASED: "20.00" },
      { FIRST_TOUCH: "0.00", LAST_TOUCH: "100.00", LINEAR: "33.33", TIME_DECAY: "57.14", POSITION_BASED: "40.00" },
    ]);

    const byCampaign = await readReport();
    expect(byCampaign).toMatchObject({
      ...{ model: "LINEAR", group_by: "campaign", currency: "EUR" },
      rows: [
        {
          key: spring.id,
          name: "Spring",
          revenue: "66.67",
          conversions: 1,
          share: "44.45",
          pipeline_value: "0.00",
          new_leads: 0,
        },
        { key: autumn.id, name: "Autumn", revenue: "33.33", conversions: 1, share: "22.22" },
      ],
      other: { revenue: "0.00", conversions: 0 },
      unattributed: { revenue: "50.00", conversions: 2, share: "33.33" },
      total: { revenue: "150.00", conversions: 3, share: "100.00" },
      unconverted: [{ currency: "CHF", revenue: "70.00" }],
    });
    // The sales behind the rows, and behind the report.
    const countBehind = async (query: object) => (await allowAnyInput(tenant.admin).listAttributedConversions(query)).data.length;
    expect(await countBehind({ key: spring.id })).toBe(1);
    expect(await countBehind({ group_by: "source", key: "google" })).toBe(1);
    expect(await countBehind({ group_by: "source", key: "bing" })).toBe(0);
    expect(await countBehind({ is_attributed: false })).toBe(2);
    expect(await countBehind({})).toBe(3);
    expect(await countBehind({ from: "2020-01-01", to: "2020-12-31" })).toBe(0);
    const expected = {
      FIRST_TOUCH: { Spring: "100.00" },
      LAST_TOUCH: { Autumn: "100.00" },
      TIME_DECAY: { Autumn: "57.14", Spring: "42.86" },
      POSITION_BASED: { Spring: "60.00", Autumn: "40.00" },
    };
    for (const [model, rows] of Object.entries(expected)) expect(summarize(await readReport({ model })), model).toEqual(rows);
    expect(summarize(await readReport({ group_by: "channel" }))).toEqual({
      Website: "33.34",
      Phone: "33.33",
      "Search Ads": "33.33",
    });
    expect(summarize(await readReport({ group_by: "source" }))).toEqual({ google: "66.67", null: "33.33" });
    const earlier = { from: "2020-01-01", to: "2020-12-31" };
    expect(await readReport(earlier)).toMatchObject({ rows: [], total: { revenue: "0.00", conversions: 0, share: null } });
    const tooLong = { from: "2019-12-31", to: "2020-12-31" };
    await expect(readReport(tooLong)).rejects.toMatchObject({ status: 400, details: [{ field: "from" }] });
  });

  it("is computed again after a late touch of its person, and no other one is written", async () => {
    await newTenant();
    const campaign = await createCampaign("Spring");
    const [buyer, other] = [await createBuyer(), await createBuyer()];
    const [sale, otherSale] = [await sell(buyer, "10.00"), await sell(other, "20.00")];
    await logStep(other, daysBefore(otherSale, 2), { campaign_id: campaign.id });
    await logStep(buyer, daysBefore(sale, 2), { campaign_id: campaign.id });
    const versions = async () =>
      Object.fromEntries(
        (await listConversions(campaign.id)).map(({ record_id, version, touches }) => [record_id, [version, touches.length]]),
      );
    const first = await versions();
    expect(first).toMatchObject({ [sale.id]: [expect.any(Number), 1], [otherSale.id]: [expect.any(Number), 1] });
    const late = await logStep(buyer, daysBefore(sale, 40), { campaign_id: campaign.id });
    const version = Number(first[sale.id]?.[0]);
    expect(await versions()).toEqual({ ...first, [sale.id]: [version + 1, 2] });
    // A response of a member is a touch too; an open is none.
    const { data: member } = await tenant.admin.addCampaignMember({ id: campaign.id, person_id: buyer.person });
    for (const kind of ["FORM", "OPENED"])
      await tenant.admin.recordCampaignResponse({
        ...{ id: campaign.id, member_id: member.id, kind, source: "fair", at: daysBefore(sale, 3) },
      });
    expect(await versions()).toEqual({ ...first, [sale.id]: [version + 2, 3] });
    await tenant.admin.deleteJourneyEntry({ id: late.id });
    expect(await versions()).toEqual({ ...first, [sale.id]: [version + 3, 2] });
    // A change that is no part of a conversion writes nothing.
    await tenant.admin.updateOpportunity({ id: sale.id, next_step: "Thank them" });
    await tenant.admin.updateOpportunity({ id: sale.id, amount: "10.00" });
    expect(await versions()).toEqual({ ...first, [sale.id]: [version + 3, 2] });
    await tenant.admin.reopenOpportunity({ id: sale.id, reason: "They called" });
    expect(await versions()).toEqual({ [otherSale.id]: first[otherSale.id] });
    expect(await readReport()).toMatchObject({ total: { revenue: "20.00", conversions: 1 } });
    await tenant.admin.winOpportunity({ id: sale.id });
    expect(Object.keys(await versions())).toHaveLength(2);
  });

  it("is replaced by its confirmed order, whose payments are the value", async () => {
    await newTenant();
    const campaign = await createCampaign("Spring");
    const buyer = await createBuyer();
    const sale = await sell(buyer, "100.00");
    await logStep(buyer, daysBefore(sale, 2), { campaign_id: campaign.id });
    const [conversion] = await listConversions(campaign.id);
    const { data: order } = await tenant.admin.createOrder({
      ...{ opportunity_id: sale.id, currency: "EUR", status: "CONFIRMED" },
      line_items: [{ name: "Kayak", quantity: "1", unit_price: "90.00" }],
    });
    await tenant.admin.createOrderPayment({ id: order.id, amount: "60" });
    expect(await listConversions(campaign.id)).toMatchObject([
      { conversion_kind: "order", record_id: order.id, sale_id: sale.id, value: "60.00", converted_day: sale.day },
    ]);
    await expect(allowAnyInput(tenant.admin).getCampaignConversion({ attribution_id: conversion?.id })).rejects.toMatchObject({
      status: 404,
    });
    expect(await readReport()).toMatchObject({ total: { revenue: "60.00", conversions: 1 } });
  });

  it("counts the touches of its person under all ids", async () => {
    await newTenant();
    const campaign = await createCampaign("Spring");
    const [buyer, same] = [await createBuyer(), await createBuyer()];
    const sale = await sell(buyer, "10.00");
    await logStep(same, daysBefore(sale, 2), { campaign_id: campaign.id });
    expect(await listConversions(campaign.id)).toEqual([]);
    const pair = { id: same.person, merged_id: buyer.person };
    await tenant.admin.mergePersons(pair);
    expect(await listConversions(campaign.id)).toMatchObject([{ record_id: sale.id, person_ids: [same.person] }]);
    await tenant.admin.unmergePersons(pair);
    expect(await listConversions(campaign.id)).toEqual([]);
  });
});

describe("the report", () => {
  it("shows the open pipeline and the new leads of the period by campaign and by source", async () => {
    await newTenant();
    const [spring, autumn] = [await createCampaign("Spring"), await createCampaign("Autumn")];
    const buyer = await createBuyer();
    const sale = await sell(buyer, "100.00", { source_campaign_id: spring.id });
    await logStep(buyer, daysBefore(sale, 2), { campaign_id: spring.id, source: "Referral" });
    const open = { name: "Pier", customer_id: buyer.customer, currency: "EUR", lead_source_id: "referral" };
    await tenant.admin.createOpportunity({ ...open, amount: "70.00", source_campaign_id: autumn.id });
    await tenant.admin.createOpportunity({ ...open, amount: "5.50", source_campaign_id: autumn.id });
    for (const [source_campaign_id, lead_source_id] of [
      [spring.id, "referral"],
      [autumn.id, "email"],
      [autumn.id, null],
      [null, "email"],
    ])
      await tenant.admin.createLead({ ...newLead(), source_campaign_id, lead_source_id });
    expect(await readReport()).toMatchObject({
      rows: [
        { name: "Spring", revenue: "100.00", pipeline_value: "0.00", new_leads: 1 },
        { name: "Autumn", revenue: "0.00", conversions: 0, pipeline_value: "75.50", new_leads: 2 },
      ],
      unattributed: { pipeline_value: null, new_leads: null },
      total: { revenue: "100.00", pipeline_value: "75.50", new_leads: 3 },
    });
    // The code of a lead source is the source of touches.
    expect(await readReport({ group_by: "source" })).toMatchObject({
      rows: [
        { key: "referral", name: "Referral", revenue: "100.00", pipeline_value: "75.50", new_leads: 1 },
        { key: "email", name: "Email", revenue: "0.00", pipeline_value: "0.00", new_leads: 2 },
      ],
      total: { new_leads: 3 },
    });
    expect(await readReport({ group_by: "channel" })).toMatchObject({ rows: [{ pipeline_value: null, new_leads: null }] });
    const earlier = { from: "2020-01-01", to: "2020-12-31" };
    expect(await readReport(earlier)).toMatchObject({ rows: [], total: { pipeline_value: "0.00", new_leads: 0 } });
  });
});

describe("conversions", () => {
  it("are visible to users who see the owner of the sale, and the report to leaders, marketers and analysts", async () => {
    await newTenant({ visibility: "own" });
    const campaign = await createCampaign("Spring");
    const [seller, colleague] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
    const buyer = await createBuyer();
    const sale = await sell(buyer, "10.00", { owner_id: seller.id });
    await logStep(buyer, daysBefore(sale, 2), { campaign_id: campaign.id });
    const [conversion] = await listConversions(campaign.id);
    const id = String(conversion?.id);
    const list = async ({ client }: typeof seller) => (await client.listCampaignConversions({ id: campaign.id })).data.length;
    expect([await list(seller), await list(colleague)]).toEqual([1, 0]);
    expect((await seller.client.getCampaignConversion({ attribution_id: id })).data).toMatchObject({
      record_id: sale.id,
    });
    await expect(colleague.client.getCampaignConversion({ attribution_id: id })).rejects.toMatchObject({ status: 404 });
    await expect(seller.client.getCampaignAttribution({})).rejects.toMatchObject({ status: 403 });
    const foreign = await signUp(app);
    await expect(foreign.admin.getCampaignConversion({ attribution_id: id })).rejects.toMatchObject({ status: 404 });
  });
});
