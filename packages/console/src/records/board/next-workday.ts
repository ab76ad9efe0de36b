const DAY_MS = 24 * 60 * 60 * 1000;
const [SUNDAY, SATURDAY] = [0, 6];

/** Returns the first day after a day that is not on a weekend, as `2026-11-27`. */
export function findWorkday(day: string): string {
  let next = Date.parse(`${day}T00:00:00Z`) + DAY_MS;
  while ([SUNDAY, SATURDAY].includes(new Date(next).getUTCDay())) next += DAY_MS;
  return new Date(next).toISOString().slice(0, 10);
}
