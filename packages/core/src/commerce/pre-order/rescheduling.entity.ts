import * as z from "zod";
import { derivedId } from "../../kernel/id.ts";
import { id, instant } from "../../kernel/schema.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { PRE_ORDER_RESCHEDULING } from "./pre-order.kind.ts";

/** The work on the waiting items of a product whose release date moved, and when it continues. */
export const Stored = z.object({
  product_id: id(PRODUCT),
  due_at: instant().nullable(),
  purpose: z.string().describe("The event that moved the date; another one begins again"),
  is_last: z.boolean().describe("true: the last pass, for items that the index did not show before"),
});

export type ReschedulingRecord = z.output<typeof Stored> & BaseRecord;

export const Reschedulings = new Collection<ReschedulingRecord>({
  kind: PRE_ORDER_RESCHEDULING,
  schema: Stored,
  personalData: { purpose: "Move release dates in the background." },
  row: ["product_id"],
  indexes: {},
  clocks: { work: ({ due_at }) => due_at },
});

export const reschedulingId = (product_id: string): string => derivedId(PRE_ORDER_RESCHEDULING, 0, product_id);
