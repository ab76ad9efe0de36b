import * as z from "zod";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { date, id, instant, name, oneLine, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo } from "../../storage/table/event-filter.ts";
import { FULFILMENT, ORDER, ORDER_LINE } from "./order.kind.ts";

export const fulfilmentStatuses = ["SHIPPED", "DELIVERED", "CANCELLED"] as const;

/** Fields of a fulfilment that a caller writes. */
export const fields = {
  carrier: personalData("relationship", name(100).nullish()),
  tracking_number: personalData("identifier", oneLine(100).nullish()),
  shipped_date: date().nullish().describe("If empty, today"),
  notes: text(2000).nullish(),
};

export const Item = z
  .object({
    line_id: id(ORDER_LINE),
    name: z.string().nullish().describe("Name of the line when it was sent"),
    quantity: z.string().meta({ "x-type": "number" }),
  })
  .meta({ id: "FulfilmentItem" });

export const Stored = z.object({
  order_id: id(ORDER),
  number: z.number().int().describe("Counts the fulfilments of the order, from 1"),
  ...toStoredShape(fields),
  shipped_date: date(),
  items: personalData("relationship", z.array(Item)),
  status: personalData("relationship", oneOf(fulfilmentStatuses)),
  status_changed_at: instant(),
  delivered_date: date().nullable(),
});

export type FulfilmentRecord = z.output<typeof Stored> & BaseRecord;

/** What is sent to the customer of an order, in one parcel or by one visit. */
export const Fulfilments = new Collection<FulfilmentRecord>({
  kind: FULFILMENT,
  schema: Stored,
  personalData: {
    purpose: "Deliver what customers ordered.",
    subject: aboutPerson(reach("order_id", ORDER)),
    recipients: ["webhook"],
  },
  row: ["order_id", "number", "status", "carrier", "tracking_number", "shipped_date", "delivered_date"],
  indexes: { by_time: indexBy(), by_related: indexBy("order_id"), by_status: indexBy("status") },
  filters: { status: { index: "by_status", field: "status" } },
  visibleWith: "order_id",
  parent: "order_id",
  searchWords: ({ tracking_number }) => (tracking_number ? numberSearchWords(tracking_number) : []),
  events: { delivered: changedTo("status", "DELIVERED"), cancelled: changedTo("status", "CANCELLED") },
});
