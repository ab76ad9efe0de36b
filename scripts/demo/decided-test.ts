import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";

/** An A/B test of a campaign that is over: its figures decided, and the others got the winner. */

/** With fewer members, no difference would be significant. */
export const MIN_MEMBERS = 40;
const MAX_MEMBERS = 60;
const SAMPLE_PERCENT = 70;
const DECIDE_AFTER_HOURS = 4;
/** The sample is looked at every ten minutes. */
const LOOK_MINUTES = 11;
const MAX_LOOKS = 6;
/** Of so many persons with a variant, one responds. */
const personsPerResponse: Readonly<Record<string, number>> = { A: 6, B: 1.5 };

interface TestSteps {
  readonly admin: Client;
  /** The day of the test: `2026-11-20`. */
  readonly day: string;
  /** Moves the clock, and does what is due then. */
  pass(minutes: number): Promise<void>;
}

/** Sends two subjects to a sample of leads, records who answers, and waits for the decision. */
export async function runDecidedTest({ admin, day, pass }: TestSteps): Promise<void> {
  const { data: leads } = await admin.listLeads({ limit: MAX_MEMBERS, fields: "personal_key_id" });
  if (leads.length < MIN_MEMBERS) return;
  const { data: account } = await admin.createMailAccount({
    ...{ name: "News", way: "house", address: "news@harbour.example", tracks: true },
  });
  const { data: template } = await admin.createMessageTemplate({
    ...{ name: "Winter berths", channel: "EMAIL", category: "News", subject: "Winter berths" },
    body_html: "<p>Dear {{contact.first_name|friend}},</p><p>a dry berth for the winter costs 12 a day. {{tenant.name}}</p>",
  });
  const { data: campaign } = await admin.createCampaign({ name: "Winter berths", type: "EMAIL", start_date: day });
  const preferences = [{ channel: "email", consent: "ALLOWED", source: "Harbour Fair" }];
  for (const { id: lead_id, personal_key_id } of leads) {
    await allowAnyInput(admin).setPreferences({ id: personal_key_id, preferences });
    await admin.addCampaignMember({ id: campaign.id, lead_id });
  }
  await admin.activateCampaign({ id: campaign.id });
  const { data: test } = await admin.createCampaignAbTest({
    ...{ id: campaign.id, name: "A price or a question", tests: "subject", template_id: template.id, sender_id: account.id },
    ...{ success_metric: "response_rate", sample_percent: SAMPLE_PERCENT, decide_after_hours: DECIDE_AFTER_HOURS },
    minimum_sample_size: 10,
    variants: [{ subject: "Winter berths from 12 a day" }, { subject: "Where does your boat spend the winter?" }],
  });
  const path = { id: campaign.id, ab_test_id: test.id };
  await admin.startCampaignAbTest(path);
  const isSent = async (): Promise<boolean> => (await admin.getCampaignAbTest(path)).data.sample_sent_at !== null;
  for (let look = 0; look < MAX_LOOKS && !(await isSent()); look++) await pass(LOOK_MINUTES);
  const { data: rows } = await admin.listCampaignMembers({ id: campaign.id, limit: MAX_MEMBERS });
  const members = await Promise.all(rows.map(async ({ id }) => (await admin.getCampaignMember({ id })).data));
  const variants = Map.groupBy(members, ({ ab_tests }) => ab_tests.find(({ ab_test_id }) => ab_test_id === test.id)?.variant);
  for (const [variant = "", group] of variants)
    for (const { id: member_id } of group.slice(0, Math.floor(group.length / (personsPerResponse[variant] ?? Infinity))))
      await admin.recordCampaignResponse({ id: campaign.id, member_id, kind: "REPLIED", source: `winter-${member_id}` });
  await pass(DECIDE_AFTER_HOURS * 60);
  await pass(LOOK_MINUTES);
  const { status } = (await admin.getCampaignAbTest(path)).data;
  if (status !== "DECIDED") throw new Error(`The A/B test of the demo is ${status}, not DECIDED`);
}
