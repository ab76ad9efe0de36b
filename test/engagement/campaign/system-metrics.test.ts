import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { deliverToSubscriber, recordPublishedEvents, startTestApp } from "../../support/app.ts";
import { createSendFixture, type Recipient, type SendFixture } from "../email-send/send-fixture.ts";

/** Daily metrics that the system writes for the messages of a campaign (docs/engagement/campaigns.md). */

let app: App;
let fixture: SendFixture;
let campaign: string;
let readers: Recipient[];
beforeAll(async () => {
  app = await startTestApp();
  // In Auckland the next day has begun.
  app.setClock({ now: "2026-11-25T20:00:00.000Z" });
  fixture = await createSendFixture(app, { timezone: "Pacific/Auckland", currency: "EUR" });
  const { crm } = fixture;
  campaign = (await crm.createCampaign({ name: "Summer", type: "EMAIL", start_date: "2026-11-01" })).data.id;
  await crm.updateMailAccount({ id: fixture.account, tracks: true });
  readers = [await fixture.contact(), await fixture.contact()];
});
afterAll(() => app.stop());

const [day, nextDay] = ["2026-11-26", "2026-11-27"];
const list = async () => (await fixture.crm.listCampaignMetrics({ id: campaign })).data;
const advance = async (minutes: number) => {
  app.setClock({ advance: minutes * 60_000 });
  await app.settle();
};

async function sendMail(): Promise<void> {
  const { crm } = fixture;
  const words = {
    name: "Summer",
    channel: "EMAIL",
    subject: "Summer",
    body_html: '<a href="https://a.example/?utm_source=own#a">A</a>',
  };
  const { data: template } = await crm.createMessageTemplate(words);
  const send = await fixture.draft({
    ...{ contact_list_id: await fixture.list(readers), template_id: template.id, campaign_id: campaign },
  });
  await crm.scheduleEmailSend({ id: send });
  await app.settle();
}

const followLink = (reader: Recipient | undefined) =>
  requestPage(app, /href="([^"]+)"/.exec(app.mail.sent(reader?.email ?? "")[0]?.html ?? "")?.[1] ?? "");

describe("the messages of a campaign", () => {
  it("have a row of each day and channel, which is written again after late and repeated events", async () => {
    const { crm, tenant } = fixture;
    const events = recordPublishedEvents(app);
    await sendMail();
    // The first message makes the row, and the clock writes its numbers.
    const [made] = await list();
    expect(made).toMatchObject({ metric_date: day, source: "system", impressions: 0 });
    expect(made).not.toHaveProperty("refresh_at");
    await advance(11);
    const row = { id: made?.id, metric_date: day, impressions: 2, clicks: 0, conversions: null, cost: null, currency: "EUR" };
    expect(await list()).toMatchObject([row]);

    // A person follows a link on the next day. The parameters of the link stay.
    await advance(24 * 60);
    const { campaign_number } = (await crm.getCampaign({ id: campaign })).data;
    const { location } = (await followLink(readers[0])).headers;
    expect(location).toBe(`https://a.example/?utm_source=own&utm_medium=email&utm_campaign=${campaign_number}#a`);
    for (let pass = 0; pass < 3; pass++) await advance(12);
    const clicked = { metric_date: nextDay, impressions: 0, clicks: 1 };
    expect(await list()).toMatchObject([clicked, row]);

    // Repeated events write the same numbers.
    for (const event of events.filter(({ type }) => type.startsWith("message.")))
      await deliverToSubscriber(app, "campaigns", event);
    await advance(11);
    expect(await list()).toMatchObject([clicked, row]);
    const { differences } = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount({ repair: false }));
    expect(differences).toEqual([]);
  });

  it("cannot be changed or set by users", async () => {
    const { crm } = fixture;
    const [row] = await list();
    const target = { id: campaign, metric_id: String(row?.id) };
    const refused = { status: 422, details: [{ field: "source" }] };
    await expect(crm.updateCampaignMetric({ ...target, clicks: 9 })).rejects.toMatchObject(refused);
    await expect(crm.deleteCampaignMetric(target)).rejects.toMatchObject(refused);
    const input = { channel_id: "email", metric_date: day, clicks: 9 };
    await expect(crm.createCampaignMetric({ id: campaign, ...input, source: "system" })).rejects.toMatchObject({
      ...{ status: 400, details: [{ field: "source" }] },
    });
    // A row of another source is added up with it.
    await crm.createCampaignMetric({ id: campaign, ...input, cost: "1.50" });
  });

  it("count in the figures of each day", async () => {
    const read = async (query: object) => (await fixture.crm.getCampaignPerformance({ id: campaign, ...query })).data;
    const { days } = await read({ by: "day", from: "2026-11-25", to: nextDay });
    expect(days).toMatchObject([
      { day: "2026-11-25", messages_sent: 0, impressions: 0, clicks: 0, cost: "0.00" },
      { day, messages_sent: 2, impressions: 2, clicks: 9, cost: "1.50", messages_clicked: 0 },
      { day: nextDay, messages_sent: 0, messages_opened: 1, messages_clicked: 1, clicks: 1, cost: "0.00" },
    ]);
    expect((await read({})).days).toBeNull();
    expect((await read({ by: "day" })).days).toHaveLength(30);
    const refuse = (query: object, field: string) =>
      expect(read(query)).rejects.toMatchObject({ status: 400, details: [{ field }] });
    await refuse({ to: day }, "to");
    await refuse({ by: "day", from: "0001-01-01", to: "9999-12-31" }, "from");
    await refuse({ by: "moon" }, "by");
  });
});
