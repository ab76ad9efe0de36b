import { relativeFormat } from "../i18n/formatters.ts";
import type { Translate } from "../i18n/use-text.ts";
import type { FilterCondition, FilterType } from "./filter-operators.ts";

/** Dates of filters that are relative to the day or the moment of a request (docs/api.md, "Relative dates"), in words. */

type Unit = "second" | "hour" | "day" | "week" | "month" | "quarter" | "year";

const units: Readonly<Record<string, Unit>> = { h: "hour", d: "day", w: "week", m: "month", q: "quarter", y: "year" };
const steps: Readonly<Record<string, number>> = { last: -1, this: 0, next: 1 };
const days: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

/** Returns the words for a relative date; undefined for any other text. */
export function nameRelativeDate(text: string, locale: string, t: Translate): string | undefined {
  const say = (count: number, unit: Unit): string => relativeFormat(locale, { numeric: "auto" }).format(count, unit);
  const value = text.trim().toLowerCase();
  const [, step = "", span] = /^(last|this|next)_(week|month|quarter|year)$/.exec(value) ?? [];
  if (span !== undefined) return say(steps[step] ?? 0, span as Unit);
  const [, direction, length] = /^(last|next)_(\d{1,4})_days$/.exec(value) ?? [];
  const count = Number(length);
  if (direction === "last") return t("last {count, plural, one {day} other {# days}}", { count });
  if (direction === "next") return t("next {count, plural, one {day} other {# days}}", { count });
  const [, sign, distance, unit = ""] = /^(?:today|now)([+\s-])(\d{1,4})([hdwmqy])$/.exec(value) ?? [];
  if (distance !== undefined) return say(sign === "-" ? -Number(distance) : Number(distance), units[unit] ?? "day");
  if (value === "now") return say(0, "second");
  return days[value] === undefined ? undefined : say(days[value], "day");
}

export interface DatePreset extends Pick<FilterCondition, "operator"> {
  readonly value: string;
}

/** The relative dates that a filter offers beside a date. The last one means overdue. */
export const listDatePresets = (type: FilterType): readonly DatePreset[] => [
  { operator: "eq", value: "today" },
  { operator: "eq", value: "this_week" },
  { operator: "eq", value: "this_month" },
  { operator: "eq", value: "last_7_days" },
  { operator: "eq", value: "last_30_days" },
  { operator: "eq", value: "next_7_days" },
  { operator: "lt", value: type === "date" ? "today" : "now" },
];
