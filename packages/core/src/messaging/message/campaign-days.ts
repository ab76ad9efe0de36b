import { Counter } from "../../storage/read/counter.ts";
import {
  type CampaignDayCounts,
  campaignDayScope,
  parseCampaignDay,
  parseCampaignDayCounts,
} from "./campaign-day-counts.rules.ts";
import { MESSAGE } from "./message.kind.ts";

/** The interface for campaigns to read how many of their messages were sent, opened and followed on a day. No message is read. */

/** Reads the numbers of one day and channel. They contain every change whose event was published. */
export async function read(campaign: string, day: string, channel: string): Promise<CampaignDayCounts> {
  const [counter] = await Counter.readConsistent(MESSAGE.name, [campaignDayScope(campaign, day, channel)]);
  return parseCampaignDayCounts(counter);
}

/** Reads the numbers of the days that have any, of all channels, by one query. */
export async function readDays(
  campaign: string,
  { from, to }: { from: string; to: string },
): Promise<ReadonlyMap<string, CampaignDayCounts>> {
  const items = await Counter.readRange(MESSAGE.name, campaignDayScope(campaign, from, ""), campaignDayScope(campaign, to, "~"));
  const days = new Map<string, CampaignDayCounts>();
  for (const item of items) {
    const day = parseCampaignDay(String(item.sk));
    const counts = parseCampaignDayCounts(item);
    const sum = days.get(day) ?? parseCampaignDayCounts();
    const names = Object.keys(counts) as (keyof CampaignDayCounts)[];
    days.set(day, Object.fromEntries(names.map((name) => [name, sum[name] + counts[name]])) as unknown as CampaignDayCounts);
  }
  return days;
}

export type { CampaignDayCounts } from "./campaign-day-counts.rules.ts";
export * as CampaignDays from "./campaign-days.ts";
