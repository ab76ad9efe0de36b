import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { getAll } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { MAX_ANCESTORS } from "./roll-up.rules.ts";

/** Where customers stand below each other, at any depth, and in no circle. */

/** The customer and those above it, nearest first; deleted ones keep their places. */
export async function loadPathToRoot(id: string): Promise<CustomerRecord[]> {
  const way: CustomerRecord[] = [];
  const passed = new Set<string>();
  for (let next: string | null = id; next && !passed.has(next); ) {
    passed.add(next);
    const customer: CustomerRecord | undefined = await Records.load(Customers, next);
    if (!customer) break;
    way.push(customer);
    next = customer.parent_customer_id;
  }
  return way;
}

/** Where a customer stands: how deep, and below whom. */
type TreePosition = Pick<CustomerRecord, "hierarchy_level" | "ancestor_ids">;
type PositionedCustomer = TreePosition & Pick<CustomerRecord, "id" | "parent_customer_id">;

/** The place right below a customer, or by itself. */
const positionBelow = (above: PositionedCustomer | undefined): TreePosition =>
  above
    ? { hierarchy_level: above.hierarchy_level + 1, ancestor_ids: [above.id, ...above.ancestor_ids].slice(0, MAX_ANCESTORS) }
    : { hierarchy_level: 0, ancestor_ids: [] };

/** The place of what is new, or back; where the one above it moves meanwhile, it follows as an event says so. */
export const loadPositionUnder = async (parent: string | null): Promise<TreePosition> =>
  positionBelow(parent ? await Records.load(Customers, parent) : undefined);

/**
 * The place at which the transaction puts a customer: below another that is still there, and not below itself. Every move writes the
 * fences of the trees that it is from and to, and holds only while nobody has since they were read; the way up is read behind
 * that. So whatever moved meanwhile is read again, however long a circle it would make.
 */
export async function requirePosition(
  tx: Transaction,
  customer: PositionedCustomer,
  before?: PositionedCustomer,
): Promise<TreePosition> {
  const { id, parent_customer_id: to } = customer;
  if (before && before.parent_customer_id === to) return toPosition(before);
  if (to) tx.requireLive(to, () => new WriteConflict(`The customer ${to} is gone by now`));
  // Nobody stands below one that is new.
  if (!before) return toPosition(customer);
  const way = await lockPath(tx, [id], to);
  if (way.some((above) => above.id === id)) throw invalid("parent_customer_id", "Stands below this customer");
  return { hierarchy_level: way.length, ancestor_ids: way.slice(0, MAX_ANCESTORS).map((above) => above.id) };
}

const toPosition = ({ hierarchy_level, ancestor_ids }: TreePosition): TreePosition => ({ hierarchy_level, ancestor_ids });

/** The way up from where customers are put, which stays so until the transaction is written; they come from the trees of `ids`. */
export async function lockPath(tx: Transaction, ids: readonly string[], to: string | null): Promise<CustomerRecord[]> {
  const touched = [...ids, ...(to ? [to] : [])];
  const fences = await readTreeLocks(await findRoots(touched));
  const [way, roots] = [to ? await loadPathToRoot(to) : [], await findRoots(touched)];
  if (roots.length !== fences.length || roots.some((root, at) => root !== fences[at]?.root))
    throw new WriteConflict("The trees are others by now");
  for (const { key, revision } of fences) bumpTreeLock(tx, key, revision);
  return way;
}

async function findRoots(ids: readonly string[]): Promise<string[]> {
  const ways = await Promise.all(ids.map(loadPathToRoot));
  return [...new Set(ways.flatMap((way) => way.at(-1)?.id ?? []))].sort();
}

interface TreeLock {
  root: string;
  key: Key;
  /** Rises with each move in the tree; 0 where there was none. */
  revision: number;
}

async function readTreeLocks(roots: readonly string[]): Promise<TreeLock[]> {
  const keys = roots.map((root) => ({ pk: tenantKey(useTenant(), "TREE", root), sk: "fence" }));
  const items = await getAll(keys);
  return roots.map((root, at) => ({ root, key: keys[at] as Key, revision: Number(items[at]?.revision ?? 0) }));
}

function bumpTreeLock(tx: Transaction, key: Key, revision: number): void {
  const refused = () => new WriteConflict("Another customer was moved in this tree");
  const item = { ...key, revision: revision + 1 };
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: refused });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: refused });
}

/** A customer that is back stands where it stood, or by itself where that is gone. */
export async function restorePosition(tx: Transaction, customer: CustomerRecord): Promise<Partial<CustomerRecord>> {
  const { parent_customer_id: to } = customer;
  if (!to) return {};
  if (await Records.load(Customers, to, { live: true })) {
    tx.requireLive(to, () => new WriteConflict(`The customer ${to} is gone by now`));
    return loadPositionUnder(to);
  }
  const alone = { ...customer, parent_customer_id: null };
  return { parent_customer_id: null, ...(await requirePosition(tx, alone, customer)) };
}

/** Those that stand right below a customer. */
export const childPartitions = (id: string): Partition[] => [{ index: "by_related", facets: { parent_customer_id: id } }];

const CHUNK_SIZE = 25;

/**
 * Brings a customer below the one above it, and then those right below; each that moves is an event of its own, so the others follow
 * level by level, and what is right already is not written.
 */
export async function onCustomerMoved({ record_id }: DomainEvent): Promise<void> {
  await refreshPosition(record_id);
  let after: string | undefined;
  for (;;) {
    const ids = await listKeysAfter(Customers, childPartitions(record_id), { order: "asc", after, most: CHUNK_SIZE });
    for (const id of ids) await refreshPosition(id);
    if (ids.length < CHUNK_SIZE) return;
    after = ids.at(-1);
  }
}

const refreshPosition = (id: string): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Customers, id, async (current) => ({ ...current, ...(await loadPositionUnder(current.parent_customer_id)) })),
  );

export * as Tree from "./tree.ts";
