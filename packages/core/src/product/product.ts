import * as z from "zod";
import * as Amount from "../kernel/amount.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { conflict, type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { type Filled, filled, master, oneOf, patched, patchOf, query, text } from "../kernel/schema.ts";
import { fold, sortKeyOf } from "../kernel/text.ts";
import { Master } from "../masters/master.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { rowOf } from "../storage/table/collection.ts";
import { get as getItem } from "../storage/table/database.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { type Matching, several } from "../storage/write/upsert.ts";
import { fields, type ProductRecord, Products, Stored } from "./product.entity.ts";
import { PRODUCT_CATEGORIES } from "./product.masters.ts";
import { MOST_LEVELS, MOST_WITHIN, misplaced, productTypes, serviceTypes } from "./product.rules.ts";

/** Products, services and packages of them (seed 001, products; seed 003, services_packages). */

export const Info = Stored;
export const Row = rowOf(Stored, Products.definition.row);
export const Create = z.strictObject(fields);

const One = z.strictObject({ id: text(64) });

export const Update = patchOf(fields).extend(One.shape);

const Query = listSchema(Products, {
  category: master(PRODUCT_CATEGORIES).optional(),
  product_type: oneOf(productTypes).optional(),
  service_type: oneOf(serviceTypes).optional(),
  family: text(100).optional(),
  is_active: query.boolean().optional(),
});

export const list = fn(Query, async (input) => listRecords(Products, await asked(input)));

/** What a list of products is asked for. */
export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> =>
  queryOf(Products, await Master.resolveAll(Query.shape, input, input));

/** What an export has to know of the list. */
export const listed = { collection: Products, query: Query, asked, info: Info, fields };

export const get = fn(One, ({ id }) => Records.read(Products, id));

export const create = fn(
  Create,
  (input) =>
    retryOnConflict(async () => {
      const { product, within } = await checked(filled(fields, input));
      const born = Records.born(Products, product);
      const tx = transaction().create(Products, born);
      for (const each of within) tx.unchanged(each);
      moveSku(tx, born.id, null, born.sku);
      return tx.commit(born);
    }),
  async (read, unread) => requirePlaced(read, unread),
);

export const replace = fn(
  z.strictObject({ ...fields, ...One.shape }),
  ({ id, ...input }) => edit(id, filled(fields, input)),
  async (read, unread) => requirePlaced(read, unread),
);

export const update = fn(Update, ({ id, ...patch }) => edit(id, patched(fields, patch)));

const edit = (id: string, changes: Partial<Filled<typeof fields>>): Promise<ProductRecord> =>
  Records.change(Products, id, async (current, tx) => {
    const { product, within } = await checked({ ...current, ...changes }, current);
    for (const each of within) tx.unchanged(each);
    moveSku(tx, id, current.sku, product.sku);
    return product;
  });

/** Its SKU is free for another while it is deleted; what names it keeps what it has of it. */
export const remove = fn(One, ({ id }) =>
  Records.remove(Products, id, (current, tx) => {
    moveSku(tx, id, current.sku, null);
    return current;
  }),
);

export const restore = fn(One, ({ id }) =>
  Records.restore(Products, id, (current, tx) => {
    moveSku(tx, id, null, current.sku);
    return current;
  }),
);

const skuKey = (sku: string): Key => ({ pk: tenantKey(useTenant(), "SKU", hashed(fold(sku.trim()))), sk: "product" });

/** Who has a SKU stands in an item that is written with the product: of two who take it at once, one has it. */
function moveSku(tx: Transaction, id: string, before: string | null, after: string | null): void {
  const [left, taken] = [before, after].map((sku) => (sku === null ? undefined : skuKey(sku)));
  if (left?.pk === taken?.pk) return;
  if (left) tx.delete(left);
  if (taken)
    tx.put(
      { ...taken, product_id: id },
      {
        condition: "attribute_not_exists(pk)",
        refused: () => conflict("Another product has this SKU", [{ field: "sku", message: "Taken" }]),
      },
    );
}

/** The id of the product that has a SKU. */
export async function withSku(sku: string): Promise<string | undefined> {
  const lock = await getItem(skuKey(sku));
  return lock && String(lock.product_id);
}

/** Products whose names may be the same are looked at, so many. */
const MOST_NAMED = 200;

/** The product of this name, whatever its letter case; a CONFLICT where several have it. */
export async function named(name: string): Promise<string | undefined> {
  const [place, wanted] = [sortKeyOf(name), fold(name.trim())];
  const found: ProductRecord[] = [];
  let count = 0;
  const partition = { index: "by_rank" as const, facets: {}, from: place, to: place };
  for await (const row of merged(Products, [partition], { order: "asc", after: undefined, chunk: 20 })) {
    const product = Products.fromRow(row);
    // Behind those of the name stand those whose names only begin with it.
    if (sortKeyOf(product.name) !== place || ++count > MOST_NAMED) break;
    if (fold(product.name.trim()) === wanted) found.push(product);
  }
  if (found.length > 1) throw several(found);
  return found[0]?.id;
}

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({ on: { sku: { find: (value) => withSku(String(value)) } } });

type Read = Partial<z.output<typeof Create>>;

function requirePlaced(read: Read, unread: ReadonlySet<string>): void {
  if (unread.has("product_type")) return;
  const { product_type = "PRODUCT", items = [], ...rest } = read;
  const details = misplaced({ ...(rest as Parameters<typeof misplaced>[0]), product_type, items });
  if (details.length > 0) throw invalidAll(details);
}

type Written = Filled<typeof fields>;

/**
 * The product as it is stored: what its type has, amounts in the form of their currency, master data by id; what a package is of, and
 * the packages within it as they were read, which must not change until it is written.
 */
async function checked<T extends Written>(
  next: T,
  before?: ProductRecord,
): Promise<{ product: T & { currency: string }; within: readonly ProductRecord[] }> {
  const details: Detail[] = [];
  if (before && before.product_type !== next.product_type && [before, next].some((each) => each.product_type === "PACKAGE"))
    details.push({ field: "product_type", message: "A package stays one, and nothing else becomes one" });
  else details.push(...misplaced(next));
  const currency = next.currency ?? useSettings().currency;
  const resolved = await gathered(details, Master.resolveAll(fields, next, before), next);
  const inForm = (field: "unit_price" | "cost") =>
    gathered(details, (async () => Amount.inCurrency(field, next[field], currency))(), next[field]);
  const [unit_price, cost] = [await inForm("unit_price"), await inForm("cost")];
  const isSame = before && JSON.stringify(before.items) === JSON.stringify(next.items);
  const within = isSame ? [] : await gathered(details, packagesWithin(next, before), []);
  if (details.length > 0) throw invalidAll(details);
  return { product: { ...resolved, unit_price, cost, currency }, within };
}

/**
 * The packages within one, level by level. Each of its items is there and offered, or was in it before; none stands in it twice; it
 * is not within itself.
 */
async function packagesWithin({ items }: Pick<Written, "items">, before?: ProductRecord): Promise<ProductRecord[]> {
  const details: Detail[] = [];
  const had = new Set(before?.items.map(({ product_id }) => product_id));
  const ids = items.map(({ product_id }) => product_id);
  const own = await Records.loadMany(Products, ids);
  for (const [at, id] of ids.entries()) {
    const wrong = wrongWith(id, own[at], { isFirst: ids.indexOf(id) === at, wasThere: had.has(id), self: before?.id });
    if (wrong) details.push({ field: `items[${at}].product_id`, message: wrong });
  }
  if (details.length > 0) throw invalidAll(details);
  const within = new Map<string, ProductRecord>();
  let level = own;
  for (let depth = 2; ; depth++) {
    const packages = level.filter((each) => each?.product_type === "PACKAGE" && !within.has(each.id)) as ProductRecord[];
    if (packages.length === 0) return [...within.values()];
    if (depth > MOST_LEVELS) throw invalid("items", `Packages within packages are ${MOST_LEVELS} at most, one below the other`);
    for (const each of packages) within.set(each.id, each);
    if (within.size > MOST_WITHIN) throw invalid("items", `More than ${MOST_WITHIN} packages stand within it`);
    const below = packages.flatMap((each) => each.items.map(({ product_id }) => product_id));
    if (before && below.includes(before.id)) throw invalid("items", "The package would stand within itself");
    level = await Records.loadMany(Products, [...new Set(below)], { live: true });
  }
}

function wrongWith(
  id: string,
  product: ProductRecord | undefined,
  { isFirst, wasThere, self }: { isFirst: boolean; wasThere: boolean; self: string | undefined },
): string | undefined {
  if (id === self) return "The package itself";
  if (!isFirst) return "It stands there twice";
  if (!product || (product.deleted_at && !wasThere)) return "No such product";
  return product.is_active || wasThere ? undefined : "It is no longer offered";
}

export { type Priced, priced } from "./prices.ts";
export * as Product from "./product.ts";
