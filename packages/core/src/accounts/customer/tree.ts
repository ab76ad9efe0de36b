import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { readItems } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { MAX_ANCESTORS } from "./roll-up.rules.ts";

/** The hierarchy of customers: any depth, without cycles. */

/** Loads the customer and its ancestors, nearest first. Deleted customers keep their position. */
export async function loadPathToRoot(id: string): Promise<CustomerRecord[]> {
  const path: CustomerRecord[] = [];
  const visitedIds = new Set<string>();
  for (let next: string | null = id; next && !visitedIds.has(next); ) {
    visitedIds.add(next);
    const customer: CustomerRecord | undefined = await Records.load(Customers, next);
    if (!customer) break;
    path.push(customer);
    next = customer.parent_customer_id;
  }
  return path;
}

/** The position of a customer in the hierarchy: its level and its ancestors. */
type TreePosition = Pick<CustomerRecord, "hierarchy_level" | "ancestor_ids">;
type PositionedCustomer = TreePosition & Pick<CustomerRecord, "id" | "parent_customer_id">;

/** Returns the position directly below a customer, or the position of a root. */
const positionBelow = (above: PositionedCustomer | undefined): TreePosition =>
  above
    ? { hierarchy_level: above.hierarchy_level + 1, ancestor_ids: [above.id, ...above.ancestor_ids].slice(0, MAX_ANCESTORS) }
    : { hierarchy_level: 0, ancestor_ids: [] };

/** Loads the position of a new or restored customer. If the parent moves meanwhile, the event of that move corrects it. */
export const loadPositionUnder = async (parent: string | null): Promise<TreePosition> =>
  positionBelow(parent ? await Records.load(Customers, parent) : undefined);

/**
 * Checks and returns the position that the transaction gives a customer: its parent must exist and must not be below the customer. Each
 * move bumps the locks of the trees that it leaves and enters, on the condition that no other move has bumped them since they were read.
 * The path to the root is read after the locks. So concurrent moves cannot form a cycle, however long.
 */
export async function requirePosition(
  tx: Transaction,
  customer: PositionedCustomer,
  before?: PositionedCustomer,
): Promise<TreePosition> {
  const { id, parent_customer_id } = customer;
  if (before && before.parent_customer_id === parent_customer_id) return toPosition(before);
  if (parent_customer_id)
    tx.requireLive(parent_customer_id, () => new WriteConflict(`The customer ${parent_customer_id} no longer exists`));
  // A new customer has no children, so it cannot form a cycle.
  if (!before) return toPosition(customer);
  const path = await lockPath(tx, [id], parent_customer_id);
  if (path.some((above) => above.id === id)) throw invalid("parent_customer_id", "Must not be below this customer");
  return { hierarchy_level: path.length, ancestor_ids: path.slice(0, MAX_ANCESTORS).map((above) => above.id) };
}

const toPosition = ({ hierarchy_level, ancestor_ids }: TreePosition): TreePosition => ({ hierarchy_level, ancestor_ids });

/**
 * Reads the path to the root from `to`, and locks it until the transaction is written. `ids` are the customers that move, in their present
 * trees.
 */
export async function lockPath(tx: Transaction, ids: readonly string[], to: string | null): Promise<CustomerRecord[]> {
  const affectedIds = [...ids, ...(to ? [to] : [])];
  const fences = await readTreeLocks(await findRoots(affectedIds));
  const [path, roots] = [to ? await loadPathToRoot(to) : [], await findRoots(affectedIds)];
  if (roots.length !== fences.length || roots.some((root, index) => root !== fences[index]?.root))
    throw new WriteConflict("The trees were changed concurrently");
  for (const { key, revision } of fences) bumpTreeLock(tx, key, revision);
  return path;
}

async function findRoots(ids: readonly string[]): Promise<string[]> {
  const paths = await Promise.all(ids.map(loadPathToRoot));
  return [...new Set(paths.flatMap((path) => path.at(-1)?.id ?? []))].sort();
}

interface TreeLock {
  root: string;
  key: Key;
  /** Rises with each move in the tree; 0 if there was none. */
  revision: number;
}

async function readTreeLocks(roots: readonly string[]): Promise<TreeLock[]> {
  const keys = roots.map((root) => ({ pk: tenantKey(useTenant(), "TREE", root), sk: "fence" }));
  const items = await readItems(keys);
  return roots.map((root, index) => ({ root, key: keys[index] as Key, revision: Number(items[index]?.revision ?? 0) }));
}

function bumpTreeLock(tx: Transaction, key: Key, revision: number): void {
  const buildConflict = () => new WriteConflict("Another customer in this tree was moved concurrently");
  const item = { ...key, revision: revision + 1 };
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: buildConflict });
}

/** Returns the position of a restored customer: below its former parent, or as a root if that parent is gone. */
export async function restorePosition(tx: Transaction, customer: CustomerRecord): Promise<Partial<CustomerRecord>> {
  const { parent_customer_id } = customer;
  if (!parent_customer_id) return {};
  if (await Records.load(Customers, parent_customer_id, { live: true })) {
    tx.requireLive(parent_customer_id, () => new WriteConflict(`The customer ${parent_customer_id} no longer exists`));
    return loadPositionUnder(parent_customer_id);
  }
  const alone = { ...customer, parent_customer_id: null };
  return { parent_customer_id: null, ...(await requirePosition(tx, alone, customer)) };
}

/** Partitions of the direct children of a customer. */
export const childPartitions = (id: string): Partition[] => [{ index: "by_related", facets: { parent_customer_id: id } }];

const CHUNK_SIZE = 25;

/**
 * Corrects the position of a customer and then of its direct children. Each child that changes publishes an event of its own, so the change
 * spreads level by level. Correct positions are not written.
 */
export async function onCustomerMoved({ record_id }: DomainEvent): Promise<void> {
  await refreshPosition(record_id);
  let after: string | undefined;
  for (;;) {
    const ids = await listKeysAfter(Customers, childPartitions(record_id), { order: "asc", after, limit: CHUNK_SIZE });
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
