import { type DemoContext, type DemoRecords, daysAgo } from "../context.ts";

export const records: DemoRecords = { after: ["reengagement"], create: sendCampaign };

/** Sends a campaign to a segment at once, and schedules another send. */
async function sendCampaign(told: DemoContext): Promise<void> {
  const { admin } = told;
  const { data: template } = await admin.createMessageTemplate({
    ...{
      name: "The season begins",
      channel: "EMAIL",
      category: "News",
      subject: "The season begins, {{contact.first_name|friend}}",
    },
    body_html:
      "<p>Dear {{contact.first_name|friend}},</p><p>boats go into the water on 1 May. {{tenant.name}} wishes fair winds.</p>",
  } as never);
  const { data: segment } = await admin.createSegment({ name: "At home in the harbour" });
  const { data: customers } = await admin.listCustomers({ limit: 5 });
  await admin.changeSegmentMembers({ id: segment.id, add: customers.map(({ id }) => id) });
  const said = { template_id: template.id, segment_id: segment.id, campaign_id: "season" };
  const { data: now } = await admin.createEmailSend({ name: "The season begins", ...said } as never);
  await admin.scheduleEmailSend({ id: now.id });
  const { data: later } = await admin.createEmailSend({ name: "The season begins, once more", ...said } as never);
  await admin.scheduleEmailSend({ id: later.id, scheduled_send_time: daysAgo(told, -7) });
}
