import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { Cache } from "../../storage/table/cache.ts";
import { cacheTenant, readItems } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { sortByPriority } from "./pricing.rules.ts";
import { type PricingRuleRecord, PricingRules } from "./pricing-rule.entity.ts";

/**
 * The item with the ids of the tenant's active pricing rules. It is written with every change of a rule, so each pricing uses the present rules. With
 * a cached revision this costs one read. The item also limits the number of active rules.
 */

const MAX_RULES = 200;

interface ActiveRules {
  ids: readonly string[];
  /** Grows with each write of a rule; 0 if there was never one. */
  revision: number;
}

const activeRulesKey = (): Key => ({ pk: tenantKey(useTenant(), "PRICING"), sk: "rules" });

async function read(): Promise<ActiveRules> {
  const [item] = await readItems([activeRulesKey()]);
  return { ids: (item?.rule_ids as string[] | undefined) ?? [], revision: Number(item?.revision ?? 0) };
}

const isActive = (rule: PricingRuleRecord | null): boolean => rule?.is_active === true && rule.deleted_at === null;

/** Updates the item in the transaction of a rule. `before` is null for a new or restored rule, `after` is null for a deleted one. */
export async function trackRule(
  tx: Transaction,
  id: string,
  before: PricingRuleRecord | null,
  after: PricingRuleRecord | null,
): Promise<void> {
  if (!isActive(before) && !isActive(after)) return;
  const { ids, revision } = await read();
  const otherIds = ids.filter((ruleId) => ruleId !== id);
  const next = isActive(after) ? [...otherIds, id] : otherIds;
  if (next.length > MAX_RULES)
    throw conflict(`At most ${MAX_RULES} pricing rules can be active: retire one first`, [
      { field: "is_active", message: `${MAX_RULES} pricing rules are active` },
    ]);
  const item = { ...activeRulesKey(), rule_ids: next, revision: revision + 1 };
  const createConflict = () => new WriteConflict("Another pricing rule was changed at the same time");
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: createConflict });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: createConflict });
}

/** The cache key contains the revision. A concurrent change can get into an entry, but it has a revision of its own, so no entry becomes stale. */
const rulesCache = new Cache<readonly PricingRuleRecord[]>(300, 1000);

/** Returns the active rules in the order in which they are evaluated. */
export async function loadActiveRules(): Promise<readonly PricingRuleRecord[]> {
  const { ids, revision } = await read();
  if (ids.length === 0) return [];
  return rulesCache.get(`${cacheTenant()}/${useTenant()}/${revision}`, async () => {
    const rules = await Records.loadMany(PricingRules, ids, { live: true });
    return sortByPriority(rules.filter((rule) => rule !== undefined));
  });
}
