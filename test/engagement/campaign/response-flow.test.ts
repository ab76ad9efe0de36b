import { campaignScope } from "@crm/core/engagement/campaign/campaign-counters.rules.ts";
import { Members } from "@crm/core/engagement/campaign/member.entity.ts";
import { Responses } from "@crm/core/engagement/campaign/response.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Counter } from "@crm/core/storage/read/counter.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { createForm, sendToForm } from "../../sales/web-form/form-client.ts";
import { deliverToSubscriber, recordPublishedEvents, startTestApp } from "../../support/app.ts";
import { createSendFixture, type SendFixture } from "../email-send/send-fixture.ts";

/** The flow of responses: members are added, mailed, open, click, submit a form, and buy (docs/engagement/campaigns.md). */

let app: App;
let fixture: SendFixture;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T20:00:00.000Z" });
  fixture = await createSendFixture(app);
});
afterAll(() => app.stop());

let count = 0;
const createCampaign = async (input: object = {}): Promise<string> =>
  (await fixture.crm.createCampaign({ name: `Spring ${++count}`, type: "EMAIL", start_date: "2026-11-01", ...input })).data.id;
const readMember = async (id: string) => (await fixture.crm.getCampaignMember({ id })).data;
const addPerson = async (id: string, person_id: string): Promise<string> =>
  (await fixture.crm.addCampaignMember({ id, person_id })).data.id;
const listKinds = async (id: string): Promise<string[]> =>
  (await fixture.crm.listCampaignResponses({ id })).data.map(({ kind }) => String(kind)).sort();

/** Passes the time after which opens and clicks are judged. */
async function passHour(): Promise<void> {
  app.setClock({ advance: 60 * 60_000 });
  for (let minute = 0; minute < 3; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
}

/** Reads the counters of a campaign, after they were compared with the records. */
async function readCounters(campaign: string) {
  return runIn(systemContext(app.ports, fixture.tenant.id, "test"), async () => {
    expect((await recount({ repair: false })).differences).toEqual([]);
    const scope = campaignScope(campaign);
    const [[members], [responses]] = [
      await Counter.readConsistent(Members.name, [scope]),
      await Counter.readConsistent(Responses.name, [scope]),
    ];
    return { members, responses };
  });
}

describe("the flow of responses", () => {
  it("follows four members of a mailing to a form, a sale and a bounce", async () => {
    const { crm } = fixture;
    const campaign = await createCampaign();
    const readers = [await fixture.contact(), await fixture.contact(), await fixture.contact(), await fixture.contact()];
    const [opener, clicker, buyer, bouncer] = readers as [
      (typeof readers)[0],
      (typeof readers)[0],
      (typeof readers)[0],
      (typeof readers)[0],
    ];
    // 1. Members are added. A mailing has not left yet.
    const members: string[] = [];
    for (const { id: contact_id } of [opener, clicker, buyer, bouncer])
      members.push((await crm.addCampaignMember({ id: campaign, contact_id })).data.id);
    const [opened = "", clicked = "", bought = "", bounced = ""] = members;
    expect(await readMember(opened)).toMatchObject({ status: "ADDED", sent_at: null, contact_id: opener.id });

    // 2. The mailing leaves.
    await crm.updateMailAccount({ id: fixture.account, tracks: true });
    const words = { name: "Summer", channel: "EMAIL", subject: "Summer", body_html: '<p><a href="https://a.example">A</a></p>' };
    const { data: template } = await crm.createMessageTemplate(words);
    const list = await fixture.list(readers);
    const send = await fixture.draft({ contact_list_id: list, template_id: template.id, campaign_id: campaign });
    await crm.scheduleEmailSend({ id: send });
    await app.settle();
    const sent = await readMember(opened);
    expect(sent).toMatchObject({ status: "SENT", sent_at: expect.any(String) });
    const { data: messages } = await crm.listMessages({ limit: 1 });
    expect((await crm.getMessage({ id: messages[0]?.id ?? "" })).data).toMatchObject({
      campaign_id: campaign,
      sent_for_id: send,
    });

    // 3. Two people open it, and one of them follows its link. Opens by programs do not count.
    const events = recordPublishedEvents(app);
    app.setClock({ advance: 60_000 });
    const readMail = (email: string) => app.mail.sent(email)[0]?.html ?? "";
    const openMail = (email: string) => requestPage(app, /<img src="([^"]+)"/.exec(readMail(email))?.[1] ?? "");
    await openMail(opener.email);
    const followed = await requestPage(app, /href="([^"]+)"/.exec(readMail(clicker.email))?.[1] ?? "");
    await passHour();
    expect(await readMember(opened)).toMatchObject({ status: "OPENED", clicked_at: null, responded_at: null });
    expect(await readMember(clicked)).toMatchObject({ status: "CLICKED", responded_at: null });
    // A click is an interaction that names the campaign, and one response.
    expect(await listKinds(campaign)).toEqual(["CLICKED", "OPENED", "OPENED"]);
    const { data: interactions } = await crm.listInteractions({ campaign, direction: "INBOUND" });
    const { data: click } = await crm.getInteraction({ id: String(interactions[0]?.id) });
    const { campaign_number } = (await crm.getCampaign({ id: campaign })).data;
    const utm = { utm_source: "crm", utm_medium: "email", utm_campaign: campaign_number };
    expect(followed.headers.location).toBe(`https://a.example?${new URLSearchParams(utm)}`);
    expect([interactions.length, click.personal_key_id, click.metadata]).toEqual([
      ...[1, clicker.person],
      { message_id: expect.any(String), ...utm },
    ]);
    const before = await Promise.all([opened, clicked].map(readMember));
    for (const event of events.filter(({ type }) => /^message\.(sent|opened|clicked)$/.test(type)))
      await deliverToSubscriber(app, "campaigns", event);
    expect(await Promise.all([opened, clicked].map(readMember))).toEqual(before);

    // 4. One submits the form of the campaign, and so does a stranger, who becomes a member.
    const form = await createForm({ ...fixture.tenant, admin: crm }, { campaign_id: campaign });
    const submit = (email: string) =>
      sendToForm(app, `/forms/${form.key}`, { body: { email, first_name: "Ada", last_name: "Lund" } });
    await submit(clicker.email);
    await submit("stranger@mail.example");
    await app.settle();
    expect(await readMember(clicked)).toMatchObject({ status: "RESPONDED", response_date: expect.any(String) });
    const { data: all } = await crm.listCampaignMembers({ id: campaign });
    expect(all.find(({ source }) => source === "form")).toMatchObject({ status: "RESPONDED", sent_at: null });

    // 5. One buys: the opportunity names the campaign.
    const { data: deal } = await crm.createOpportunity({
      ...{ name: "Boat", customer_id: buyer.customer, contact_id: buyer.id, amount: "500.00", currency: "USD" },
      source_campaign_id: campaign,
    });
    await crm.winOpportunity({ id: deal.id });
    await app.settle();
    expect(await readMember(bought)).toMatchObject({
      ...{ status: "CONVERTED", converted_opportunity_id: deal.id, converted_order_id: null, opened_at: null },
      responded_at: expect.any(String),
    });

    // 6. One address does not exist.
    await crm.updateCampaignMember({ id: bounced, status: "BOUNCED" });
    await app.settle();
    expect(await listKinds(campaign)).toEqual(["CLICKED", "FORM", "FORM", "OPENED", "OPENED", "PURCHASED"]);
    expect(await readCounters(campaign)).toEqual({
      members: expect.objectContaining({ added: 5, sent: 4, opened: 2, clicked: 1, responded: 3, converted: 1, bounced: 1 }),
      responses: expect.objectContaining({ OPENED: 2, CLICKED: 1, FORM: 2, PURCHASED: 1 }),
    });
  });
});

describe("a response", () => {
  it("that a user records counts once for its source, and only for members", async () => {
    const { crm } = fixture;
    const campaign = await createCampaign({ type: "EVENT" });
    const person = (await fixture.contact()).person;
    const called = { id: campaign, person_id: person, kind: "CALLED", source: "call-1" } as const;
    await expect(crm.recordCampaignResponse(called)).rejects.toMatchObject({ status: 400, details: [{ field: "person_id" }] });
    const member = await addPerson(campaign, person);
    await expect(crm.recordCampaignResponse({ ...called, at: "2999-01-01T00:00:00Z" })).rejects.toMatchObject({ status: 400 });
    const { data: first } = await crm.recordCampaignResponse(called);
    const { data: repeated } = await crm.recordCampaignResponse({ ...called, person_id: undefined, member_id: member });
    expect(repeated.id).toBe(first.id);
    await crm.recordCampaignResponse({ ...called, kind: "ATTENDED" });
    expect(await listKinds(campaign)).toEqual(["ATTENDED", "CALLED"]);
    expect(await readMember(member)).toMatchObject({ status: "RESPONDED", responded_at: first.occurred_at, version: 2 });
  });

  it("comes from a call and a visit that name the campaign", async () => {
    const { crm } = fixture;
    const campaign_id = await createCampaign({ type: "EVENT" });
    const { person: personal_key_id } = await fixture.contact();
    const member = await addPerson(campaign_id, personal_key_id);
    for (const [interaction_type_id, direction] of [
      ["call", "OUTBOUND"],
      ["call", "INBOUND"],
      ["meeting", null],
    ])
      await allowAnyInput(crm).createInteraction({ personal_key_id, interaction_type_id, direction, campaign_id });
    await app.settle();
    expect(await listKinds(campaign_id)).toEqual(["ATTENDED", "CALLED"]);
    expect(await readMember(member)).toMatchObject({ status: "RESPONDED" });
  });
});

describe("an opt-out", () => {
  it("makes the memberships of open campaigns inactive, also if it came before the person was added", async () => {
    const { crm } = fixture;
    const [open, ended, later] = [
      await createCampaign(),
      await createCampaign({ status: "IN_PROGRESS" }),
      await createCampaign(),
    ];
    const { person } = await fixture.contact();
    const [member, old] = [await addPerson(open, person), await addPerson(ended, person)];
    await crm.completeCampaign({ id: ended });
    const at = "2026-11-20T10:00:00.000Z";
    await crm.setPreferences({ id: person, preferences: [{ channel: "email", consent: "REFUSED", at }] });
    await app.settle();
    const optedOut = { status: "ADDED", is_active: false, inactive_reason: "OPTED_OUT", opted_out_at: at };
    expect(await readMember(member)).toMatchObject(optedOut);
    expect(await readMember(old)).toMatchObject({ is_active: true });
    expect(await readMember(await addPerson(later, person))).toMatchObject(optedOut);
  });
});
