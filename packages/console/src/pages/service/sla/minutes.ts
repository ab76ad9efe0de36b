import { numberFormat } from "../../../ui/i18n/formatters.ts";

/** Targets of service levels: minutes of working time. Pure. */

const HOUR = 60;

const formatUnit = (count: number, unit: "hour" | "minute", locale: string): string =>
  numberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(count);

/** Writes minutes as hours and minutes: `1 hour 30 minutes`. Working days have no fixed length, so there are no days. */
export function formatMinutes(minutes: number, locale: string): string {
  const [hours, rest] = [Math.floor(minutes / HOUR), minutes % HOUR];
  const parts = [
    ...(hours > 0 ? [formatUnit(hours, "hour", locale)] : []),
    ...(rest > 0 || hours === 0 ? [formatUnit(rest, "minute", locale)] : []),
  ];
  return parts.join(" ");
}

/** Reads `90`, `1:30`, `1.5h`, `2 h` and `45 min` as minutes. A number alone is hours. Undefined for what is none of them. */
export function parseMinutes(text: string): number | null | undefined {
  const trimmed = text.trim().toLowerCase().replaceAll(",", ".");
  if (trimmed === "") return null;
  const clock = /^(\d{1,5}):([0-5]\d)$/.exec(trimmed);
  if (clock) return Number(clock[1]) * HOUR + Number(clock[2]);
  const [, number, unit = "h"] = /^(\d{1,6}(?:\.\d{1,2})?)\s*(h|hours?|m|min|minutes?)?$/.exec(trimmed) ?? [];
  if (number === undefined) return undefined;
  const minutes = Math.round(Number(number) * (unit.startsWith("m") ? 1 : HOUR));
  return minutes > 0 ? minutes : undefined;
}

/** Writes minutes as the input shows them: `1:30`. */
export const formatMinutesInput = (minutes: number | null | undefined): string =>
  minutes === null || minutes === undefined ? "" : `${Math.floor(minutes / HOUR)}:${String(minutes % HOUR).padStart(2, "0")}`;
