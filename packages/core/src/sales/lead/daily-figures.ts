import { useSettings } from "../../kernel/context.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import type { DailyFigure } from "../../platform/daily-figures/daily-figure.ts";
import { listDays } from "../../platform/daily-figures/days.ts";
import { storeDay } from "../../platform/daily-figures/snapshot-items.ts";
import { readChangedIds } from "../../storage/read/change-index.ts";
import { Records } from "../../storage/write/records.ts";
import { LeadDay } from "./daily-figures.rules.ts";
import { Leads } from "./lead.entity.ts";

export const LEAD_DAYS = "LEADDAYS";

/** Days by which a day may have begun earlier than it does in the tenant's time zone of now. */
const MAX_ZONE_SHIFT_DAYS = 2;

/**
 * Leads made and converted on each day, by who has them when it is taken; also those that were deleted since. Each has changed since it was made
 * and converted, so nothing else is read than what changed since the first day.
 */
export const leadDailyFigures: DailyFigure = {
  storageKey: LEAD_DAYS,
  async take(from, to) {
    const days = new Map(listDays(from, to).map((day) => [day, new LeadDay()]));
    // What changes while this goes on is found on two days.
    const seen = new Set<string>();
    for await (const some of readChangedIds(Leads, startOfDay(useSettings().timezone, addDays(from, -MAX_ZONE_SHIFT_DAYS)))) {
      const ids = some.filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      for (const lead of await Records.loadMany(Leads, ids)) {
        if (!lead) continue;
        days.get(lead.created_day)?.add(lead.owner_id, "created");
        days.get(lead.converted_day ?? "")?.add(lead.owner_id, "converted");
      }
    }
    for (const [day, of] of days) await storeDay(LEAD_DAYS, day, { owners: of.owners, text: (owner) => of.text(owner) });
    return [];
  },
};
