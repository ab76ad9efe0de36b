import { type Amount, currencyDecimals, Money } from "../../kernel/money.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { HIGH_UNIT, joinSums, splitUnits, toMinorUnits } from "../../platform/daily-figures/counter-cells.rules.ts";
import type { CounterSums } from "../../storage/table/collection.ts";
import { campaignPartScope, campaignScope } from "./campaign-counters.rules.ts";
import { computeFigures } from "./campaign-figures.rules.ts";

/** Pure rules of daily metrics: their counters, sums and derived figures (docs/engagement/campaigns.md, "Daily metrics"). */

/** The sources of rows that callers write. */
export const writableSources = ["manual", "file", "api"] as const;
/** Rows of source `system` are computed from the messages of the campaign. */
export const metricSources = [...writableSources, "system"] as const;

/** The figures of one or more daily rows. A count or amount that is null is unknown. */
interface MetricNumbers {
  impressions: number | null;
  clicks: number | null;
  conversions: number | null;
  cost: Amount | null;
  revenue: Amount | null;
}

interface MetricRow extends MetricNumbers {
  campaign_id: string;
  channel_id: string;
  /** `YYYY-MM-DD`. */
  metric_date: string;
  currency: string;
}

const channelScope = (campaign: string, channel: string): string => campaignPartScope(campaign, channel);
/** The counter with the cost of each day of a month (`YYYY-MM`). It holds at most the days of one month, so it cannot grow without bound. */
export const monthScope = (campaign: string, month: string): string => campaignPartScope(campaign, month);

const COST_PARTS = ["cl", "ch"] as const;
const REVENUE_PARTS = ["rl", "rh"] as const;
const DAY_PARTS = ["l", "h"] as const;

const splitAmount = (name: string, parts: readonly [string, string], amount: Amount | null, currency: string) =>
  amount === null ? {} : splitUnits(name, parts, toMinorUnits(amount, currency));

/** Returns what a daily row adds to the counters of its campaign, of its channel in the campaign, and of its month. */
export function buildMetricSums(row: MetricRow): CounterSums {
  const { campaign_id, channel_id, metric_date, currency, cost, revenue } = row;
  // `n` counts the rows that know their clicks.
  const known = row.clicks === null ? 0 : 1;
  const counts = Object.entries({ i: row.impressions, k: row.clicks, v: row.conversions, n: known }).flatMap(([name, count]) =>
    count ? [[name, count] as const] : [],
  );
  return joinSums(
    {
      scopes: [campaignScope(campaign_id), channelScope(campaign_id, channel_id)],
      counts: {
        ...Object.fromEntries(counts),
        ...splitAmount("", COST_PARTS, cost, currency),
        ...splitAmount("", REVENUE_PARTS, revenue, currency),
      },
    },
    {
      scopes: [monthScope(campaign_id, metric_date.slice(0, 7))],
      counts: splitAmount(metric_date.slice(8), DAY_PARTS, cost, currency),
    },
  );
}

/** The codes of the channels whose messages the system counts: those of the channels of messages. */
export const systemChannels = ["email", "sms"] as const;

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** Days after which the delivery of a message is no longer reported. Checks end after three days. */
const MAX_PENDING_DAYS = 5;

/** Returns after how many seconds a row is written again whose deliveries may still be reported; null if they no longer can. */
export function computeRefreshDelay(day: string, now: string): number | null {
  const age = daysBetween(day, now.slice(0, 10));
  if (age > MAX_PENDING_DAYS) return null;
  return age > 1 ? DAY_SECONDS : HOUR_SECONDS;
}

type CounterItem = Readonly<Record<string, unknown>>;

const joinAmount = (counter: CounterItem, [low, high]: readonly [string, string], currency: string): Amount => {
  const units = BigInt(Number(counter[low] ?? 0)) + BigInt(Number(counter[high] ?? 0)) * HIGH_UNIT;
  return Money.fromMinor(units, currencyDecimals(currency));
};

/** The totals of daily rows. Clicks are null if rows have impressions and none of them knows its clicks. */
type MetricTotals = { [K in keyof MetricNumbers]: K extends "clicks" ? number | null : NonNullable<MetricNumbers[K]> };

/** Returns the totals in the counter of a campaign, or of a channel in it. Amounts are in the currency of the campaign. */
export const parseMetricTotals = (counter: CounterItem, currency: string): MetricTotals => ({
  impressions: Number(counter.i ?? 0),
  clicks: counter.i && !counter.k && !counter.n ? null : Number(counter.k ?? 0),
  conversions: Number(counter.v ?? 0),
  cost: joinAmount(counter, COST_PARTS, currency),
  revenue: joinAmount(counter, REVENUE_PARTS, currency),
});

/** Returns the cost of the days from `from` to `to` in the counters of their months, by month. */
export function sumDayCosts(counters: ReadonlyMap<string, CounterItem>, days: readonly string[], currency: string): Amount {
  const amounts = days.map((day) => {
    const name = day.slice(8);
    return joinAmount(counters.get(day.slice(0, 7)) ?? {}, [name + DAY_PARTS[0], name + DAY_PARTS[1]], currency);
  });
  return Money.sum(amounts, currencyDecimals(currency));
}

/** The figures that follow from the numbers of a row. A figure is null if one of its numbers is unknown, or its divisor is 0. */
export function deriveFigures({ impressions, clicks, conversions, cost, revenue }: MetricNumbers) {
  const amount = cost ?? revenue ?? "0";
  const figures = computeFigures({
    ...{ sent: 0, opened: 0, clicked: 0, responded: 0, converted_members: 0 },
    impressions: impressions ?? 0,
    clicks: clicks ?? 0,
    conversions: conversions ?? 0,
    cost: cost ?? Money.zero(Money.countDecimals(amount)),
    revenue: revenue ?? Money.zero(Money.countDecimals(amount)),
  });
  return {
    click_through_rate: clicks === null ? null : figures.click_through_rate,
    cost_per_click: cost === null ? null : figures.cost_per_click,
    click_conversion_rate: conversions === null ? null : figures.click_conversion_rate,
    roi: cost === null || revenue === null ? null : figures.roi,
  };
}

const addCounts = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : a + b);
const addAmounts = (a: Amount | null, b: Amount | null): Amount | null => (a === null || b === null ? (a ?? b) : Money.add(a, b));

/** Adds the numbers of two rows of one currency. A number that is unknown in one row is that of the other. */
export const addMetrics = (a: MetricNumbers, b: MetricNumbers): MetricNumbers => ({
  impressions: addCounts(a.impressions, b.impressions),
  clicks: addCounts(a.clicks, b.clicks),
  conversions: addCounts(a.conversions, b.conversions),
  cost: addAmounts(a.cost, b.cost),
  revenue: addAmounts(a.revenue, b.revenue),
});

const noMetrics: MetricNumbers = { impressions: null, clicks: null, conversions: null, cost: null, revenue: null };

export const metricGroups = ["day", "channel", "week", "month"] as const;
type MetricGroup = (typeof metricGroups)[number];

/** Returns the Monday of the week of a day. */
export const startOfWeek = (day: string): string => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

const groupKeys: Readonly<Record<MetricGroup, (row: Pick<MetricRow, "metric_date" | "channel_id">) => string>> = {
  day: ({ metric_date }) => metric_date,
  channel: ({ channel_id }) => channel_id,
  week: ({ metric_date }) => startOfWeek(metric_date),
  month: ({ metric_date }) => metric_date.slice(0, 7),
};

/** Returns the sums of rows by day, Monday of the week, month (`YYYY-MM`) or channel, in ascending order of this key. */
export function groupMetrics(rows: readonly MetricRow[], group: MetricGroup): { key: string; numbers: MetricNumbers }[] {
  const sums = new Map<string, MetricNumbers>();
  for (const row of rows) {
    const key = groupKeys[group](row);
    sums.set(key, addMetrics(sums.get(key) ?? noMetrics, row));
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, numbers]) => ({ key, numbers }));
}
