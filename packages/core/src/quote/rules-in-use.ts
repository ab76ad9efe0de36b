import { useTenant } from "../kernel/context.ts";
import { conflict } from "../kernel/error.ts";
import { Cache } from "../storage/table/cache.ts";
import { cacheOwner, getAll } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { inOrder } from "./pricing.rules.ts";
import { type PricingRuleRecord, PricingRules } from "./pricing-rule.entity.ts";

/**
 * Which pricing rules are in use: an item of the tenant with their ids, written with each of them. So every price goes by the
 * rules as they are when it is made, with one read where they are known already, and there are no more than can be asked of
 * every line.
 */

export const MOST_RULES = 200;

interface InUse {
  ids: readonly string[];
  /** Rises with each write of a rule; 0 where there never was one. */
  revision: number;
}

const key = (): Key => ({ pk: tenantKey(useTenant(), "PRICING"), sk: "rules" });

async function read(): Promise<InUse> {
  const [item] = await getAll([key()]);
  return { ids: (item?.rule_ids as string[] | undefined) ?? [], revision: Number(item?.revision ?? 0) };
}

const isInUse = (rule: PricingRuleRecord | null): boolean => rule?.is_active === true && rule.deleted_at === null;

/** Adds to the transaction of a rule what it is from then on: `before` is null where it is new, `after` where it is deleted. */
export async function move(
  tx: Transaction,
  id: string,
  before: PricingRuleRecord | null,
  after: PricingRuleRecord | null,
): Promise<void> {
  if (!isInUse(before) && !isInUse(after)) return;
  const { ids, revision } = await read();
  const others = ids.filter((each) => each !== id);
  const next = isInUse(after) ? [...others, id] : others;
  if (next.length > MOST_RULES)
    throw conflict(`At most ${MOST_RULES} pricing rules are in use: retire one first`, [
      { field: "is_active", message: `${MOST_RULES} are in use` },
    ]);
  const item = { ...key(), rule_ids: next, revision: revision + 1 };
  const refused = () => new Moved("Another pricing rule was written");
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", refused });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, refused });
}

/** A revision never changes what it stands for but by a change that comes at the same moment, and has a revision of its own. */
const known = new Cache<readonly PricingRuleRecord[]>(300, 1000);

/** In the order in which they are asked. */
export async function inUse(): Promise<readonly PricingRuleRecord[]> {
  const { ids, revision } = await read();
  if (ids.length === 0) return [];
  return known.get(`${cacheOwner()}/${useTenant()}/${revision}`, async () => {
    const rules = await Records.loadMany(PricingRules, ids, { live: true });
    return inOrder(rules.filter((rule) => rule !== undefined));
  });
}
