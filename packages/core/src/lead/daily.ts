import { storeDay } from "../figures/snapshot-items.ts";
import type { Daily } from "../jobs/snapshot/daily.ts";
import { daysFrom } from "../jobs/snapshot/days.ts";
import { useSettings } from "../kernel/context.ts";
import { dayAfter, startOfDay } from "../kernel/zone.ts";
import { changedSince } from "../storage/read/changed.ts";
import { Records } from "../storage/write/records.ts";
import { LeadDay } from "./day.rules.ts";
import { Leads } from "./lead.entity.ts";

export const LEAD_DAYS = "LEADDAYS";

/** Days by which a day may have begun earlier than it does in the tenant's time zone of now. */
const ELSEWHERE = 2;

/**
 * Leads made and converted on each day, by who has them when it is taken; also those that were deleted since. Each has changed since it was made
 * and converted, so nothing else is read than what changed since the first day.
 */
export const daily: Daily = {
  kept: LEAD_DAYS,
  async take(from, to) {
    const days = new Map(daysFrom(from, to).map((day) => [day, new LeadDay()]));
    // What changes while this goes on is found on two days.
    const seen = new Set<string>();
    for await (const some of changedSince(Leads, startOfDay(useSettings().timezone, dayAfter(from, -ELSEWHERE)))) {
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
