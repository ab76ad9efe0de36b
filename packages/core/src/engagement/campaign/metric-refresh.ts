import { Clock } from "../../kernel/clock.ts";
import { CampaignDays } from "../../messaging/message/campaign-days.ts";
import type { Kept as MessageRecord } from "../../messaging/message/message-lookup.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { defaultId } from "../../platform/master-data/master-id.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Campaigns } from "./campaign.entity.ts";
import { CampaignMetrics, type MetricRecord } from "./metric.entity.ts";
import { computeRefreshDelay, systemChannels } from "./metric.rules.ts";
import { addRow, findRow, type MetricValues, withDefaultCost, withFigures } from "./metric.ts";

/**
 * Writes the daily rows of a campaign's mails and text messages, of source `system`, from the counters of messages. An event sets the clock of the row of
 * its day, and the clock writes the numbers, so a bulk mail writes its row once in ten minutes. Repeated, late and reordered events lead to the same row.
 */

const REFRESH_SECONDS = 10 * 60;
/** Maximum difference between the clocks of machines, in seconds. */
const MAX_CLOCK_SKEW_SECONDS = 60;

/** The events of a message that change a row, and the event whose day the row has. */
const dayByEvent: Readonly<Record<string, "sent" | "clicked">> = {
  "message.sent": "sent",
  "message.failed": "sent",
  "message.clicked": "clicked",
};

/** Sees to it that the row of the day on which a message was sent or a link was followed gets its numbers. */
export async function onMessageEvent(type: string, { campaign_id, channel, days }: MessageRecord): Promise<void> {
  const event = dayByEvent[type];
  const day = event && days[event]?.day;
  const isCounted = (systemChannels as readonly string[]).includes(channel);
  if (campaign_id && day !== undefined && isCounted) await scheduleRefresh(campaign_id, channel, day);
}

const toChannelId = (channel: string): string => defaultId(MARKETING_CHANNELS, channel);

const scheduleRefresh = (campaignId: string, channel: string, day: string): Promise<void> =>
  retryOnConflict(async () => {
    const key = { campaign_id: campaignId, channel_id: toChannelId(channel), metric_date: day, source: "system" as const };
    const { existing } = await findRow(key);
    const refresh_at = Clock.addSeconds(REFRESH_SECONDS);
    const tx = transaction();
    if (!existing) {
      const campaign = await Records.load(Campaigns, campaignId);
      if (!campaign) return;
      await addRow(tx, { ...emptyRow, ...key, currency: campaign.currency, refresh_at });
    } else {
      if (existing.refresh_at !== null && existing.refresh_at > Clock.addSeconds(MAX_CLOCK_SKEW_SECONDS)) return;
      // A refresh that is due may already have read the counters. So this one takes its place, and the other meets a newer version.
      const next = existing.refresh_at === null ? { ...existing, refresh_at } : await computeRow(existing);
      tx.replace(CampaignMetrics, existing, Records.nextVersion(existing, next));
    }
    await tx.commit(undefined);
  });

const emptyRow = {
  ...{ impressions: 0, clicks: null, conversions: null, cost: null, revenue: null },
  ...{ cost_is_default: false, import_id: null },
} satisfies Partial<MetricValues>;

/** Handles `campaign_metric.refresh_due`. */
export const onRefreshDue = createClockListener((id, due_at) =>
  Clocks.runDue(CampaignMetrics, id, "refresh", due_at, computeRow),
);

/** Returns the row with the numbers of the counters. While deliveries may still be reported, it is written again later. */
async function computeRow(row: MetricRecord): Promise<MetricRecord> {
  const channel = systemChannels.find((code) => toChannelId(code) === row.channel_id);
  if (channel === undefined) return { ...row, refresh_at: null };
  const { impressions, clicks: followed, pending, tracked } = await CampaignDays.read(row.campaign_id, row.metric_date, channel);
  // Without a tracked message, it is not known whether a link was followed.
  const clicks = tracked + followed > 0 ? followed : null;
  const delay = pending === 0 ? null : computeRefreshDelay(row.metric_date, Clock.now());
  const refresh_at = delay === null ? null : Clock.addSeconds(delay);
  return withFigures(await withDefaultCost({ ...row, impressions, clicks, cost: null, cost_is_default: false, refresh_at }));
}

export * as MetricRefresh from "./metric-refresh.ts";
