import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { date, id, instant, name, oneOf, storedDate, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { type BaseRecord, Collection, indexBy, pad, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { PRE_ORDER, PRE_ORDER_ALLOCATION } from "../pre-order/pre-order.kind.ts";
import { ORDER, ORDER_LINE } from "./order.kind.ts";
import { MAX_PRIORITY, preOrderStatuses, readyReasons } from "./pre-order.rules.ts";

/** Fields of a pre-order that a caller writes. */
export const fields = {
  hold_until: date().nullish().describe("Replaces the release date: the item becomes READY when this day begins"),
  category: name(100).nullish(),
  vendor: personalData("none", name(100).nullish().describe("The vendor from whom the goods are expected")),
  priority: z
    .number()
    .int()
    .min(0)
    .max(MAX_PRIORITY)
    .default(0)
    .describe("0 to 100; an allocation by PRIORITY begins with the highest"),
  reason: text(2000).nullish().describe("Why the item waits, or why it does no longer"),
  notes: text(2000).nullish(),
};

const quantityText = () => z.string().meta({ "x-type": "number" });

export const Stored = z.object({
  order_id: id(ORDER),
  line_id: id(ORDER_LINE),
  customer_id: id(CUSTOMER),
  product_id: personalData("none", id(PRODUCT).nullable().describe("null: a line of free text")),
  name: personalData("relationship", z.string()),
  quantity: personalData("relationship", quantityText()),
  allocated_quantity: personalData("relationship", quantityText().describe("Given by allocations")),
  ...toStoredShape(fields),
  priority: personalData("relationship", z.number().int()),
  release_at: instant().nullable().describe("The release date of the line, or else of the product"),
  is_product_release: z.boolean().describe("true: release_at is that of the product, and moves with it"),
  is_held: personalData(
    "relationship",
    z.boolean().describe("true: held without a date, until an allocation or a user releases it"),
  ),
  due_at: instant().nullable().describe("When the waiting item becomes READY; null: it waits for an allocation or a user"),
  status: personalData("relationship", oneOf(preOrderStatuses)),
  status_changed_at: instant(),
  ready_at: instant().nullable(),
  ready_reason: personalData("relationship", oneOf(readyReasons).nullable()),
  processing_date: storedDate().nullable().describe("The day on which the whole line was in fulfilments"),
  allocation_id: personalData(
    "none",
    id(PRE_ORDER_ALLOCATION).nullable().describe("The last allocation that gave it a quantity"),
  ),
  first_ready_at: personalData("communication", instant().nullable().describe("When owner and customer were told")),
  order_owner_id: personalData("staff", z.string().nullable().describe("The owner of the order when the item became READY")),
  waiting_product_id: personalData("none", z.string().nullable().describe("The product, while the item is WAITING")),
});

export type PreOrderRecord = z.output<typeof Stored> & BaseRecord;

/** Sorts after every instant. */
const MAX_SORT_KEY = "~";
const MAX_MS = 99_999_999_999_999;

export const PreOrders = new Collection<PreOrderRecord>({
  kind: PRE_ORDER,
  schema: Stored,
  personalData: {
    purpose: "Deliver what customers ordered before it was released.",
    subject: aboutPerson(reach("order_id", ORDER), reach("customer_id", CUSTOMER)),
    recipients: ["mail", "webhook"],
  },
  row: [
    "order_id",
    "line_id",
    "customer_id",
    "product_id",
    "name",
    "quantity",
    "allocated_quantity",
    "category",
    "vendor",
    "hold_until",
    "release_at",
    "due_at",
    "priority",
    "status",
    "ready_at",
    "ready_reason",
    "processing_date",
    "waiting_product_id",
  ],
  computed: { waiting_product_id: ({ status, product_id }) => (status === "WAITING" ? product_id : null) },
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("status"),
    by_related: indexBy("order_id"),
    by_class: indexBy("customer_id"),
    by_owner: indexBy("product_id", { sparse: true, splitBy: { field: "status", values: preOrderStatuses } }),
    // The waiting items of a product by release date, and by priority: of one priority, the oldest comes last.
    by_date: sortedIndexBy(({ due_at }) => due_at ?? MAX_SORT_KEY, "waiting_product_id", { sparse: true }),
    by_rank: sortedIndexBy(
      ({ priority, created_at }) => `${pad(priority, 3)}/${pad(MAX_MS - Date.parse(created_at), 14)}`,
      "waiting_product_id",
      { sparse: true },
    ),
  },
  filters: {
    status: { index: "by_status", field: "status" },
    product: { index: "by_owner", field: "product_id", hasOwnCounters: true },
    order_id: { index: "by_related", field: "order_id", hasOwnCounters: true },
    customer: { index: "by_class", field: "customer_id", hasOwnCounters: true },
    waiting_product: { index: "by_date", field: "waiting_product_id", hasOwnCounters: true },
    waiting_product_by_priority: { index: "by_rank", field: "waiting_product_id", hasOwnCounters: true },
  },
  sorts: { due_at: "by_date", priority: "by_rank" },
  visibleWith: "order_id",
  parent: "order_id",
  internal: ["first_ready_at", "order_owner_id", "waiting_product_id"],
  searchWords: ({ name }) => textSearchWords(name),
  clocks: { ready: ({ due_at }) => due_at },
  bulkClocks: ["ready"],
  events: {
    status_changed: fieldChanged("status"),
    // Owner and customer are told once, even if the item waits again later.
    ready: (after, before) => after.first_ready_at !== null && !before?.first_ready_at,
    processed: changedTo("status", "PROCESSED"),
    cancelled: changedTo("status", "CANCELLED"),
  },
});

/** Returns the partition with the waiting items of a product, the oldest first. */
export const waitingPartition = (product_id: string) => ({
  index: "by_owner" as const,
  facets: { product_id, status: "WAITING" },
});
