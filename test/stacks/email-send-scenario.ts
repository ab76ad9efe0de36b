import { Clock } from "@crm/core/kernel/clock.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { requestPage } from "../agreements/share-link/support.ts";
import { createSendFixture, type SendFixture } from "../engagement/email-send/send-fixture.ts";
import { addUser } from "../support/app.ts";

/** Runs a tracked send of a campaign in which a recipient follows a link. */
async function runTrackedSend(app: App, crm: Client, audience: object): Promise<void> {
  const { data: account } = await crm.createMailAccount({
    name: "Told",
    way: "house",
    address: "told@mail.example",
    tracks: true,
  });
  const words = { name: "Told", channel: "EMAIL", subject: "Told", body_html: '<a href="https://a.example">A</a>' };
  const { data: template } = await crm.createMessageTemplate(words);
  const { data: campaign } = await crm.createCampaign({ name: "Told", type: "EMAIL", start_date: "2026-04-01" });
  const send = { name: "Told", template_id: template.id, sender_id: account.id, campaign_id: campaign.id, ...audience };
  const { data } = await crm.createEmailSend(send);
  await crm.scheduleEmailSend({ id: data.id });
  await app.settle();
  app.setClock({ advance: 60_000 });
  const { data: messages } = await crm.listMessages({ limit: 10 });
  const [mail] = app.mail.sent(String(messages[0]?.to_address)).filter(({ subject }) => subject === "Told");
  await requestPage(app, /href="([^"]+)"/.exec(mail?.html ?? "")?.[1] ?? "");
  app.setClock({ advance: 12 * 60_000 });
  await app.settle();
}

/** Runs an A/B test until the better variant goes to the others. */
async function runAbTest(app: App, crm: Client, audience: object): Promise<void> {
  const { data: template } = await crm.createMessageTemplate({ name: "Tested", subject: "Tested", body_text: "Tested" });
  const { data: campaign } = await crm.createCampaign({
    ...{ name: "Tested", type: "EMAIL", start_date: "2026-04-01", status: "IN_PROGRESS" },
  });
  const { data: test } = await crm.createCampaignAbTest({
    ...{
      id: campaign.id,
      name: "Tested",
      tests: "subject",
      template_id: template.id,
      variants: [{ subject: "A" }, { subject: "B" }],
    },
    ...{ sample_percent: 99, decide_after_hours: 1, without_winner: "send_better", ...audience },
  });
  await crm.startCampaignAbTest({ id: campaign.id, ab_test_id: test.id });
  for (const minutes of [0, 11, 11, 61, 1]) {
    app.setClock({ advance: minutes * 60_000 });
    await app.settle();
  }
}

/** Runs sends that wait for approval: one that goes out, one that is withdrawn, one of a new owner, and a rejected sample of a test. */
async function runApprovals(app: App, { tenant, crm, draft }: SendFixture, audience: object): Promise<void> {
  const director = await addUser(app, tenant, "DIRECTOR");
  const definition = { levels: [{ name: "All", every: true, approvers: ["DIRECTOR"] }] };
  const { data: rule } = await crm.createRuleVersion({ kind: "email_send_approval", definition });
  await crm.publishRuleVersion({ kind: "email_send_approval", id: rule.id });
  const submit = async (): Promise<string> => {
    const id = await draft(audience);
    await crm.scheduleEmailSend({ id });
    await app.settle();
    return id;
  };
  const findApproval = async (subject: string): Promise<string> => {
    const { data } = await director.client.listApprovals({ mine: true, subject });
    return String(data[0]?.id);
  };
  await director.client.approveApproval({ id: await findApproval(await submit()) });
  await app.settle();
  await crm.unscheduleEmailSend({ id: await submit() });
  await crm.updateEmailSend({ id: await submit(), owner_id: director.id });
  await app.settle();
  const { data: template } = await crm.createMessageTemplate({ name: "Refused", subject: "Refused", body_text: "Refused" });
  const campaignInput = { name: "Refused", type: "EMAIL", start_date: "2026-04-01", status: "IN_PROGRESS" };
  const { data: campaign } = await crm.createCampaign(campaignInput);
  const variants = [{ subject: "A" }, { subject: "B" }];
  const testInput = { id: campaign.id, name: "Refused", tests: "subject", template_id: template.id, variants, ...audience };
  const { data: test } = await crm.createCampaignAbTest(testInput);
  const { data: started } = await crm.startCampaignAbTest({ id: campaign.id, ab_test_id: test.id });
  await app.settle();
  await director.client.rejectApproval({ id: await findApproval(String(started.sample_send_id)) });
  await app.settle();
}

/** The automated steps of bulk email, for the test of the functions' permissions. */
export async function runEmailSends(app: App): Promise<void> {
  const fixture = await createSendFixture(app, { visibility: "own" });
  const { tenant, crm, contact, individual, list, segment, draft } = fixture;
  const marketer = await addUser(app, tenant, "MARKETER");
  const [one, single] = [await contact({}, marketer.client), await individual()];
  const readers = await list([one, await contact()]);
  const yard = await segment([{ id: one.customer }, single]);
  for (const as of [marketer.client, crm])
    for (const audience of [{ contact_list_id: readers }, { segment_id: yard }]) {
      await as.scheduleEmailSend({ id: await draft(audience, as) });
      await app.settle();
    }
  const later = await draft({ contact_list_id: readers });
  await crm.scheduleEmailSend({ id: later, scheduled_send_time: new Date(Clock.ms() + 60_000).toISOString() });
  for (let minute = 0; minute < 3; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
  await runTrackedSend(app, crm, { contact_list_id: readers });
  await runAbTest(app, crm, { contact_list_id: readers, exclude_segment_ids: [await segment([single])] });
  const called = await draft({ segment_id: yard });
  await crm.scheduleEmailSend({ id: called });
  await crm.cancelEmailSend({ id: called });
  await app.settle();
  await runApprovals(app, fixture, { contact_list_id: readers });
}
