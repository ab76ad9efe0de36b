import { MAX_DATE } from "./date-bounds.ts";

/** Months of days, which are `YYYY-MM-DD`. Pure. */

/** Returns the number of the month of a day. Months are counted from the year 0. */
export const toMonthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
export const toDayOfMonth = (day: string): number => Number(day.slice(8));

/** Returns the number of days of a month. */
export const daysInMonth = (month: number): number => {
  const [year, number] = [Math.floor(month / 12), (month % 12) + 1];
  if (number === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(number) ? 30 : 31;
};

const formatDate = (month: number, day: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** Returns the day `months` later, or the last day of a shorter month. After the year 9999 it returns MAX_DATE. */
export function addMonths(day: string, months: number): string {
  const month = toMonthNumber(day) + months;
  if (month > toMonthNumber(MAX_DATE)) return MAX_DATE;
  return formatDate(month, Math.min(toDayOfMonth(day), daysInMonth(month)));
}
