import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useContext } from "../../kernel/context.ts";
import { type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { IdInput, id, oneOf, toStoredFields } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { PRODUCT } from "../../sales/product/product.kind.ts";
import { Product } from "../../sales/product/product.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Orders } from "../order/order.entity.ts";
import { type PreOrderRecord, PreOrders, waitingPartition } from "../order/pre-order.entity.ts";
import { isWhollyAllocated, missingQuantity, smallerQuantity } from "../order/pre-order.rules.ts";
import { replacePreOrder, withLineOf, withReady } from "../order/pre-order-changes.ts";
import { addQuantity, subtractQuantity } from "../order/quantity.rules.ts";
import { type AllocationRecord, Allocations, allocationStatuses, fields, isOpen, Stored } from "./allocation.entity.ts";
import { replaceOrder } from "./ready.ts";

/**
 * Allocations give stock to waiting items of a product. A subscriber works in slices. Each step is one transaction of the item, its order and the
 * allocation with what is left of it, so neither a killed slice nor a second worker gives more than there was.
 */

export const Info = Stored.omit({ next_item: true, turn: true, attention_at: true });
export const Row = rowSchema(Info, Allocations.definition.row);

const ListInput = listSchema(Allocations, {
  product: id(PRODUCT).optional(),
  status: oneOf(allocationStatuses).optional(),
});

export const list = fn(ListInput, async (input) => listRecords(Allocations, buildListQuery(Allocations, input)));

export const get = fn(IdInput, ({ id: allocationId }) => Records.read(Allocations, allocationId));

const Create = z.strictObject(fields);

export const create = fn(Create, async (input) => {
  const allocation = toStoredFields(fields, input);
  await Master.resolveAll(fields, allocation, undefined, { checkedFields: ["items"] });
  await requireItems(input);
  const { name } = await Product.get({ id: input.product_id });
  const record = Records.init(Allocations, {
    ...allocation,
    name,
    remaining_quantity: input.quantity,
    allocated_count: 0,
    ready_count: 0,
    next_item: 0,
    status: "RUNNING",
    completed_at: null,
    ...Job.requestWorker(),
  });
  return transaction().create(Allocations, record).commit(record);
});

/** Checks the named items: they wait for the product, and get at most what they need and what there is. */
async function requireItems({ method, product_id, quantity, items }: z.output<typeof Create>): Promise<void> {
  if (method !== "MANUAL") {
    if (items) throw invalid("items", "Only allowed with the method MANUAL");
    return;
  }
  if (!items) throw invalid("items", "Required with the method MANUAL");
  const ids = items.map(({ pre_order_id }) => pre_order_id);
  const visibleIds = await Records.filterVisibleIds(ids);
  const stored = await Records.loadMany(PreOrders, ids, { live: true });
  const details = items.flatMap((item, index): ErrorDetail[] => {
    const preOrder = visibleIds.has(item.pre_order_id) ? stored[index] : undefined;
    const field = `items[${index}].pre_order_id`;
    if (!preOrder) return [{ field, message: "No such pre-order" }];
    if (ids.indexOf(item.pre_order_id) !== index) return [{ field, message: "Another item has the same pre-order" }];
    if (preOrder.product_id !== product_id) return [{ field, message: "The pre-order is of another product" }];
    if (preOrder.status !== "WAITING") return [{ field, message: `The pre-order is ${preOrder.status} and does not wait` }];
    const missing = missingQuantity(preOrder);
    if (Money.compare(item.quantity, missing) <= 0) return [];
    return [{ field: `items[${index}].quantity`, message: `Must be at most ${missing}, which the pre-order needs` }];
  });
  const sum = items.reduce((total, item) => addQuantity(total, item.quantity), "0");
  if (Money.compare(sum, quantity) > 0)
    details.push({ field: "quantity", message: `Must be at least ${sum}, the sum of the items` });
  if (details.length > 0) throw invalidAll(details);
}

interface Progress {
  steps: number;
}

/** Steps after which the progress is saved, which resets the tries of the job. */
const STEPS_PER_SAVE = 25;

const allocationJob = createWorker<AllocationRecord, Progress>({
  name: "pre-order-allocations",
  collection: Allocations,
  isOpen,
  sliceMs: 10_000,
  // The work runs as the system: items of all owners take part.
  contextFor: async () => useContext(),
  work: (allocation, lease, until) => Tenant.runWithSettings(() => runSlice(allocation, lease, until)),
  onFailed: ({ id: allocationId }): Promise<void> => allocationJob.retryLater(allocationId, { steps: 0 }, Job.INDEX_LAG_SECONDS),
});

export const onContinueRequested = (event: DomainEvent): Promise<void> => allocationJob.onContinueRequested(event);

async function runSlice(allocation: AllocationRecord, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  let steps = lease.state?.steps ?? 0;
  for await (const step of listSteps(allocation)) {
    if (!(await allocate(allocation.id, step))) return;
    if (++steps % STEPS_PER_SAVE > 0) continue;
    lease = await Job.saveProgress(allocation.id, lease, { steps });
    if (performance.now() >= until) return allocationJob.requestNextSlice(allocation.id);
  }
  await allocationJob.change(allocation.id, () => completed());
}

const completed = () => ({ status: "COMPLETED" as const, completed_at: Clock.now(), attention_at: null });

/** An item that may get a part, and for MANUAL its position and the most that it gets. */
interface Step {
  pre_order_id: string;
  named?: { index: number; quantity: string };
}

/** Rows of a query of the queue. */
const CHUNK_SIZE = 100;

/** Lists the items in the order of the method. Those that got a part before are no longer waiting. */
async function* listSteps({ method, product_id, items, next_item }: AllocationRecord): AsyncGenerator<Step> {
  if (method === "MANUAL") {
    for (const [index, { pre_order_id, quantity }] of (items ?? []).entries())
      if (index >= next_item) yield { pre_order_id, named: { index, quantity } };
    return;
  }
  const partition =
    method === "PRIORITY"
      ? { index: "by_rank" as const, facets: { waiting_product_id: product_id } }
      : waitingPartition(product_id);
  const order = method === "PRIORITY" ? "desc" : "asc";
  for await (const row of queryPartitions(PreOrders, [partition], { order, after: undefined, chunk: CHUNK_SIZE }))
    yield { pre_order_id: PreOrders.fromRow(row).id };
}

/** Gives one item its part. Returns false if the allocation has ended. */
const allocate = (allocationId: string, { pre_order_id, named }: Step): Promise<boolean> =>
  retryOnConflict(async () => {
    const allocation = await Records.load(Allocations, allocationId, { live: true });
    if (!allocation || !isOpen(allocation)) return false;
    if (named && named.index < allocation.next_item) return true;
    const item = await Records.load(PreOrders, pre_order_id, { live: true });
    const part = item ? findPart(allocation, item, named?.quantity) : "0";
    const tx = transaction();
    const written = item && part !== "0" ? await addPart(tx, item, { allocationId, part }) : undefined;
    if (!written && !named) return true;
    const remaining_quantity = written ? subtractQuantity(allocation.remaining_quantity, part) : allocation.remaining_quantity;
    const next = {
      ...allocation,
      remaining_quantity,
      next_item: named ? named.index + 1 : 0,
      allocated_count: allocation.allocated_count + (written ? 1 : 0),
      ready_count: allocation.ready_count + (written?.status === "READY" ? 1 : 0),
      ...(remaining_quantity === "0" ? completed() : {}),
    };
    await tx.replace(Allocations, allocation, Records.nextVersion(allocation, next)).commit(undefined);
    return remaining_quantity !== "0";
  });

/** Adds the item with its part to the transaction. An item that is wholly allocated becomes READY, with its line. */
async function addPart(
  tx: Transaction,
  item: PreOrderRecord,
  { allocationId, part }: { allocationId: string; part: string },
): Promise<PreOrderRecord | undefined> {
  const order = await Records.load(Orders, item.order_id, { live: true });
  if (!order) return undefined;
  const given = { ...item, allocated_quantity: addQuantity(item.allocated_quantity, part), allocation_id: allocationId };
  if (!isWhollyAllocated(given)) return replacePreOrder(tx, item, given);
  const written = replacePreOrder(tx, item, withReady(given, order, "ALLOCATION"));
  replaceOrder(tx, order, withLineOf(order, written));
  return written;
}

/** Returns what an item gets: what it needs, at most what is left and what the user named. */
function findPart({ product_id, remaining_quantity }: AllocationRecord, item: PreOrderRecord, named?: string): string {
  if (item.status !== "WAITING" || item.product_id !== product_id) return "0";
  const part = smallerQuantity(missingQuantity(item), remaining_quantity);
  return named === undefined ? part : smallerQuantity(part, named);
}

export * as Allocation from "./allocation.ts";
