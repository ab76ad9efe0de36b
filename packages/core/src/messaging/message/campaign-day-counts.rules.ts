import { type CounterSums, noCounterSums } from "../../storage/table/collection.ts";
import type { EventDays } from "./daily-figures.rules.ts";

/**
 * The counters of a campaign's messages by day and channel, which the stream maintains (docs/engagement/campaigns.md, "Rows of the system"). A message
 * counts on the day on which it was sent, in the tenant's time zone of that time. An open and a click count on their own days. Pure.
 */

/** The numbers of one day and channel. */
export interface CampaignDayCounts {
  sent: number;
  /** Messages that were delivered, opened or followed, or whose provider reports no delivery. */
  impressions: number;
  /** Sent messages whose delivery may still be reported. */
  pending: number;
  /** Sent mails whose opens and clicks are counted. */
  tracked: number;
  /** Messages that a person opened for the first time. */
  opens: number;
  /** Messages in which a person followed a link for the first time. */
  clicks: number;
}

interface CampaignMessage {
  campaign_id?: string | null;
  channel: string;
  status: string;
  /** When the provider is asked for the outcome; null if no report is expected. */
  settle_at?: string | null;
  is_tracked?: boolean | null;
  days: EventDays;
}

/** The counter of a campaign's messages on a day. */
export const campaignDayScope = (campaign: string, day: string, channel: string): string =>
  `campaign@${campaign}@${day}@${channel}`;

/** Returns the day of a counter. */
export const parseCampaignDay = (scope: string): string => scope.split("@")[2] ?? "";

/** Returns what a message adds to the counters of its campaign. */
export function buildCampaignDaySums({
  campaign_id,
  channel,
  status,
  settle_at = null,
  is_tracked = null,
  days: { sent, opened, clicked },
}: CampaignMessage): CounterSums {
  if (!campaign_id) return noCounterSums;
  const isPending = status === "sent" && settle_at !== null;
  // Who opened a mail or followed a link has received it, so there are never more clicks than impressions.
  const isReceived = opened !== undefined || clicked !== undefined;
  const isImpression = status === "delivered" || (status === "sent" && (!isPending || isReceived));
  const counts: [day: string | undefined, name: keyof CampaignDayCounts, isCounted: boolean][] = [
    [sent?.day, "sent", true],
    [sent?.day, "impressions", isImpression],
    [sent?.day, "pending", isPending],
    [sent?.day, "tracked", is_tracked ?? false],
    [opened?.day, "opens", true],
    [clicked?.day, "clicks", true],
  ];
  const counted = counts.flatMap(([day, name, isCounted]) => (day !== undefined && isCounted ? [{ day, name }] : []));
  return [...Map.groupBy(counted, ({ day }) => day)].reduce<CounterSums>(
    (beside, [day, names]) => ({
      scopes: [campaignDayScope(campaign_id, day, channel)],
      counts: Object.fromEntries(names.map(({ name }) => [name, 1])),
      ...(beside === noCounterSums ? {} : { beside }),
    }),
    noCounterSums,
  );
}

/** Returns the numbers of a counter. */
export const parseCampaignDayCounts = (counter: Readonly<Record<string, unknown>> = {}): CampaignDayCounts => ({
  sent: Number(counter.sent ?? 0),
  impressions: Number(counter.impressions ?? 0),
  pending: Number(counter.pending ?? 0),
  tracked: Number(counter.tracked ?? 0),
  opens: Number(counter.opens ?? 0),
  clicks: Number(counter.clicks ?? 0),
});
