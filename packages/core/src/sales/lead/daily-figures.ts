import { useSettings } from "../../kernel/context.ts";
import { addDays, listDays, startOfDay } from "../../kernel/time-zone.ts";
import type { DailyFigure } from "../../platform/daily-figures/daily-figure.ts";
import { storeDay } from "../../platform/daily-figures/snapshot-items.ts";
import { readChangedIds } from "../../storage/read/change-index.ts";
import { Records } from "../../storage/write/records.ts";
import { LeadDay } from "./daily-figures.rules.ts";
import { Leads } from "./lead.entity.ts";

export const LEAD_DAYS = "LEADDAYS";

/** Days that are read in addition, because a day may have begun earlier in a former time zone of the tenant. */
const MAX_ZONE_SHIFT_DAYS = 2;

/**
 * Counts the leads created and converted on each day, by their owner at the time of the run. Leads that were deleted since count as well.
 * Creation and conversion are changes, so it is enough to read the leads that changed since the first day.
 */
export const leadDailyFigures: DailyFigure = {
  storageKey: LEAD_DAYS,
  async take(from, to) {
    const days = new Map(listDays(from, to).map((day) => [day, new LeadDay()]));
    // A lead that changes during the run is found twice: under its old and its new day of change.
    const seen = new Set<string>();
    for await (const changedId of readChangedIds(
      Leads,
      startOfDay(useSettings().timezone, addDays(from, -MAX_ZONE_SHIFT_DAYS)),
    )) {
      const ids = changedId.filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      for (const lead of await Records.loadMany(Leads, ids)) {
        if (!lead) continue;
        days.get(lead.created_day)?.add(lead.owner_id, "created");
        days.get(lead.converted_day ?? "")?.add(lead.owner_id, "converted");
      }
    }
    for (const [day, leadDay] of days)
      await storeDay(LEAD_DAYS, day, { owners: leadDay.owners, text: (owner) => leadDay.text(owner) });
    return [];
  },
};
