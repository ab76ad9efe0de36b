import { campaignScope } from "../../sales/opportunity/campaign-sales.rules.ts";
import { type CounterSums, noCounterSums } from "../../storage/table/collection.ts";
import type { MemberInstants } from "./campaign-status.rules.ts";
import type { ResponseKind } from "./response.rules.ts";

/**
 * What members and responses add to the counter of their campaign, of the same name in their own kind (docs/engagement/campaigns.md, Figures). Pure.
 */

export { campaignPartScope, campaignScope } from "../../sales/opportunity/campaign-sales.rules.ts";

/** The numbers that live members add: 1 for each that is a member, and 1 for each instant that is set. */
const memberCountNames = [
  "added",
  "sent",
  "tracked",
  "opened",
  "clicked",
  "responded",
  "converted",
  "bounced",
  "opted_out",
] as const;

interface CountedRecord {
  campaign_id: string;
  deleted_at: string | null;
}

/** Returns what a member adds. A removed or merged member adds nothing. */
export function buildMemberSums(member: CountedRecord & MemberInstants): CounterSums {
  if (member.deleted_at) return noCounterSums;
  const names = memberCountNames.filter((name) => name === "added" || Boolean(member[`${name}_at`]));
  return { scopes: [campaignScope(member.campaign_id)], counts: Object.fromEntries(names.map((name) => [name, 1])) };
}

/** Returns what a response adds: 1 to the number that is named as its kind, such as `FORM`. */
export const buildResponseSums = ({ campaign_id, deleted_at, kind }: CountedRecord & { kind: ResponseKind }): CounterSums =>
  deleted_at ? noCounterSums : { scopes: [campaignScope(campaign_id)], counts: { [kind]: 1 } };
