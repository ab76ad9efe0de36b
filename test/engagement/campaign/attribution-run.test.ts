import { Attributions } from "@crm/core/engagement/campaign/attribution.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliverToSubscriber, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** The run that computes all conversions: after a change of the window, and for sales from before attribution was released. */

let app: App;
let tenant: Tenant;
let events: readonly DomainEvent[];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  events = recordPublishedEvents(app);
});
afterAll(() => app.stop());

const DAY_MS = 24 * 60 * 60 * 1000;
let count = 0;

/** Wins an opportunity whose person had touches these days before. */
async function sell(campaign: string, ...ages: number[]): Promise<string> {
  const { data: customer } = await tenant.admin.createCustomer({ name: "Lagoon Charter" });
  const contact = { customer_id: customer.id, last_name: "Ito", email: `run${++count}@mail.example` };
  const { data } = await tenant.admin.createContact(contact);
  for (const age of ages)
    await tenant.admin.createJourneyEntry({
      ...{ id: data.personal_key_id, interaction_type: "visit", campaign_id: campaign },
      occurred_at: new Date(Date.now() - age * DAY_MS).toISOString(),
    });
  const input = { name: "Fleet", customer_id: customer.id, contact_id: data.id, amount: "10.00", currency: "EUR" };
  const { data: deal } = await tenant.admin.createOpportunity(input);
  await tenant.admin.winOpportunity({ id: deal.id });
  return deal.id;
}

const readReport = async () => (await tenant.admin.getCampaignAttribution({})).data;

/** The number of touches and the version of each conversion of a campaign, by sale. */
async function readConversions(campaign: string): Promise<Record<string, readonly [touches: number, version: number]>> {
  const { data } = await tenant.admin.listCampaignConversions({ id: campaign });
  const conversions = await Promise.all(
    data.map(async ({ id }) => (await tenant.admin.getCampaignConversion({ attribution_id: id })).data),
  );
  return Object.fromEntries(conversions.map(({ record_id, touches, version }) => [record_id, [touches.length, version]]));
}

/** Takes conversions away, as if their sales had been made before attribution was released. */
const forgetConversions = (): Promise<void> =>
  runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const ids = events.filter(({ type }) => type === "campaign_attribution.created").map(({ record_id }) => record_id);
    for (const current of await Records.loadMany(Attributions, ids, { live: true }))
      if (current) {
        const gone = {
          ...current,
          person_ids: [],
          campaign_ids: [],
          channels: [],
          sources: [],
          touches: [],
          deleted_at: current.updated_at,
        };
        await transaction().replace(Attributions, current, Records.nextVersion(current, gone)).commit(undefined);
      }
  });

describe("the run over all sales", () => {
  it("computes sales from before attribution at the first report, once", async () => {
    const { data: campaign } = await tenant.admin.createCampaign({
      name: "Spring",
      type: "EVENT",
      start_date: "2026-04-01",
    });
    const sales = [await sell(campaign.id, 3), await sell(campaign.id, 3, 60)];
    await app.settle();
    await forgetConversions();
    await app.settle();
    expect(await readReport()).toMatchObject({ total: { revenue: "0.00" }, is_recomputing: true });
    await app.settle();
    expect(await readReport()).toMatchObject({ total: { revenue: "20.00", conversions: 2 }, is_recomputing: false });
    const first = await readConversions(campaign.id);
    expect(Object.keys(first).sort()).toEqual([...sales].sort());

    // Another window changes the conversions that it concerns, and no other one.
    await tenant.admin.updateTenant({ settings: { attribution_window_days: 30 } });
    expect(await readReport()).toMatchObject({ is_recomputing: true });
    await app.settle();
    expect(await readReport()).toMatchObject({ total: { revenue: "20.00" }, is_recomputing: false });
    const [near = "", far = ""] = sales;
    const second = { [near]: first[near], [far]: [1, Number(first[far]?.[1]) + 1] };
    expect(await readConversions(campaign.id)).toEqual(second);

    // Events that come twice and late start nothing, and a repeated slice writes nothing.
    const late = events.filter(({ type }) => type === "tenant.updated" || type.startsWith("attribution_run."));
    for (const event of [...late, ...late].toReversed()) await deliverToSubscriber(app, "campaign-fills", event);
    await app.settle();
    expect(await readReport()).toMatchObject({ is_recomputing: false });
    expect(await readConversions(campaign.id)).toEqual(second);

    // New sales and touches use the window too.
    const next = await sell(campaign.id, 29, 31);
    await app.settle();
    expect((await readConversions(campaign.id))[next]?.[0]).toBe(1);
    await tenant.admin.updateTenant({ settings: { attribution_window_days: null } });
    await app.settle();
    const third = await readConversions(campaign.id);
    expect([near, far, next].map((sale) => third[sale]?.[0])).toEqual([1, 2, 2]);
  });

  it.each([0, 366, 1.5])("refuses a window of %s days", async (attribution_window_days) => {
    await expect(tenant.admin.updateTenant({ settings: { attribution_window_days } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "settings.attribution_window_days" }],
    });
  });
});
