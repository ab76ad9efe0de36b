import type { ListQuery } from "../../../api/kind.ts";

/** The rules of the pages of won and of lost opportunities. */

const DAY_MS = 86_400_000;

/** Returns the days from the creation of an opportunity to its end. Imported history may have ended before: that is 0 days. Undefined: not known. */
export function countCycleDays(created: unknown, closed: unknown): number | undefined {
  if (typeof created !== "string" || typeof closed !== "string") return undefined;
  const days = (Date.parse(`${closed.slice(0, 10)}T00:00:00Z`) - Date.parse(`${created.slice(0, 10)}T00:00:00Z`)) / DAY_MS;
  return Number.isFinite(days) ? Math.max(0, Math.round(days)) : undefined;
}

interface ClosedScope {
  readonly isWon: boolean;
  readonly from: string;
  readonly to: string;
  /** The id of an owner. */
  readonly owner?: string | undefined;
}

/** Returns the query of the list of won or lost opportunities of some days. */
export const buildClosedQuery = ({ isWon, from, to, owner }: ClosedScope): ListQuery => ({
  is_won: String(isWon),
  "closed_date[gte]": from,
  "closed_date[lte]": to,
  ...(owner === undefined ? {} : { owner_id: owner }),
});

interface Competitor {
  readonly id?: string;
  readonly competitor_name?: string;
  readonly is_primary_competitor?: boolean;
}

/** Names the competitor that an opportunity was lost to: the one that was chosen, or else the main one. */
export function nameCompetitor({ competitor_id, competitors }: Readonly<Record<string, unknown>>): string | undefined {
  const list = (Array.isArray(competitors) ? competitors : []) as readonly Competitor[];
  const found =
    list.find((competitor) => competitor.id === competitor_id) ?? list.find((competitor) => competitor.is_primary_competitor);
  return found?.competitor_name;
}
