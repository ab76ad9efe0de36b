import { type Decimal, isDecimal } from "../../../ui/kit/decimal.ts";
import type { MetricGroup, MetricNumbers, MetricSummary } from "./campaign-types.ts";

/** Daily metrics as rows of tables and charts. */

export interface ChannelRow extends MetricNumbers {
  readonly id: string;
  readonly name: string;
}

/** Names a channel by its id. The label is in the language of the organization. */
export type NameChannel = (id: string, label: string | null) => string;

/** Returns the channels by their cost, the highest first. Those without a cost come last, by their clicks. */
export function listChannelRows({ groups }: Pick<MetricSummary, "groups">, nameChannel: NameChannel): ChannelRow[] {
  const amount = ({ cost }: MetricNumbers): number => (cost === null ? -1 : Number(cost));
  return groups
    .map(({ key, label, ...numbers }) => ({ ...numbers, id: key, name: nameChannel(key, label) }))
    .sort((left, right) => amount(right) - amount(left) || (right.clicks ?? 0) - (left.clicks ?? 0));
}

/** The most days that a chart shows one by one. More are added up by week. */
const MAX_DAYS = 92;

/** Returns by what a chart of a number of days adds up; `undefined` is all days. */
export const chooseGroup = (days: number | undefined): "day" | "week" =>
  days !== undefined && days <= MAX_DAYS ? "day" : "week";

const DAY_MS = 86_400_000;
const nextDay = (day: string, distance: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + distance * DAY_MS).toISOString().slice(0, 10);

/** The most points that a chart gets. A longer time has gaps between its points. */
const MAX_POINTS = 400;

/** Returns a point for each day or week from the first to the last one. Days without a row have no clicks and no cost. */
export function fillGaps(
  groups: readonly MetricGroup[],
  group: "day" | "week",
): { day: string; clicks: number; cost: Decimal }[] {
  const [first, last] = [groups[0]?.key, groups.at(-1)?.key];
  if (first === undefined || last === undefined) return [];
  const found = new Map(groups.map((entry) => [entry.key, entry]));
  const distance = group === "day" ? 1 : 7;
  const count = Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS / distance) + 1;
  const days =
    count > MAX_POINTS
      ? groups.map(({ key }) => key)
      : Array.from({ length: count }, (_, index) => nextDay(first, index * distance));
  return days.map((day) => {
    const { clicks = 0, cost = null } = found.get(day) ?? {};
    return { day, clicks: clicks ?? 0, cost: cost !== null && isDecimal(cost) ? cost : "0" };
  });
}

/** Where rows come from that people may change. The system writes the others, from what it counts. */
const ENTERED_SOURCES: readonly unknown[] = ["manual", "file", "api"];

export const isEntered = ({ source }: Readonly<Record<string, unknown>>): boolean => ENTERED_SOURCES.includes(source);

/** The input that writes a deleted row again. A cost that the system computed is computed again. */
export function toMetricInput(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { channel_id, metric_date, source, impressions, clicks, conversions, cost, revenue, cost_is_default } = row;
  return {
    ...{ channel_id, metric_date, source, impressions, clicks, conversions, revenue },
    ...(cost_is_default === true ? {} : { cost }),
  };
}
