import * as z from "zod";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { id, instant, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo } from "../../storage/table/event-filter.ts";
import { Job } from "../../storage/write/job.ts";
import { allocationMethods } from "../order/pre-order.rules.ts";
import { PRE_ORDER, PRE_ORDER_ALLOCATION } from "./pre-order.kind.ts";

export const allocationStatuses = ["RUNNING", "COMPLETED"] as const;

/** Items that a user names in one allocation. */
export const MAX_ITEMS = 100;

export const Item = z
  .strictObject({ pre_order_id: id(PRE_ORDER), quantity: LineItems.quantity() })
  .meta({ id: "PreOrderAllocationItem" });

/** Fields of an allocation that a caller writes. */
export const fields = {
  product_id: id(PRODUCT),
  quantity: LineItems.quantity().describe("The stock that is there for pre-orders"),
  method: oneOf(allocationMethods).describe(
    "First come: the oldest item first. Priority: the highest priority first, of equal ones the oldest. Manual: the named items",
  ),
  items: z.array(Item).min(1).max(MAX_ITEMS).nullish().describe("Manual only: how much each item gets at most"),
  notes: text(2000).nullish(),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  name: z.string().describe("Name of the product"),
  remaining_quantity: z.string().meta({ "x-type": "number" }).describe("The quantity that no item has got"),
  allocated_count: z.number().int().describe("Items that got a quantity"),
  ready_count: z.number().int().describe("Items that became READY by it"),
  next_item: z.number().int().describe("MANUAL: the position of the next item"),
  status: oneOf(allocationStatuses),
  completed_at: instant().nullable(),
  turn: z.number(),
  attention_at: instant().nullable(),
});

export type AllocationRecord = z.output<typeof Stored> & BaseRecord;

export const isOpen = ({ status }: Pick<AllocationRecord, "status">): boolean => status === "RUNNING";

const { internal, clocks, events } = Job.resumableDefinition<AllocationRecord>(isOpen);

export const Allocations = new Collection<AllocationRecord>({
  kind: PRE_ORDER_ALLOCATION,
  schema: Stored,
  personalData: { purpose: "Give stock to pre-orders in a fair order." },
  row: [
    "product_id",
    "name",
    "quantity",
    "method",
    "remaining_quantity",
    "allocated_count",
    "ready_count",
    "status",
    "completed_at",
  ],
  indexes: { by_time: indexBy(), by_status: indexBy("status"), by_related: indexBy("product_id") },
  filters: {
    status: { index: "by_status", field: "status" },
    product: { index: "by_related", field: "product_id", hasOwnCounters: true },
  },
  internal: [...internal, "next_item"],
  clocks,
  events: { ...events, completed: changedTo("status", "COMPLETED") },
});
