import { assignVariant } from "@crm/core/engagement/campaign/ab-test.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { Vault } from "@crm/core/storage/vault/vault.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { addUser, startTestApp } from "../../support/app.ts";
import { createSendFixture, type Recipient, type SendFixture } from "../email-send/send-fixture.ts";

/** What rests on tracked mails: the start and the decision of a test, and figures without tracking. */

let app: App;
let fixture: SendFixture;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2026-11-25T20:00:00.000Z" });
  fixture = await createSendFixture(app);
  const words = {
    name: "Boat",
    channel: "EMAIL",
    subject: "Boat",
    body_html: '<p><a href="https://a.example/boat?id=1">A</a></p>',
  };
  linkTemplate = (await fixture.crm.createMessageTemplate(words)).data.id;
});
afterAll(() => app.stop());
let linkTemplate: string;

type Group = "A" | "B" | "rest";
const PERCENT = 60;
const variants = [{ subject: "Spring is here" }, { subject: "Your boat is ready" }];
const systemScope = () => systemContext(app.ports, fixture.tenant.id, "test");

async function passMinutes(minutes: number): Promise<void> {
  app.setClock({ advance: minutes * 60_000 });
  for (let minute = 0; minute < 2; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
}

/** Creates a campaign with a test of two subjects. Its readers are as many of each variant as named: no count depends on chance. */
async function createTest(counts: Record<Group, number>, input: object = {}) {
  const { crm } = fixture;
  const campaign = { name: "Spring", type: "EMAIL", start_date: "2026-11-01", status: "IN_PROGRESS" };
  const id = (await crm.createCampaign(campaign)).data.id;
  const { data: segment } = await crm.createSegment({ name: `Boats of ${id}` });
  const settings = { sample_percent: PERCENT, minimum_sample_size: 1, confidence_level: 80, decide_after_hours: 1 };
  const test = { name: "Which subject", tests: "subject", template_id: linkTemplate, variants, segment_id: segment.id };
  const { data } = await crm.createCampaignAbTest({ id, ...test, ...settings, ...input });
  const path = { id, ab_test_id: data.id };
  const computeMac = await runIn(systemScope(), () => Vault.buildMac("email_send"));
  const groups: Record<Group, Recipient[]> = { A: [], B: [], rest: [] };
  while ((Object.keys(counts) as Group[]).some((group) => groups[group].length < counts[group])) {
    const reader = await fixture.individual();
    const hash = Buffer.from(computeMac(`${path.ab_test_id} ${reader.person}`), "base64url");
    const index = assignVariant(hash, { shares: [1, 1], sample_percent: PERCENT });
    const group: Group = index === "rest" ? index : index === 0 ? "A" : "B";
    if (groups[group].length < counts[group]) groups[group].push(reader);
  }
  const all = [...groups.A, ...groups.B, ...groups.rest];
  await crm.changeSegmentMembers({ id: segment.id, add: all.map((reader) => reader.id) });
  await app.settle();
  return { path, groups, all };
}

const readHtml = ({ email }: Recipient): string => app.mail.sent(email)[0]?.html ?? "";
const follow = (reader: Recipient) => requestPage(app, /href="([^"]+)"/.exec(readHtml(reader))?.[1] ?? "");
const refuse = ({ person }: Recipient) =>
  fixture.crm.setPreferences({ id: person, preferences: [{ channel: "email", consent: "REFUSED" }] });
const readPerformance = async (id: string) => (await fixture.crm.getCampaignPerformance({ id })).data;

describe("an A/B test to the 20 customers of a segment", () => {
  it("asks for tracking, and its figures equal a count by hand", async () => {
    const { crm } = fixture;
    const { path, groups, all } = await createTest({ A: 6, B: 6, rest: 8 });
    const { data: check } = await crm.checkCampaignAbTest(path);
    expect(check).toMatchObject({
      ...{ recipients: 20, left_out: {}, is_complete: true, sample: 12, rest: 8 },
      ...{ needs_tracking: true, is_tracked: false, account_tracks: null },
      variants: [
        { id: "A", recipients: 6 },
        { id: "B", recipients: 6 },
      ],
    });
    await expect(crm.startCampaignAbTest(path)).rejects.toMatchObject({ status: 422, details: [{ field: "tracks" }] });
    await crm.updateCampaignAbTest({ ...path, tracks: true });
    expect((await crm.checkCampaignAbTest(path)).data).toMatchObject({ is_tracked: true });
    await crm.startCampaignAbTest(path);
    await passMinutes(5);
    for (const reader of [...groups.A, ...groups.B]) expect(readHtml(reader)).toMatch(/href="[^"]*\/t\/c\//);

    // One reader of A and five of B follow the link. One of the others unsubscribes before the winner leaves.
    const followers = [...groups.A.slice(0, 1), ...groups.B.slice(0, 5)];
    for (const reader of followers)
      expect((await follow(reader)).headers.location).toMatch(
        /^https:\/\/a\.example\/boat\?id=1&utm_source=crm&utm_medium=email/,
      );
    await passMinutes(15);
    const [leaver, ...others] = groups.rest;
    if (leaver) await refuse(leaver);
    await passMinutes(75);
    const { data: test } = await crm.getCampaignAbTest(path);
    expect(test).toMatchObject({ status: "DECIDED", winning_variant: "B", decision: { outcome: "winner" } });
    await passMinutes(5);
    expect(others.map(({ email }) => app.mail.sent(email).map(({ subject }) => subject))).toEqual(
      others.map(() => ["Your boat is ready"]),
    );
    expect(app.mail.sent(leaver?.email ?? "")).toEqual([]);

    const { data: results } = await crm.getCampaignAbTestResults(path);
    expect(results.variants).toMatchObject([
      { id: "A", assigned: 6, delivered: 6, tracked: 6, clicked: 1, successes: 1 },
      { id: "B", assigned: 6, delivered: 6, tracked: 6, clicked: 5, successes: 5 },
    ]);
    expect(results.rest).toMatchObject({ written: 8, sent: 7, refused: 1, tracked: 8, clicked: 0 });
    const { own } = await readPerformance(path.id);
    // All readers are members now, the leaver is not: no message left.
    const received = all.length - 1;
    expect(own).toMatchObject({ member_count: received, sent_count: received, tracked_count: received });
    expect(own).toMatchObject({ clicked_count: followers.length, click_rate: ((followers.length / received) * 100).toFixed(2) });
    expect((await runIn(systemScope(), () => recount({ repair: false }))).differences).toEqual([]);
  });

  it("shows not tracked in place of figures, and another metric decides", async () => {
    const { crm } = fixture;
    const input = { tracks: false };
    await expect(createTest({ A: 0, B: 0, rest: 0 }, input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "tracks" }],
    });
    const { path, groups } = await createTest({ A: 2, B: 2, rest: 0 });
    const open = await fixture.draft({
      segment_id: await fixture.segment(groups.A),
      campaign_id: path.id,
      template_id: linkTemplate,
    });
    expect((await crm.checkEmailSend({ id: open })).data).toMatchObject({
      recipients: 2,
      is_tracked: false,
      account_tracks: null,
    });
    await crm.scheduleEmailSend({ id: open });
    await passMinutes(15);
    await passMinutes(15);
    const { data: send } = await crm.getEmailSend({ id: open });
    expect(send).toMatchObject({ send_status: "SENT", tracks: null, is_tracked: false });
    expect((await crm.getEmailSendResults({ id: open })).data).toMatchObject({
      sent: 2,
      tracked: 0,
      opened: null,
      clicked: null,
    });
    const { own, days } = (await crm.getCampaignPerformance({ id: path.id, by: "day" })).data;
    expect(own).toMatchObject({ sent_count: 2, tracked_count: 0, opened_count: null, clicked_count: null });
    expect(own).toMatchObject({ open_rate: null, click_rate: null, impressions: 2, clicks: null, click_through_rate: null });
    const day = days?.find(({ messages_sent }) => messages_sent === 2);
    expect(day).toMatchObject({ messages_tracked: 0, messages_opened: null, messages_clicked: null, clicks: null });
    // Links name the campaign although they are not tracked.
    const { campaign_number } = (await crm.getCampaign({ id: path.id })).data;
    const link = `https://a.example/boat?id=1&amp;utm_source=crm&amp;utm_medium=email&amp;utm_campaign=${campaign_number}`;
    for (const reader of groups.A) expect(readHtml(reader)).toContain(`href="${link}"`);
    expect(readHtml(groups.A[0] as Recipient)).not.toMatch(/\/t\/[co]\//);
  });
});

describe("an audience", () => {
  it("that is empty is refused before anything is sent, and those who are left out are named", async () => {
    const { crm, tenant } = fixture;
    const { data: empty } = await crm.createSegment({ name: "No customers" });
    const id = await fixture.draft({ segment_id: empty.id });
    expect((await crm.checkEmailSend({ id })).data).toMatchObject({ recipients: 0, left_out: {} });
    await expect(crm.scheduleEmailSend({ id })).rejects.toMatchObject({ status: 422, details: [{ field: "segment_id" }] });
    expect((await crm.getEmailSend({ id })).data).toMatchObject({ send_status: "DRAFT" });
    // A later send may still find members.
    await crm.scheduleEmailSend({ id, scheduled_send_time: "2027-01-10T08:00:00.000Z" });
    const campaign = { name: "Empty", type: "EMAIL", start_date: "2026-11-01", status: "IN_PROGRESS" };
    const { data: made } = await crm.createCampaign(campaign);
    await expect(crm.sendCampaignEmail({ id: made.id, template_id: linkTemplate })).rejects.toMatchObject({
      ...{ status: 422, details: [{ field: "to_members" }] },
    });

    const [one, twin, mute] = [await fixture.individual(), await fixture.individual(), await fixture.individual({ email: null })];
    const refuser = await fixture.individual();
    await refuse(refuser);
    const copy = await fixture.contact({ email: one.email });
    const list = await fixture.list([copy, await fixture.contact({ email: one.email })]);
    const segment = await fixture.segment([one, twin, mute, refuser]);
    const check = async (audience: object, as = crm) =>
      (await as.checkEmailSend({ id: await fixture.draft({ ...audience, owner_id: null }) })).data;
    expect(await check({ segment_id: segment })).toMatchObject({ recipients: 2, left_out: { no_address: 1, opted_out: 1 } });
    expect((await check({ contact_list_id: list })).recipients).toBe(1);
    const marketer = await addUser(app, tenant, "MARKETER");
    const seen = await check({ segment_id: segment }, marketer.client).catch(() => undefined);
    if (seen) expect(seen.recipients + Object.values(seen.left_out).reduce((sum, count) => sum + count, 0)).toBe(4);
  });
});
