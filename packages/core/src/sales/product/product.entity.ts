import * as z from "zod";
import { amount, currency, id, instant, master, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { textSearchWords, textSortKey } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { PRODUCT } from "./product.kind.ts";
import { PRODUCT_CATEGORIES } from "./product.masters.ts";
import { complexities, MAX_ITEMS, productTypes, serviceTypes } from "./product.rules.ts";

const Item = z.strictObject({
  product_id: id(PRODUCT),
  quantity: z.number().int().min(1).max(1_000_000).default(1),
});

/** Fields of a product that users write. */
export const fields = {
  product_type: oneOf(productTypes)
    .default("PRODUCT")
    .describe("A package cannot change its type, and no other product can become one"),
  name: name(255),
  sku: name(100).nullish().describe("Unique among products, in any letter case"),
  category_id: master(PRODUCT_CATEGORIES).nullish(),
  family: oneLine(100).nullish().describe("A line of products, such as GTX"),
  description: text(5000).nullish(),
  unit_price: amount().nullish().describe("Used if no price book has a price"),
  cost: amount().nullish(),
  currency: currency().nullish().describe("Currency of price and cost. If empty, that of the organization"),
  is_active: z.boolean().default(true).describe("An inactive product stays where it is used, but cannot be added"),
  release_at: instant().nullish().describe("Pre-orders whose line has no date of its own are released then"),
  service_type: oneOf(serviceTypes).nullish().describe("Services and packages only, like all fields up to `items`"),
  deliverables: text(5000).nullish(),
  estimated_hours: z.number().int().min(0).max(100_000).nullish(),
  complexity: oneOf(complexities).nullish(),
  is_recurring: z.boolean().default(false),
  frequency: oneLine(50).nullish().describe("How often it is billed"),
  project_duration: z.number().int().min(0).max(36_500).nullish().describe("In days"),
  items: z.array(Item).max(MAX_ITEMS).default([]).describe("Contents of a package"),
};

export const Stored = z.object({ ...toStoredShape(fields), currency: currency() });

export type ProductRecord = z.output<typeof Stored> & BaseRecord;

/** Sorts before every price. */
const LOWEST_AMOUNT_KEY = "-";

export const Products = new Collection<ProductRecord>({
  kind: PRODUCT,
  schema: Stored,
  personalData: { purpose: "Describe what the tenant sells." },
  row: [
    "product_type",
    "name",
    "sku",
    "category_id",
    "family",
    "unit_price",
    "cost",
    "currency",
    "is_active",
    "service_type",
    "is_recurring",
  ],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("is_active"),
    by_class: indexBy("category_id", { sparse: true }),
    by_outcome: indexBy("product_type"),
    by_related: indexBy("family", { sparse: true }),
    by_owner: indexBy("service_type", { sparse: true }),
    by_rank: sortedIndexBy((product) => textSortKey(product.name)),
    by_date: sortedIndexBy(({ unit_price }) => (unit_price === null ? LOWEST_AMOUNT_KEY : toSortKey("money", unit_price))),
  },
  hashedTextFields: ["family"],
  filters: {
    family: { index: "by_related", field: "family", hasOwnCounters: true },
    category: { index: "by_class", field: "category_id", hasOwnCounters: true },
    service_type: { index: "by_owner", field: "service_type" },
    product_type: { index: "by_outcome", field: "product_type" },
    is_active: { index: "by_status", field: "is_active" },
  },
  sorts: { name: "by_rank", unit_price: "by_date" },
  events: { release_moved: fieldChanged("release_at") },
  // Products of this shape have no release date.
  migrations: [(stored) => stored],
  searchWords: (product) => [...textSearchWords(product.name), ...textSearchWords(product.sku)],
});
