import * as z from "zod";
import { aboutPerson, reach } from "../../kernel/personal-data.ts";
import { id } from "../../kernel/schema.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { Stored as StoredOrder } from "./order.entity.ts";
import { ORDER, ORDER_REVISION } from "./order.kind.ts";

/** What the customer agreed to, and what revisions keep of a confirmed order. */
export const revisedFields = [
  "line_items",
  "discount_percent",
  "fixed_discount",
  "shipping_amount",
  "subtotal",
  "discount_amount",
  "net_amount",
  "tax_amount",
  "total",
  "payment_terms",
  "delivery_terms",
  "revision_reason",
] as const;

const {
  line_items,
  discount_percent,
  fixed_discount,
  shipping_amount,
  subtotal,
  discount_amount,
  net_amount,
  tax_amount,
  total,
  payment_terms,
  delivery_terms,
  revision_reason,
} = StoredOrder.shape;

export const Stored = z.object({
  order_id: id(ORDER),
  revision: z.number().int(),
  line_items,
  discount_percent,
  fixed_discount,
  shipping_amount,
  subtotal,
  discount_amount,
  net_amount,
  tax_amount,
  total,
  payment_terms,
  delivery_terms,
  revision_reason,
});

export type OrderRevisionRecord = z.output<typeof Stored> & BaseRecord;

export const OrderRevisions = new HistoryCollection<OrderRevisionRecord>({
  kind: ORDER_REVISION,
  schema: Stored,
  personalData: {
    purpose: "Prove what was agreed with customers before it was changed.",
    subject: aboutPerson(reach("order_id", ORDER)),
  },
  row: ["order_id", "revision", ...revisedFields],
  parent: "order_id",
});
