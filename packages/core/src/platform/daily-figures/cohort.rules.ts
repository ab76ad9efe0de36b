/** Cohorts: records by the month of their creation, and what became of them in the months after. Pure. */

/** Months after the creation that are counted apart; later ones are counted with the last. */
export const MAX_MONTHS_AFTER = 12;

const toMonthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));

/** Returns the months from one day or month to another: 0 in the same month or before, `MAX_MONTHS_AFTER` then or later. */
export const countMonthsAfter = (created: string, day: string): number =>
  Math.min(MAX_MONTHS_AFTER, Math.max(0, toMonthNumber(day) - toMonthNumber(created)));
