import { useTenant } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import type { DomainEvent } from "../kernel/event.ts";
import type { Partition } from "../storage/read/query.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { getAll } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { KEPT } from "./roll-up.rules.ts";

/** Where customers stand below each other, at any depth, and in no circle. */

/** The customer and those above it, nearest first; deleted ones keep their places. */
export async function wayUp(id: string): Promise<CustomerRecord[]> {
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
type Place = Pick<CustomerRecord, "hierarchy_level" | "ancestor_ids">;
type Placed = Place & Pick<CustomerRecord, "id" | "parent_customer_id">;

/** The place right below a customer, or by itself. */
const placeBelow = (above: Placed | undefined): Place =>
  above
    ? { hierarchy_level: above.hierarchy_level + 1, ancestor_ids: [above.id, ...above.ancestor_ids].slice(0, KEPT) }
    : { hierarchy_level: 0, ancestor_ids: [] };

/** The place of what is new, or back; where the one above it moves meanwhile, it follows as an event says so. */
export const placeUnder = async (parent: string | null): Promise<Place> =>
  placeBelow(parent ? await Records.load(Customers, parent) : undefined);

/**
 * The place at which the transaction puts a customer: below another that is still there, and not below itself. Every move writes the
 * fences of the trees that it is from and to, and holds only while nobody has since they were read; the way up is read behind
 * that. So whatever moved meanwhile is read again, however long a circle it would make.
 */
export async function placed(tx: Transaction, customer: Placed, before?: Placed): Promise<Place> {
  const { id, parent_customer_id: to } = customer;
  if (before && before.parent_customer_id === to) return placeOf(before);
  if (to) tx.alive(to, () => new Moved(`The customer ${to} is gone by now`));
  // Nobody stands below one that is new.
  if (!before) return placeOf(customer);
  const way = await held(tx, [id], to);
  if (way.some((above) => above.id === id)) throw invalid("parent_customer_id", "Stands below this customer");
  return { hierarchy_level: way.length, ancestor_ids: way.slice(0, KEPT).map((above) => above.id) };
}

const placeOf = ({ hierarchy_level, ancestor_ids }: Place): Place => ({ hierarchy_level, ancestor_ids });

/** The way up from where customers are put, which stays so until the transaction is written; they come from the trees of `ids`. */
export async function held(tx: Transaction, ids: readonly string[], to: string | null): Promise<CustomerRecord[]> {
  const touched = [...ids, ...(to ? [to] : [])];
  const fences = await fencesOf(await rootsOf(touched));
  const [way, roots] = [to ? await wayUp(to) : [], await rootsOf(touched)];
  if (roots.length !== fences.length || roots.some((root, at) => root !== fences[at]?.root))
    throw new Moved("The trees are others by now");
  for (const { key, revision } of fences) raise(tx, key, revision);
  return way;
}

async function rootsOf(ids: readonly string[]): Promise<string[]> {
  const ways = await Promise.all(ids.map(wayUp));
  return [...new Set(ways.flatMap((way) => way.at(-1)?.id ?? []))].sort();
}

interface Fence {
  root: string;
  key: Key;
  /** Rises with each move in the tree; 0 where there was none. */
  revision: number;
}

async function fencesOf(roots: readonly string[]): Promise<Fence[]> {
  const keys = roots.map((root) => ({ pk: tenantKey(useTenant(), "TREE", root), sk: "fence" }));
  const items = await getAll(keys);
  return roots.map((root, at) => ({ root, key: keys[at] as Key, revision: Number(items[at]?.revision ?? 0) }));
}

function raise(tx: Transaction, key: Key, revision: number): void {
  const refused = () => new Moved("Another customer was moved in this tree");
  const item = { ...key, revision: revision + 1 };
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", refused });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, refused });
}

/** A customer that is back stands where it stood, or by itself where that is gone. */
export async function restored(tx: Transaction, customer: CustomerRecord): Promise<Partial<CustomerRecord>> {
  const { parent_customer_id: to } = customer;
  if (!to) return {};
  if (await Records.load(Customers, to, { live: true })) {
    tx.alive(to, () => new Moved(`The customer ${to} is gone by now`));
    return placeUnder(to);
  }
  const alone = { ...customer, parent_customer_id: null };
  return { parent_customer_id: null, ...(await placed(tx, alone, customer)) };
}

/** Those that stand right below a customer. */
export const below = (id: string): Partition[] => [{ index: "by_related", facets: { parent_customer_id: id } }];

const TOGETHER = 25;

/**
 * Brings a customer below the one above it, and then those right below; each that moves is an event of its own, so the others follow
 * level by level, and what is right already is not written.
 */
export async function follow({ record_id }: DomainEvent): Promise<void> {
  await bringUp(record_id);
  let after: string | undefined;
  for (;;) {
    const ids = await keysBehind(Customers, below(record_id), { order: "asc", after, most: TOGETHER });
    for (const id of ids) await bringUp(id);
    if (ids.length < TOGETHER) return;
    after = ids.at(-1);
  }
}

const bringUp = (id: string): Promise<void> =>
  Records.unlessGone(
    Records.change(Customers, id, async (current) => ({ ...current, ...(await placeUnder(current.parent_customer_id)) })),
  );

export * as Tree from "./tree.ts";
