import { numberFormat } from "../../../ui/i18n/formatters.ts";

/** Durations of workflows: `30m`, `2h`, `-3d`, `1w`. */

export const durationUnits = ["m", "h", "d", "w"] as const;
type DurationUnit = (typeof durationUnits)[number];

export interface Duration {
  readonly count: number;
  readonly unit: DurationUnit;
  /** Whether it is before a date. */
  readonly isBefore: boolean;
}

export function parseDuration(value: unknown): Duration | undefined {
  const [, sign, count, unit] = /^([+-]?)(\d{1,5})(m|h|d|w)$/.exec(String(value ?? "")) ?? [];
  return count === undefined ? undefined : { count: Number(count), unit: unit as DurationUnit, isBefore: sign === "-" };
}

export const writeDuration = ({ count, unit, isBefore }: Duration): string =>
  `${isBefore && count > 0 ? "-" : ""}${count}${unit}`;

const unitNames = { m: "minute", h: "hour", d: "day", w: "week" } as const;

/** Writes a duration without its sign: `2 days`. Undefined for what is none. */
export function formatDuration(value: unknown, locale: string): string | undefined {
  const duration = parseDuration(value);
  if (!duration) return undefined;
  return numberFormat(locale, { style: "unit", unit: unitNames[duration.unit], unitDisplay: "long" }).format(duration.count);
}

/** The name of a unit after a number, such as `days`. */
export const formatUnit = (unit: DurationUnit, count: number, locale: string): string =>
  numberFormat(locale, { style: "unit", unit: unitNames[unit], unitDisplay: "long" })
    .formatToParts(count)
    .filter(({ type }) => type === "unit")
    .map(({ value }) => value)
    .join("") || unitNames[unit];
