import * as z from "zod";
import { requestTime, today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { Money } from "../../kernel/money.ts";
import { date, IdInput, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { type FulfilmentRecord, Fulfilments, fields, fulfilmentStatuses, Stored } from "./fulfilment.entity.ts";
import { createLineMatcher } from "./line-matcher.ts";
import { type LineRecord, MAX_LINES, type OrderRecord, Orders } from "./order.entity.ts";
import { isInForce, isWaiting } from "./order.rules.ts";
import { changeOrderChild } from "./order-child.ts";
import { applyOrderChange } from "./pre-order-changes.ts";
import { addQuantity, subtractQuantity } from "./quantity.rules.ts";

/** Fulfilments of orders: what was sent, and what arrived. */

export const Info = Stored;
export const Row = rowSchema(Stored, Fulfilments.definition.row);

const Item = z.strictObject({ line_id: text(64).meta({ "x-item-of": "line_items" }), quantity: LineItems.quantity() });

const ListInput = listSchema(Fulfilments, { status: oneOf(fulfilmentStatuses).optional() });

const listQuery = async (query: z.output<typeof ListInput>) => buildListQuery(Fulfilments, query);

/** Lists the fulfilments of all orders that the caller sees. */
export const listAll = fn(ListInput, async (query) => listRecords(Fulfilments, await listQuery(query)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: Fulfilments, query: ListInput, listQuery, info: Info, fields };

export const list = fn(ListInput.extend({ id: text(64) }), async ({ id, ...query }) => {
  const order = await Records.read(Orders, id);
  return listRecords(Fulfilments, { ...buildListQuery(Fulfilments, query), parent: order.id });
});

const PartInput = IdInput.extend({ fulfilment_id: text(64) });

export const get = fn(IdInput, ({ id }) => Records.read(Fulfilments, id));

/** Sends lines of an order. The first fulfilment sets the order IN_FULFILLMENT. */
export const create = fn(
  IdInput.extend({
    ...fields,
    items: z.array(Item).min(1).max(MAX_LINES).optional().describe("Default: all that is not sent yet, without pre-orders"),
  }),
  ({ id, items, ...input }) => {
    let fulfilment: FulfilmentRecord | undefined;
    return Records.change(
      Orders,
      id,
      (current, tx) => {
        requireInForce(current);
        const sent = items ?? listOpenItems(current);
        if (sent.length === 0)
          throw conflict("Nothing of the order is left to be sent", [{ field: "items", message: "Nothing is left to be sent" }]);
        requireOpen(current, sent);
        fulfilment = Records.init(Fulfilments, {
          order_id: current.id,
          number: current.fulfilment_count + 1,
          ...toStoredFields(fields, input),
          shipped_date: input.shipped_date ?? today(),
          items: sent.map((item) => ({ ...item, name: current.line_items.find(({ id }) => id === item.line_id)?.name })),
          status: "SHIPPED",
          status_changed_at: requestTime(),
          delivered_date: null,
        });
        tx.create(Fulfilments, fulfilment);
        return applyOrderChange(tx, current, {
          ...current,
          ...(current.status === "CONFIRMED" ? { status: "IN_FULFILLMENT" as const, status_changed_at: requestTime() } : {}),
          fulfilment_count: current.fulfilment_count + 1,
          line_items: changeQuantities(current.line_items, sent, (line, quantity) => ({
            fulfilled_quantity: addQuantity(line.fulfilled_quantity, quantity),
          })),
        });
      },
      { answer: () => fulfilment as FulfilmentRecord },
    );
  },
);

function requireInForce({ status }: OrderRecord): void {
  if (!isInForce(status))
    throw conflict(`The order is ${status}; only a confirmed order is fulfilled`, [{ field: "status", message: status }]);
}

interface ItemQuantity {
  line_id: string;
  quantity: string;
}

const openQuantity = ({ quantity, fulfilled_quantity }: LineRecord): string => subtractQuantity(quantity, fulfilled_quantity);

const listOpenItems = ({ line_items }: OrderRecord): ItemQuantity[] =>
  line_items
    .filter((line) => line.requires_delivery && !isWaiting(line) && openQuantity(line) !== "0")
    .map((line) => ({ line_id: line.id, quantity: openQuantity(line) }));

function requireOpen({ line_items }: OrderRecord, items: readonly ItemQuantity[]): void {
  const lineById = new Map(line_items.map((line) => [line.id, line]));
  const details: ErrorDetail[] = [];
  const findLine = createLineMatcher({ lineById, path: "items", missing: "The order has no line with this id", details });
  for (const [index, item] of items.entries()) {
    const line = findLine(item, index);
    if (!line) continue;
    const open = openQuantity(line);
    if (isWaiting(line))
      details.push({ field: `items[${index}].line_id`, message: "The line is a pre-order that is not released yet" });
    else if (Money.compare(item.quantity, open) > 0)
      details.push({ field: `items[${index}].quantity`, message: `Must be at most ${open}, which is not sent yet` });
  }
  if (details.length > 0) throw invalidAll(details);
}

function changeQuantities(
  lines: readonly LineRecord[],
  items: readonly ItemQuantity[],
  edit: (line: LineRecord, quantity: string) => Partial<LineRecord>,
): LineRecord[] {
  const quantityById = new Map(items.map(({ line_id, quantity }) => [line_id, quantity]));
  return lines.map((line) => {
    const quantity = quantityById.get(line.id);
    return quantity === undefined ? line : { ...line, ...edit(line, quantity) };
  });
}

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) =>
  changeOrderChild(Fulfilments, id, (order, fulfilment) => {
    const next = { ...fulfilment, ...toStoredPatch(fields, patch) };
    return { order, child: { ...next, shipped_date: next.shipped_date ?? fulfilment.shipped_date } };
  }),
);

/** Records that the fulfilment has arrived. */
export const deliver = fn(
  PartInput.extend({ delivered_date: date().nullish().describe("If empty, today") }),
  ({ id, fulfilment_id, delivered_date }) =>
    changeOrderChild(
      Fulfilments,
      fulfilment_id,
      (order, fulfilment) => {
        requireShipped(fulfilment, "DELIVERED");
        const day = delivered_date ?? today();
        if (day < fulfilment.shipped_date)
          throw invalid("delivered_date", `Must not be before the day on which it was sent, ${fulfilment.shipped_date}`);
        return {
          order: {
            ...order,
            line_items: changeQuantities(order.line_items, fulfilment.items, (line, quantity) => ({
              delivered_quantity: addQuantity(line.delivered_quantity, quantity),
            })),
          },
          child: { ...fulfilment, status: "DELIVERED" as const, status_changed_at: requestTime(), delivered_date: day },
        };
      },
      { order_id: id },
    ),
);

/** Cancels a fulfilment that has not arrived. Its lines can be sent again. */
export const cancel = fn(PartInput, ({ id, fulfilment_id }) =>
  changeOrderChild(
    Fulfilments,
    fulfilment_id,
    async (order, fulfilment, tx) => {
      requireShipped(fulfilment, "CANCELLED");
      const line_items = changeQuantities(order.line_items, fulfilment.items, (line, quantity) => ({
        fulfilled_quantity: subtractQuantity(line.fulfilled_quantity, quantity),
      }));
      const isOnly = line_items.every(({ fulfilled_quantity }) => fulfilled_quantity === "0");
      return {
        order: await applyOrderChange(tx, order, {
          ...order,
          line_items,
          ...(isOnly && order.status === "IN_FULFILLMENT"
            ? { status: "CONFIRMED" as const, status_changed_at: requestTime() }
            : {}),
        }),
        child: { ...fulfilment, status: "CANCELLED" as const, status_changed_at: requestTime() },
      };
    },
    { order_id: id },
  ),
);

function requireShipped({ status }: FulfilmentRecord, to: string): void {
  if (status !== "SHIPPED")
    throw conflict(`The fulfilment is ${status}, which is final`, [
      { field: "status", message: `Cannot change from ${status} to ${to}` },
    ]);
}

export * as Fulfilment from "./fulfilment.ts";
