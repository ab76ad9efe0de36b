import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { readItems } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { DealRecord } from "./deal.entity.ts";
import { DEAL } from "./deal.kind.ts";
import { findHeldOpportunity } from "./deal.rules.ts";

/**
 * The deals of an opportunity that are neither cancelled nor deleted. One item per opportunity, written in the transaction of the deal: of two
 * concurrent deals for the same opportunity, the second fails.
 */

interface OpportunityDeals {
  key: Key;
  /** The first ten ids. */
  ids: readonly string[];
  count: number;
  /** Grows by one with each write; 0 if there was no deal yet. */
  revision: number;
}

const MAX_IDS = 10;

async function read(opportunities: readonly string[]): Promise<OpportunityDeals[]> {
  const keys = opportunities.map((id) => ({ pk: tenantKey(useTenant(), "DEALSOF", id), sk: "deals" }));
  const items = await readItems(keys);
  return keys.map((key, index) => ({
    key,
    ids: (items[index]?.deal_ids as string[] | undefined) ?? [],
    count: Number(items[index]?.count ?? 0),
    revision: Number(items[index]?.revision ?? 0),
  }));
}

function write(
  tx: Transaction,
  { key, revision }: OpportunityDeals,
  { ids, count }: Pick<OpportunityDeals, "ids" | "count">,
): void {
  const item = { ...key, deal_ids: ids.slice(0, MAX_IDS), count, revision: revision + 1 };
  const buildConflict = () => new WriteConflict("The deals of the opportunity have changed");
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: buildConflict });
}

/** Returns whether the opportunity has a deal. The answer can be outdated; `trackDeal` checks it again when it writes. */
export const hasDeal = async (opportunity: string): Promise<boolean> => ((await read([opportunity]))[0]?.count ?? 0) > 0;

/** Updates the deals of the opportunities in the transaction. `before` is null for a new or restored deal, `after` is null for a deleted one. */
export async function trackDeal(tx: Transaction, before: DealRecord | null, after: DealRecord | null): Promise<void> {
  const [previousOpportunity, nextOpportunity] = [findHeldOpportunity(before), findHeldOpportunity(after)];
  if (previousOpportunity === nextOpportunity) return;
  const id = String((after ?? before)?.id);
  const opportunityIds = [previousOpportunity, nextOpportunity].filter((opportunityId) => opportunityId !== null);
  const dealLists = await read(opportunityIds);
  const findDeals = (opportunity: string) => dealLists[opportunityIds.indexOf(opportunity)] as OpportunityDeals;
  if (previousOpportunity !== null) {
    const leaving = findDeals(previousOpportunity);
    write(tx, leaving, { ids: leaving.ids.filter((dealId) => dealId !== id), count: leaving.count - 1 });
  }
  if (nextOpportunity === null) return;
  const nextDeals = findDeals(nextOpportunity);
  if (nextDeals.count > 0 && !after?.is_additional) throw await secondDealRejection(nextDeals);
  write(tx, nextDeals, { ids: [...nextDeals.ids, id], count: nextDeals.count + 1 });
}

async function secondDealRejection({ ids: [first] }: OpportunityDeals): Promise<Error> {
  const isShown = first !== undefined && (await Records.isVisible(DEAL, first));
  return conflict("The opportunity already has a deal: set `another` to create one more", [
    { field: "opportunity_id", message: isShown ? first : "Has a deal that you may not see" },
  ]);
}
