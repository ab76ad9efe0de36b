/** Chooses the sheet of a workbook that is a table: some programs put a summary or a cover before it. */

/** Rows that count: a table of twenty rows is as much a table as one of a thousand. */
const ENOUGH_ROWS = 20;

/** Rates how much a sheet looks like a table: by its columns, those with usual names twice more, and by its rows. */
export function rateSheet(header: readonly string[], rowCount: number, isColumnName: (name: string) => boolean): number {
  const usualCount = header.filter(isColumnName).length;
  return (header.length + 2 * usualCount) * Math.min(rowCount, ENOUGH_ROWS);
}

/** Returns the index of the first sheet that is at least half as much a table as the best one, because workbooks begin with what matters. */
export function selectTable(ratings: readonly number[]): number {
  const best = Math.max(...ratings);
  return ratings.findIndex((rating) => rating * 2 >= best);
}
