import { useSettings } from "../../kernel/context.ts";
import { requestDay, requestTime } from "../../kernel/day.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { readReleases } from "../../sales/product/product-release.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { LineRecord, OrderRecord } from "./order.entity.ts";
import { isInForce } from "./order.rules.ts";
import { type PreOrderRecord, PreOrders } from "./pre-order.entity.ts";
import {
  computeDue,
  findStatus,
  MAX_CHANGED_PRE_ORDERS,
  MAX_PRE_ORDERS,
  type ReadyReason,
  smallerQuantity,
} from "./pre-order.rules.ts";

/**
 * Keeps the pre-orders of an order. Each pre-order line of a confirmed order has one, which is written in the transaction that changes the order. So
 * the line and its pre-order always agree.
 */

/** Sets what follows from the other fields. Call it for every pre-order that is written. */
export const completePreOrder = (item: PreOrderRecord): PreOrderRecord =>
  PreOrders.applyComputed({ ...item, due_at: computeDue(item, useSettings().timezone) });

/** Returns the next version of a pre-order with another status. */
export const withStatus = (item: PreOrderRecord, status: PreOrderRecord["status"]): PreOrderRecord =>
  item.status === status ? item : { ...item, status, status_changed_at: requestTime() };

/** Returns the item as READY. Owner and customer are told at the first time. */
export const withReady = (item: PreOrderRecord, order: OrderRecord, reason: ReadyReason): PreOrderRecord => {
  const time = requestTime();
  return {
    ...withStatus(item, "READY"),
    is_held: false,
    ready_at: time,
    ready_reason: reason,
    first_ready_at: item.first_ready_at ?? time,
    order_owner_id: order.owner_id,
  };
};

/** Adds the next version of a pre-order to the transaction. */
export const replacePreOrder = (tx: Transaction, before: PreOrderRecord, after: PreOrderRecord): PreOrderRecord => {
  const next = completePreOrder(Records.nextVersion(before, after));
  tx.replace(PreOrders, before, next);
  return next;
};

/** Returns the line as its pre-order leaves it. */
const withPreOrder = (line: LineRecord, item: PreOrderRecord): LineRecord => ({
  ...line,
  pre_order_id: item.id,
  preorder_released_at: item.status === "WAITING" ? null : (line.preorder_released_at ?? item.ready_at ?? requestTime()),
});

/** Returns the order with the line of a pre-order as the pre-order leaves it. */
export const withLineOf = (order: OrderRecord, item: PreOrderRecord): OrderRecord => ({
  ...order,
  line_items: order.line_items.map((line) => (line.id === item.line_id ? withPreOrder(line, item) : line)),
});

type PreOrderInput = Pick<PreOrderRecord, "hold_until" | "category" | "vendor" | "priority" | "reason" | "notes">;

const noInput: PreOrderInput = { hold_until: null, category: null, vendor: null, priority: 0, reason: null, notes: null };

/** The release date of an item: that of its line, or else of the product. */
const readRelease = (line: LineRecord, releaseByProduct: ReadonlyMap<string, string | null>) => ({
  release_at: line.preorder_release_at ?? (line.product_id ? (releaseByProduct.get(line.product_id) ?? null) : null),
  is_product_release: line.preorder_release_at === null && line.product_id !== null,
});

function buildPreOrder(
  order: OrderRecord,
  line: LineRecord,
  releases: ReadonlyMap<string, string | null>,
  input: PreOrderInput,
): PreOrderRecord {
  const item = Records.init(PreOrders, {
    order_id: order.id,
    line_id: line.id,
    customer_id: order.customer_id,
    product_id: line.product_id,
    name: line.name ?? "",
    quantity: line.quantity,
    allocated_quantity: "0",
    ...input,
    notes: input.notes ?? line.preorder_notes,
    ...readRelease(line, releases),
    is_held: false,
    due_at: null,
    status: "WAITING",
    status_changed_at: requestTime(),
    ready_at: null,
    ready_reason: null,
    processing_date: null,
    allocation_id: null,
    first_ready_at: null,
    order_owner_id: null,
    waiting_product_id: null,
  });
  return completePreOrder(item);
}

/** Returns the pre-order after a change of its order. `line` is undefined if the line is gone. */
function followLine(
  item: PreOrderRecord,
  order: OrderRecord,
  line: LineRecord | undefined,
  releases: ReadonlyMap<string, string | null>,
): PreOrderRecord {
  if (line === undefined) return withStatus(item, "CANCELLED");
  const isSameProduct = item.product_id === line.product_id;
  const next = {
    ...item,
    product_id: line.product_id,
    name: line.name ?? "",
    quantity: line.quantity,
    // What the line no longer needs is not given to another item by itself.
    allocated_quantity: isSameProduct ? smallerQuantity(item.allocated_quantity, line.quantity) : "0",
    ...(item.status === "WAITING" ? readRelease(line, releases) : {}),
  };
  // The rest of a completed order needs no delivery.
  const status = order.status === "COMPLETED" ? "PROCESSED" : findStatus(next, line);
  if (status === "READY" && next.status === "WAITING") return withReady(next, order, "ALLOCATION");
  const isProcessed = status === "PROCESSED";
  return {
    ...withStatus(next, status),
    processing_date: isProcessed ? (next.processing_date ?? requestDay()) : null,
  };
}

/** Fields of a line that a pre-order follows. */
const followedFields = ["product_id", "name", "quantity", "fulfilled_quantity", "preorder_release_at", "is_preorder"] as const;

const isChanged = (before: LineRecord, after: LineRecord | undefined): boolean =>
  after === undefined || followedFields.some((field) => before[field] !== after[field]);

/** Adds to the transaction what follows for the pre-orders of an order, and returns the order with its lines. `before` is undefined for a new order. */
export const applyOrderChange = async (
  tx: Transaction,
  before: OrderRecord | undefined,
  after: OrderRecord,
): Promise<OrderRecord> => (await followOrder(tx, before, after)).order;

/** An order after a change, and its pre-orders that change with it, by the id of the line. */
interface FollowedOrder {
  order: OrderRecord;
  itemByLine: ReadonlyMap<string, PreOrderRecord>;
}

/** Like `applyOrderChange`. `inputByLine` has the fields of new pre-orders. */
export async function followOrder(
  tx: Transaction,
  before: OrderRecord | undefined,
  after: OrderRecord,
  inputByLine: ReadonlyMap<string, PreOrderInput> = new Map(),
): Promise<FollowedOrder> {
  const isActive = isInForce(after.status) || after.status === "COMPLETED";
  const lineById = new Map(isActive ? after.line_items.map((line) => [line.id, line]) : []);
  const isCompleted = after.status === "COMPLETED" && before?.status !== "COMPLETED";
  const followed = (before?.line_items ?? []).filter(
    (line) => line.pre_order_id !== null && (isChanged(line, lineById.get(line.id)) || (isCompleted && isOpen(line))),
  );
  const added = isInForce(after.status) ? after.line_items.filter(isNewPreOrder) : [];
  const itemByLine = new Map<string, PreOrderRecord>();
  if (followed.length + added.length === 0) return { order: after, itemByLine };
  requireFewPreOrders(after, followed.length + added.length);
  const releases = await loadReleases([...added, ...followed.flatMap(({ id }) => lineById.get(id) ?? [])]);
  const items = await Records.loadMany(
    PreOrders,
    followed.map(({ pre_order_id }) => pre_order_id ?? ""),
  );
  for (const [index, { id }] of followed.entries()) {
    const item = items[index];
    if (!item) continue;
    const line = lineById.get(id);
    itemByLine.set(id, replacePreOrder(tx, item, followLine(item, after, line?.is_preorder ? line : undefined, releases)));
  }
  for (const line of added) {
    const item = buildPreOrder(after, line, releases, inputByLine.get(line.id) ?? noInput);
    tx.create(PreOrders, item, () => new WriteConflict(`${item.id} exists`));
    itemByLine.set(line.id, item);
  }
  const keepsLink = isActive || after.status === "CANCELLED";
  const line_items = after.line_items.map((line) => {
    const item = itemByLine.get(line.id);
    if (item === undefined) return line;
    if (item.status !== "CANCELLED") return withPreOrder(line, item);
    return { ...line, pre_order_id: keepsLink && line.is_preorder ? item.id : null, preorder_released_at: null };
  });
  return { order: { ...after, line_items }, itemByLine };
}

const isOpen = ({ quantity, fulfilled_quantity }: LineRecord): boolean => fulfilled_quantity !== quantity;

const isNewPreOrder = (line: LineRecord): boolean => line.is_preorder && line.pre_order_id === null && isOpen(line);

/** Cancels the pre-orders of an order that is deleted, and returns the order without them. */
export const cancelPreOrders = (tx: Transaction, order: OrderRecord): Promise<OrderRecord> =>
  applyOrderChange(tx, order, { ...order, status: "DRAFT" }).then((next) => ({ ...next, status: order.status }));

function requireFewPreOrders({ line_items }: OrderRecord, changed: number): void {
  const lines = line_items.flatMap(({ is_preorder }, index) => (is_preorder ? [index] : []));
  const excess = lines[MAX_PRE_ORDERS];
  if (excess !== undefined)
    throw ruleViolation(`An order can have at most ${MAX_PRE_ORDERS} pre-order lines`, [
      { field: `line_items[${excess}].is_preorder`, message: "Make another order of further pre-orders" },
    ]);
  if (changed > MAX_CHANGED_PRE_ORDERS)
    throw ruleViolation(`One change of an order can concern at most ${MAX_CHANGED_PRE_ORDERS} pre-orders`, [
      { field: "line_items", message: `Would change ${changed} pre-orders: make several revisions` },
    ]);
}

/** Reads the release dates of the products whose lines have none of their own. */
const loadReleases = (lines: readonly LineRecord[]): Promise<ReadonlyMap<string, string | null>> =>
  readReleases(
    lines.flatMap(({ product_id, preorder_release_at }) => (product_id && preorder_release_at === null ? [product_id] : [])),
  );
