import { orderGrants } from "@crm/core/commerce/order/order.kind.ts";
import { PreOrders } from "@crm/core/commerce/order/pre-order.entity.ts";
import { Allocations } from "@crm/core/commerce/pre-order/allocation.entity.ts";
import { Allocation } from "@crm/core/commerce/pre-order/allocation.ts";
import { PRE_ORDER } from "@crm/core/commerce/pre-order/pre-order.kind.ts";
import { PreOrder } from "@crm/core/commerce/pre-order/pre-order.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const tag = "Pre-orders";
const output = recordSchema("PreOrder", PreOrder.Info);
const row = recordSchema("PreOrderRow", PreOrder.Row);
const record = { tag, access: orderGrants.write, output, kind: "record", links: linksFor(PreOrders) } as const;
const allocation = {
  tag,
  access: orderGrants.write,
  output: recordSchema("PreOrderAllocation", Allocation.Info),
  kind: "record",
  links: linksFor(Allocations),
} as const;

/** Operations below an order. */
export const orderPreOrderOperations = [
  operation({
    name: "listOrderPreOrders",
    method: "GET",
    path: "/orders/{id}/pre-orders",
    tag,
    access: orderGrants.read,
    summary: "List the pre-orders of an order",
    verb: PreOrder.listOfOrder,
    output: row,
    kind: "list",
    links: linksFor(PreOrders),
  }),
  operation({
    name: "createOrderPreOrder",
    method: "POST",
    path: "/orders/{id}/pre-orders",
    summary: "Make a line of an order a pre-order",
    description: "The order is confirmed, and nothing of the line is sent.",
    dialog: {
      title: "Create pre-order",
      done: "A pre-order of {record} was created.",
      inputs: { line_id: { itemOf: "line_items" } },
    },
    verb: PreOrder.create,
    status: 201,
    ...record,
  }),
] as const;

export const preOrders = [
  ...buildFollowOperations("PreOrder", PRE_ORDER),
  ...buildListOperations({
    name: "listPreOrders",
    path: "/pre-orders",
    tag,
    access: orderGrants.read,
    summary: "List pre-orders",
    description: "`product` and `status=WAITING` with `sort=due_at` list the waiting items of a product by release date.",
    verb: PreOrder.list,
    output: row,
    links: linksFor(PreOrders),
  }),
  ...buildListOperations({
    name: "listPreOrderAllocations",
    path: "/pre-orders/allocations",
    tag,
    access: orderGrants.read,
    summary: "List allocations of stock to pre-orders",
    verb: Allocation.list,
    output: recordSchema("PreOrderAllocationRow", Allocation.Row),
    links: linksFor(Allocations),
  }),
  operation({
    name: "createPreOrderAllocation",
    method: "POST",
    path: "/pre-orders/allocations",
    summary: "Give stock to waiting pre-orders of a product",
    description: "The work continues in the background. The record shows its progress, and at the end what is left.",
    verb: Allocation.create,
    status: 201,
    ...allocation,
  }),
  operation({
    name: "getPreOrderAllocation",
    method: "GET",
    path: "/pre-orders/allocations/{id}",
    summary: "Read an allocation of stock to pre-orders",
    verb: Allocation.get,
    ...allocation,
    access: orderGrants.read,
  }),
  operation({
    name: "getPreOrder",
    method: "GET",
    path: "/pre-orders/{id}",
    summary: "Read a pre-order",
    verb: PreOrder.get,
    ...record,
    access: orderGrants.read,
  }),
  operation({
    name: "updatePreOrder",
    method: "PATCH",
    path: "/pre-orders/{id}",
    summary: "Change fields of a pre-order",
    description: "Changes only the named fields; `null` clears one.",
    verb: PreOrder.update,
    ...record,
  }),
  operation({
    name: "releasePreOrder",
    method: "POST",
    path: "/pre-orders/{id}/release",
    summary: "Release a pre-order",
    description: "By hand, although it waits. The line can be sent. Owner and customer are told.",
    verb: PreOrder.release,
    ...record,
  }),
  operation({
    name: "holdPreOrder",
    method: "POST",
    path: "/pre-orders/{id}/hold",
    summary: "Let a pre-order wait",
    description: "For a pre-order that waits, or is ready and not sent. Its allocated quantity is given back.",
    verb: PreOrder.hold,
    ...record,
  }),
  buildExportOperation("exportPreOrders", "pre-orders", tag, orderGrants.read, PreOrder.listDefinition),
] as const;
