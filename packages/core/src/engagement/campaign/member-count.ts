import { Counter } from "../../storage/read/counter.ts";
import { separateScope } from "../../storage/table/collection.ts";
import { CAMPAIGN_MEMBER } from "./campaign.kind.ts";
import type { MemberStep } from "./campaign-status.rules.ts";

/** Returns the number of active members of a campaign, from counters; with `statuses` only of these. Two counters are read. */
export async function readActive(campaignId: string, statuses: readonly MemberStep[] | null): Promise<number> {
  const [all, inactive] = [separateScope("campaign", campaignId), separateScope("inactive_campaign", campaignId)];
  const counters = await Counter.read(CAMPAIGN_MEMBER.name, [all, inactive]);
  const counts = statuses?.map((status) => Counter.filterCount("status", status)) ?? [Counter.LIVE];
  const sum = (scope: string): number => counts.reduce((total, count) => total + Counter.sum(counters, [scope], count), 0);
  return Math.max(0, sum(all) - sum(inactive));
}

export * as MemberCount from "./member-count.ts";
