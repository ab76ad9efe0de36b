import Holidays from "date-holidays";
import { invalidAll } from "../../kernel/error.ts";
import { addDays } from "../../kernel/time-zone.ts";
import type { PublicHoliday } from "./calendar.entity.ts";

/** Public holidays by country. The library contains several megabytes of data, so it is loaded only when a calendar with a country is written. */

const [HOUR_MS, DAY_MS] = [60 * 60 * 1000, 24 * 60 * 60 * 1000];

/** Lists the public holidays of a country or region, with each day of a holiday that lasts several days. Holidays of half a day are left out. */
export function listPublicHolidays(country: string, region: string | null, from: number, to: number): PublicHoliday[] {
  const catalog = new Holidays();
  if (!Object.hasOwn(catalog.getCountries(), country))
    throw invalidAll([
      { field: "holiday_country", message: "No public holidays are available for this country: enter them in holidays" },
    ]);
  const regions = catalog.getStates(country) ?? {};
  if (region !== null && !Object.hasOwn(regions, region))
    throw invalidAll([
      {
        field: "holiday_region",
        message: `No such region. Regions of the country: ${Object.keys(regions).join(", ") || "there are none"}`,
      },
    ]);
  const calendar = region === null ? new Holidays(country) : new Holidays(country, region);
  const years = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const publicHolidays = years.flatMap((year) => calendar.getHolidays(year)).filter(({ type }) => type === "public");
  const days = publicHolidays.flatMap(({ date, start, end, name }) => {
    // A day on which clocks change is an hour shorter or longer.
    const count = Math.floor((end.getTime() - start.getTime() + HOUR_MS) / DAY_MS);
    return Array.from({ length: count }, (_, index) => ({ date: addDays(date.slice(0, 10), index), name }));
  });
  return [...new Map(days.map((day) => [day.date, day])).values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}
