import { listDomains } from "../../kernel/tenant-domains.ts";
import type { Difference } from "../../storage/stream/recount-difference.ts";

/** Figures that a domain stores for each day in the tenant's time zone, and how a finished day is taken (docs/platform/daily-figures.md). */
export interface DailyFigure {
  /** The part of the tenant's keys under which the taken days are stored. */
  storageKey: string;
  /**
   * Takes finished days, from the first to the last, and returns the stored figures that differ from the records. The result is the same if the days
   * are taken again, by two processes at once, or after a kill at any point.
   */
  take(from: string, to: string): Promise<readonly Difference[]>;
}

/** Loads all daily figures from the modules that the domains name. */
export async function loadDailyFigures(): Promise<DailyFigure[]> {
  const loads = listDomains().flatMap(({ days = {} }) => Object.values(days));
  return (await Promise.all(loads.map((load) => load()))) as DailyFigure[];
}
