import * as z from "zod";
import type { DayRange } from "../../kernel/period.ts";
import { storedDate } from "../../kernel/schema.ts";
import { listDays } from "../../kernel/time-zone.ts";
import { CampaignDays } from "../../messaging/message/campaign-days.ts";
import type { CampaignRecord } from "./campaign.entity.ts";
import { deriveFigures, groupMetrics } from "./metric.rules.ts";
import { loadRows, Numbers, sumMetrics } from "./metric.ts";

/** The figures of a campaign by day, from its daily metrics and from the counters of its messages. */

const count = (): z.ZodNumber => z.number().int();

export const Day = Numbers.extend({
  day: storedDate().describe("In the time zone of the organization"),
  messages_sent: count().describe("Mails and text messages of the campaign"),
  messages_tracked: count().describe("Those of them whose opens and clicks are counted"),
  messages_opened: count()
    .nullable()
    .describe("Messages that a person first opened on that day; null: messages were sent and none of them is tracked"),
  messages_clicked: count()
    .nullable()
    .describe(
      "Messages in which a person first followed a link on that day; null: messages were sent and none of them is tracked",
    ),
}).meta({ id: "CampaignPerformanceDay" });

/** Reads the figures of each day of the range, in order. */
export async function loadDays(campaign: CampaignRecord, range: DayRange): Promise<z.output<typeof Day>[]> {
  const [rows, messages] = await Promise.all([loadRows(campaign.id, range), CampaignDays.readDays(campaign.id, range)]);
  const metrics = new Map(groupMetrics(rows, "day").map(({ key, numbers }) => [key, numbers]));
  return listDays(range.from, range.to).map((day) => {
    const numbers = sumMetrics(campaign, [metrics.get(day) ?? []].flat());
    const { sent = 0, tracked = 0, opens = 0, clicks = 0 } = messages.get(day) ?? {};
    const isTracked = sent === 0 || tracked + opens + clicks > 0;
    return {
      ...{ day, ...numbers, ...deriveFigures(numbers) },
      ...{ messages_sent: sent, messages_tracked: tracked },
      ...{ messages_opened: isTracked ? opens : null, messages_clicked: isTracked ? clicks : null },
    };
  });
}

export * as PerformanceDays from "./performance-days.ts";
