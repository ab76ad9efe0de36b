import { type DemoContext, type DemoRecords, daysAgo } from "../context.ts";

export const records: DemoRecords = { after: ["reengagement"], create: sendCampaign };

/** Sends a campaign to a segment at once, and schedules another send. */
async function sendCampaign(context: DemoContext): Promise<void> {
  const { admin } = context;
  const { data: template } = await admin.createMessageTemplate({
    ...{
      name: "The season begins",
      channel: "EMAIL",
      category: "News",
      subject: "The season begins, {{contact.first_name|friend}}",
    },
    body_html:
      "<p>Dear {{contact.first_name|friend}},</p><p>boats go into the water on 1 May. {{tenant.name}} wishes fair winds.</p>",
  });
  const { data: segment } = await admin.createSegment({ name: "At home in the harbour" });
  const { data: customers } = await admin.listCustomers({ limit: 5 });
  await admin.changeSegmentMembers({ id: segment.id, add: customers.map(({ id }) => id) });
  const day = daysAgo(context, 0).slice(0, "YYYY-MM-DD".length);
  const { data: campaign } = await admin.createCampaign({ name: "The season begins", type: "EMAIL", start_date: day });
  const fields = { template_id: template.id, segment_id: segment.id, campaign_id: campaign.id };
  // The members are there before the mails leave, and two of them have answered.
  await admin.fillCampaign({ id: campaign.id, segment_id: segment.id });
  const { data: leads } = await admin.listLeads({ limit: 2 });
  for (const [index, { id: lead_id }] of leads.entries()) {
    const { data: member } = await admin.addCampaignMember({ id: campaign.id, lead_id });
    const kind = index === 0 ? "CALLED" : "FORM";
    await admin.recordCampaignResponse({ id: campaign.id, member_id: member.id, kind, source: `demo-${index}` });
  }
  const { data: now } = await admin.createEmailSend({ name: "The season begins", ...fields });
  await admin.scheduleEmailSend({ id: now.id });
  const { data: laterSend } = await admin.createEmailSend({ name: "The season begins, once more", ...fields });
  await admin.scheduleEmailSend({ id: laterSend.id, scheduled_send_time: daysAgo(context, -7) });
  // An A/B test of two subjects starts in two weeks, and another one is still being written.
  const test = { id: campaign.id, tests: "subject", template_id: template.id };
  const subjects = [{ subject: "Boats go into the water on 1 May" }, { subject: "Is your boat ready?" }];
  const { data: started } = await admin.createCampaignAbTest({ ...test, name: "Which subject", variants: subjects });
  await admin.activateCampaign({ id: campaign.id });
  const schedule_at = daysAgo(context, -14);
  await admin.startCampaignAbTest({ id: campaign.id, ab_test_id: started.id, schedule_at });
  const nextMonth = daysAgo(context, -30).slice(0, "YYYY-MM-DD".length);
  const times = ["09:00", "18:00"].map((time) => ({ send_at: `${nextMonth}T${time}:00Z` }));
  await admin.createCampaignAbTest({ ...test, name: "Morning or evening", tests: "time", variants: times });
}
