import Holidays from "date-holidays";
import { invalidAll } from "../../kernel/error.ts";
import { addDays } from "../../kernel/time-zone.ts";
import type { PublicHoliday } from "./calendar.entity.ts";

/** Public holidays of the world. It comes with a table of some megabytes: loaded where a calendar is written that asks for it. */

const [HOUR_MS, DAY_MS] = [60 * 60 * 1000, 24 * 60 * 60 * 1000];

/** Whole days alone, each of those that last for several: one of half a day is no day on which nobody works. */
export function listPublicHolidays(country: string, region: string | null, from: number, to: number): PublicHoliday[] {
  const known = new Holidays();
  if (!Object.hasOwn(known.getCountries(), country))
    throw invalidAll([{ field: "holiday_country", message: "No holidays are known of this country: give them as holidays" }]);
  const regions = known.getStates(country) ?? {};
  if (region !== null && !Object.hasOwn(regions, region))
    throw invalidAll([
      { field: "holiday_region", message: `No such region: ${Object.keys(regions).join(", ") || "there are none"}` },
    ]);
  const calendar = region === null ? new Holidays(country) : new Holidays(country, region);
  const years = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const found = years.flatMap((year) => calendar.getHolidays(year)).filter(({ type }) => type === "public");
  const days = found.flatMap(({ date, start, end, name }) => {
    // A day on which clocks are moved has an hour less, or more.
    const count = Math.floor((end.getTime() - start.getTime() + HOUR_MS) / DAY_MS);
    return Array.from({ length: count }, (_, at) => ({ date: addDays(date.slice(0, 10), at), name }));
  });
  return [...new Map(days.map((day) => [day.date, day])).values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}
