import type * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { ORDER } from "../order/order.kind.ts";
import { isInForce } from "../order/order.rules.ts";
import { fields, type PreOrderRecord, PreOrders, Stored } from "../order/pre-order.entity.ts";
import { statusInput } from "../order/pre-order.rules.ts";
import { completePreOrder, followOrder, withLineOf, withReady, withStatus } from "../order/pre-order-changes.ts";
import { replaceOrder, withCurrentRelease } from "./ready.ts";

/** Pre-orders: lines of orders that wait for their release (docs/commerce/pre-orders.md). */

const internalFields = { first_ready_at: true, order_owner_id: true, waiting_product_id: true } as const;

export const Info = Stored.omit(internalFields);
export const Row = rowSchema(
  Info,
  PreOrders.definition.row.filter((field) => !(field in internalFields)),
);

const ListInput = listSchema(PreOrders, {
  product: id(PRODUCT).optional(),
  status: statusInput().optional().describe("Also its number: 0 is WAITING"),
  order_id: id(ORDER).optional(),
  customer: id(CUSTOMER).optional(),
});

/** The waiting items of a product by release date or priority are one partition of an index, which has both conditions. */
async function listQuery(input: z.output<typeof ListInput>): Promise<ListQuery> {
  const query = buildListQuery(PreOrders, input);
  const { product, status, ...filters } = query.filters;
  if (product === undefined || status !== "WAITING" || query.deleted) return query;
  if (query.sort === "due_at") return { ...query, filters: { ...filters, waiting_product: product } };
  if (query.sort === "priority") return { ...query, filters: { ...filters, waiting_product_by_priority: product } };
  return query;
}

export const list = fn(ListInput, async (input) => listRecords(PreOrders, await listQuery(input)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: PreOrders, query: ListInput, listQuery, info: Info, fields };

export const listOfOrder = fn(ListInput.extend({ id: text(64) }), async ({ id: orderId, ...query }) => {
  const order = await Records.read(Orders, orderId);
  return listRecords(PreOrders, { ...buildListQuery(PreOrders, query), parent: order.id });
});

export const get = fn(IdInput, ({ id: preOrderId }) => Records.read(PreOrders, preOrderId));

/** Makes a line of a confirmed order a pre-order, before anything of it is sent. */
export const create = fn(IdInput.extend({ ...fields, line_id: text(64) }), ({ id: orderId, line_id, ...input }) => {
  let created: PreOrderRecord | undefined;
  return Records.change(
    Orders,
    orderId,
    async (current, tx) => {
      requireInForce(current);
      const line = current.line_items.find((each) => each.id === line_id);
      if (!line) throw invalid("line_id", "The order has no line with this id");
      if (line.pre_order_id !== null) throw invalid("line_id", "The line is a pre-order already");
      if (line.fulfilled_quantity !== "0")
        throw conflict("Some of the line is delivered or on its way", [
          { field: "line_id", message: "Cancel the fulfilment first" },
        ]);
      const line_items = current.line_items.map((each) => (each.id === line_id ? { ...each, is_preorder: true } : each));
      const inputs = new Map([[line_id, toStoredFields(fields, input)]]);
      const { order, itemByLine } = await followOrder(tx, current, { ...current, line_items }, inputs);
      created = itemByLine.get(line_id);
      return order;
    },
    { answer: () => created as PreOrderRecord },
  );
});

function requireInForce({ status }: OrderRecord): void {
  if (!isInForce(status))
    throw conflict(`The order is ${status}; only a line of a confirmed order can become a pre-order`, [
      { field: "line_id", message: `The order is ${status}` },
    ]);
}

/** Changes a pre-order together with its order. */
const changeWithOrder = (
  preOrderId: string,
  edit: (item: PreOrderRecord, order: OrderRecord, tx: Transaction) => PreOrderRecord | Promise<PreOrderRecord>,
): Promise<PreOrderRecord> =>
  Records.change(PreOrders, preOrderId, async (current, tx) => {
    const order = await Records.read(Orders, current.order_id);
    const next = completePreOrder(await edit(current, order, tx));
    const changed = withLineOf(order, next);
    if (next.status !== current.status) replaceOrder(tx, order, changed);
    return next;
  });

export const update = fn(
  patchSchema(fields).extend({
    ...IdInput.shape,
    status: statusInput()
      .optional()
      .describe("READY releases the item, WAITING holds it. The other statuses follow from the order and its fulfilments"),
  }),
  ({ id: preOrderId, status, ...patch }) =>
    changeWithOrder(preOrderId, async (item, order) => {
      const changes = toStoredPatch(fields, patch);
      if (changes.hold_until !== undefined && item.status !== "WAITING" && status !== "WAITING")
        throw conflict(`The pre-order is ${item.status}: hold it to let it wait again`, [
          { field: "hold_until", message: item.status },
        ]);
      const next = { ...item, ...changes, ...(changes.hold_until === undefined ? {} : { is_held: false }) };
      if (status === undefined || status === item.status) return next;
      if (status === "READY") return releaseItem(next, order);
      if (status === "WAITING") return holdItem(next, order, changes.hold_until ?? null);
      throw conflict("A pre-order is PROCESSED and CANCELLED with its line: send the line, or cancel or revise the order", [
        { field: "status", message: "Must be READY or WAITING" },
      ]);
    }),
);

const reason = fields.reason;

/** Releases a waiting item by hand. */
export const release = fn(IdInput.extend({ reason }), ({ id: preOrderId, reason }) =>
  changeWithOrder(preOrderId, (item, order) => releaseItem({ ...item, ...(reason === undefined ? {} : { reason }) }, order)),
);

function releaseItem(item: PreOrderRecord, order: OrderRecord): PreOrderRecord {
  if (item.status !== "WAITING")
    throw conflict(`The pre-order is ${item.status}; only a waiting one is released`, [
      { field: "status", message: item.status },
    ]);
  return withReady(item, order, "MANUAL");
}

/** Lets an item wait, or wait again. What allocations gave it is given back: it belongs to no item then. */
export const hold = fn(
  IdInput.extend({
    hold_until: fields.hold_until.describe("If empty, the item waits for an allocation or a user"),
    reason: text(2000).refine((value) => value.trim() !== "", "Must not be blank"),
  }),
  ({ id: preOrderId, hold_until, reason: why }) =>
    changeWithOrder(preOrderId, (item, order) => holdItem({ ...item, reason: why }, order, hold_until ?? null)),
);

async function holdItem(item: PreOrderRecord, order: OrderRecord, hold_until: string | null): Promise<PreOrderRecord> {
  if (item.status !== "WAITING" && item.status !== "READY")
    throw conflict(`The pre-order is ${item.status}; only a waiting or ready one is held`, [
      { field: "status", message: item.status },
    ]);
  const line = order.line_items.find((each) => each.id === item.line_id);
  if (line && line.fulfilled_quantity !== "0" && item.status === "READY")
    throw conflict("Some of the line is delivered or on its way", [{ field: "status", message: "Cancel the fulfilment first" }]);
  return {
    ...withStatus(await withCurrentRelease(item), "WAITING"),
    hold_until,
    is_held: hold_until === null,
    allocated_quantity: "0",
    allocation_id: null,
    ready_at: null,
    ready_reason: null,
  };
}

export * as PreOrder from "./pre-order.ts";
