import * as z from "zod";
import * as Amount from "../../kernel/amount.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import {
  IdInput,
  master,
  oneOf,
  patchSchema,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { fold, textSortKey } from "../../kernel/text.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { ambiguousMatch, type UpsertMatching } from "../../storage/write/upsert.ts";
import { fields, type ProductRecord, Products, Stored } from "./product.entity.ts";
import { PRODUCT_CATEGORIES } from "./product.masters.ts";
import { listMisplacedFields, MAX_LEVELS, MAX_NESTED_PACKAGES, productTypes, serviceTypes } from "./product.rules.ts";

/** Products, services and packages of them. */

export const Info = Stored;
export const Row = rowSchema(Stored, Products.definition.row);
export const Create = z.strictObject(fields);

export const Update = patchSchema(fields).extend(IdInput.shape);

const Query = listSchema(Products, {
  category: master(PRODUCT_CATEGORIES).optional(),
  product_type: oneOf(productTypes).optional(),
  service_type: oneOf(serviceTypes).optional(),
  family: text(100).optional(),
  is_active: query.boolean().optional(),
});

export const list = fn(Query, async (input) => listRecords(Products, await listQuery(input)));

/** Builds the list query of products. */
export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> =>
  buildListQuery(Products, await Master.resolveAll(Query.shape, input, input));

/** The list definition, for exports. */
export const listDefinition = { collection: Products, query: Query, listQuery, info: Info, fields };

export const get = fn(IdInput, ({ id }) => Records.read(Products, id));

/** Loads products without a visibility check, deleted ones too, for figures by product line. */
export const loadMany = (ids: readonly string[]) => Records.loadMany(Products, ids);

export const create = fn(
  Create,
  (input) =>
    retryOnConflict(async () => {
      const { product, packages } = await normalizeProduct(toStoredFields(fields, input));
      const createdProduct = Records.init(Products, product);
      const tx = transaction().create(Products, createdProduct);
      for (const referencedProduct of packages) tx.requireUnchanged(referencedProduct);
      moveSku(tx, createdProduct.id, null, createdProduct.sku);
      return tx.commit(createdProduct);
    }),
  async (read, unread) => requireFieldsOfType(read, unread),
);

export const replace = fn(
  z.strictObject({ ...fields, ...IdInput.shape }),
  ({ id, ...input }) => edit(id, toStoredFields(fields, input)),
  async (read, unread) => requireFieldsOfType(read, unread),
);

export const update = fn(Update, ({ id, ...patch }) => edit(id, toStoredPatch(fields, patch)));

const edit = (id: string, changes: Partial<StoredFields<typeof fields>>): Promise<ProductRecord> =>
  Records.change(Products, id, async (current, tx) => {
    const { product, packages } = await normalizeProduct({ ...current, ...changes }, current);
    for (const nestedPackage of packages) tx.requireUnchanged(nestedPackage);
    moveSku(tx, id, current.sku, product.sku);
    return product;
  });

/** Deletes a product. Its SKU becomes free, and records that reference it keep their copies of its values. */
export const remove = fn(IdInput, ({ id }) =>
  Records.remove(Products, id, (current, tx) => {
    moveSku(tx, id, current.sku, null);
    return current;
  }),
);

export const restore = fn(IdInput, ({ id }) =>
  Records.restore(Products, id, (current, tx) => {
    moveSku(tx, id, null, current.sku);
    return current;
  }),
);

const skuKey = (sku: string): Key => ({ pk: tenantKey(useTenant(), "SKU", hashTexts(fold(sku.trim()))), sk: "product" });

/** Moves the lock of a SKU. It is an item that is written with the product, so of two concurrent requests for a SKU one fails. */
function moveSku(tx: Transaction, id: string, before: string | null, after: string | null): void {
  const [oldKey, newKey] = [before, after].map((sku) => (sku === null ? undefined : skuKey(sku)));
  if (oldKey?.pk === newKey?.pk) return;
  if (oldKey) tx.delete(oldKey);
  if (newKey)
    tx.put(
      { ...newKey, product_id: id },
      {
        condition: "attribute_not_exists(pk)",
        rejection: () => conflict("Another product already has this SKU", [{ field: "sku", message: "Taken" }]),
      },
    );
}

/** Finds the id of the product that has a SKU. */
export async function findBySku(sku: string): Promise<string | undefined> {
  const lock = await readItem(skuKey(sku));
  return lock && String(lock.product_id);
}

/** The most products with a similar name that are examined. */
const MAX_NAMESAKES = 200;

/** Finds the product with this name, in any letter case. CONFLICT if several products have it. */
export async function findByName(name: string): Promise<string | undefined> {
  const [place, foldedName] = [textSortKey(name), fold(name.trim())];
  const matches: ProductRecord[] = [];
  let count = 0;
  const partition = { index: "by_rank" as const, facets: {}, from: place, to: place };
  for await (const row of queryPartitions(Products, [partition], { order: "asc", after: undefined, chunk: 20 })) {
    const product = Products.fromRow(row);
    // Products whose names only start with the name follow in the index.
    if (textSortKey(product.name) !== place || ++count > MAX_NAMESAKES) break;
    if (fold(product.name.trim()) === foldedName) matches.push(product);
  }
  if (matches.length > 1) throw ambiguousMatch(matches);
  return matches[0]?.id;
}

/** Fields by which an upsert matches a product. */
export const matching = async (): Promise<UpsertMatching> => ({ fields: { sku: { find: (value) => findBySku(String(value)) } } });

type ReadInput = Partial<z.output<typeof Create>>;

function requireFieldsOfType(read: ReadInput, unread: ReadonlySet<string>): void {
  if (unread.has("product_type")) return;
  const { product_type = "PRODUCT", items = [], ...rest } = read;
  const details = listMisplacedFields({ ...(rest as Parameters<typeof listMisplacedFields>[0]), product_type, items });
  if (details.length > 0) throw invalidAll(details);
}

type ProductFields = StoredFields<typeof fields>;

/**
 * Normalises a product for storage: fields of its type only, amounts with the decimals of their currency, master data by id. For a package,
 * also returns the packages within it, which must not change until the product is written.
 */
async function normalizeProduct<T extends ProductFields>(
  next: T,
  before?: ProductRecord,
): Promise<{ product: T & { currency: string }; packages: readonly ProductRecord[] }> {
  const details: ErrorDetail[] = [];
  if (before && before.product_type !== next.product_type && [before, next].some((product) => product.product_type === "PACKAGE"))
    details.push({ field: "product_type", message: "A package cannot change its type, and no other product can become one" });
  else details.push(...listMisplacedFields(next));
  const currency = next.currency ?? useSettings().currency;
  const resolved = await collectDetails(details, Master.resolveAll(fields, next, before), next);
  const inForm = (field: "unit_price" | "cost") =>
    collectDetails(details, (async () => Amount.toCurrencyPrecision(field, next[field], currency))(), next[field]);
  const [unit_price, cost] = [await inForm("unit_price"), await inForm("cost")];
  const isSame = before && JSON.stringify(before.items) === JSON.stringify(next.items);
  const nestedPackages = isSame ? [] : await collectDetails(details, loadNestedPackages(next, before), []);
  if (details.length > 0) throw invalidAll(details);
  return { product: { ...resolved, unit_price, cost, currency }, packages: nestedPackages };
}

/**
 * Loads the packages within a package, level by level. Each item must exist and be offered, unless the package had it before. An item may
 * occur once only, and the package must not contain itself.
 */
async function loadNestedPackages({ items }: Pick<ProductFields, "items">, before?: ProductRecord): Promise<ProductRecord[]> {
  const details: ErrorDetail[] = [];
  const previousIds = new Set(before?.items.map(({ product_id }) => product_id));
  const ids = items.map(({ product_id }) => product_id);
  const products = await Records.loadMany(Products, ids);
  for (const [index, id] of ids.entries()) {
    const message = validateItem(id, products[index], {
      isFirst: ids.indexOf(id) === index,
      wasThere: previousIds.has(id),
      self: before?.id,
    });
    if (message) details.push({ field: `items[${index}].product_id`, message: message });
  }
  if (details.length > 0) throw invalidAll(details);
  const nestedPackages = new Map<string, ProductRecord>();
  let level = products;
  for (let depth = 2; ; depth++) {
    const packages = level.filter(
      (product) => product?.product_type === "PACKAGE" && !nestedPackages.has(product.id),
    ) as ProductRecord[];
    if (packages.length === 0) return [...nestedPackages.values()];
    if (depth > MAX_LEVELS) throw invalid("items", `Packages can be nested at most ${MAX_LEVELS} levels deep`);
    for (const nestedPackage of packages) nestedPackages.set(nestedPackage.id, nestedPackage);
    if (nestedPackages.size > MAX_NESTED_PACKAGES)
      throw invalid("items", `The package contains more than ${MAX_NESTED_PACKAGES} packages`);
    const below = packages.flatMap((nestedPackage) => nestedPackage.items.map(({ product_id }) => product_id));
    if (before && below.includes(before.id)) throw invalid("items", "The package would contain itself");
    level = await Records.loadMany(Products, [...new Set(below)], { live: true });
  }
}

function validateItem(
  id: string,
  product: ProductRecord | undefined,
  { isFirst, wasThere, self }: { isFirst: boolean; wasThere: boolean; self: string | undefined },
): string | undefined {
  if (id === self) return "A package cannot contain itself";
  if (!isFirst) return "Each product can be listed only once";
  if (!product || (product.deleted_at && !wasThere)) return "No such product";
  return product.is_active || wasThere ? undefined : "The product is no longer offered";
}

export { type ProductPrice, priceProducts } from "./prices.ts";
export * as Product from "./product.ts";
