import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { getAll } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { DEAL } from "./deal.domain.ts";
import type { DealRecord } from "./deal.entity.ts";
import { findHeldOpportunity } from "./deal.rules.ts";

/**
 * Which deals an opportunity has that are neither cancelled nor deleted: an item for each opportunity, written in the transaction of the
 * deal, so of two who make a deal of the same opportunity at once the second hears of the first.
 */

interface OpportunityDeals {
  key: Key;
  /** The first ten. */
  ids: readonly string[];
  count: number;
  /** Rises with each write; 0 where it never had a deal. */
  revision: number;
}

const MAX_IDS = 10;

async function read(opportunities: readonly string[]): Promise<OpportunityDeals[]> {
  const keys = opportunities.map((id) => ({ pk: tenantKey(useTenant(), "DEALSOF", id), sk: "deals" }));
  const items = await getAll(keys);
  return keys.map((key, at) => ({
    key,
    ids: (items[at]?.deal_ids as string[] | undefined) ?? [],
    count: Number(items[at]?.count ?? 0),
    revision: Number(items[at]?.revision ?? 0),
  }));
}

function write(
  tx: Transaction,
  { key, revision }: OpportunityDeals,
  { ids, count }: Pick<OpportunityDeals, "ids" | "count">,
): void {
  const item = { ...key, deal_ids: ids.slice(0, MAX_IDS), count, revision: revision + 1 };
  const refused = () => new WriteConflict("The deals of the opportunity are others by now");
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: refused });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: refused });
}

/** Whether an opportunity has a deal: what `move` writes later holds only while that is so. */
export const hasDeal = async (opportunity: string): Promise<boolean> => ((await read([opportunity]))[0]?.count ?? 0) > 0;

/** Adds to the transaction what a deal takes and gives free: `before` is null where it comes to life, `after` where it goes. */
export async function trackDeal(tx: Transaction, before: DealRecord | null, after: DealRecord | null): Promise<void> {
  const [left, taken] = [findHeldOpportunity(before), findHeldOpportunity(after)];
  if (left === taken) return;
  const id = String((after ?? before)?.id);
  const named = [left, taken].filter((each) => each !== null);
  const held = await read(named);
  const of = (opportunity: string) => held[named.indexOf(opportunity)] as OpportunityDeals;
  if (left !== null) {
    const leaving = of(left);
    write(tx, leaving, { ids: leaving.ids.filter((each) => each !== id), count: leaving.count - 1 });
  }
  if (taken === null) return;
  const taking = of(taken);
  if (taking.count > 0 && !after?.is_additional) throw await secondDealRejection(taking);
  write(tx, taking, { ids: [...taking.ids, id], count: taking.count + 1 });
}

async function secondDealRejection({ ids: [first] }: OpportunityDeals): Promise<Error> {
  const isShown = first !== undefined && (await Records.isVisible(DEAL, first));
  return conflict("The opportunity has a deal already: say `another` to have one more", [
    { field: "opportunity_id", message: isShown ? first : "Has one that you may not see" },
  ]);
}
