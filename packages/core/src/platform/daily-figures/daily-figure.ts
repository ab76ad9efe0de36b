import { usePorts } from "../../kernel/context.ts";
import type { Difference } from "../../storage/stream/recount-difference.ts";

/** What a domain keeps of each day in the tenant's time zone, and how a day that is over is taken (docs/platform/daily-figures.md). */
export interface DailyFigure {
  /** The part of the tenant's keys under which it stands which days were taken. */
  storageKey: string;
  /**
   * Takes days that are over, from the first to the last, and tells what was kept of them that records do not say. Taken again, by two
   * at once, or after a kill anywhere, they come to the same.
   */
  take(from: string, to: string): Promise<readonly Difference[]>;
}

/** All of them, by the modules that domains name. */
export async function loadDailyFigures(): Promise<DailyFigure[]> {
  const loads = usePorts().domains.flatMap(({ days = {} }) => Object.values(days));
  return (await Promise.all(loads.map((load) => load()))) as DailyFigure[];
}
