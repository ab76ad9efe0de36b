import { AfterSalesCases } from "@crm/core/commerce/after-sales/after-sales.entity.ts";
import { AFTER_SALES_CASE, afterSalesGrants } from "@crm/core/commerce/after-sales/after-sales.kind.ts";
import { AfterSales } from "@crm/core/commerce/after-sales/after-sales.ts";
import { AfterSalesResolution } from "@crm/core/commerce/after-sales/case-resolution.ts";
import { AfterSalesFigures } from "@crm/core/commerce/after-sales/figures.ts";
import { AfterSalesLifecycle } from "@crm/core/commerce/after-sales/lifecycle.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { preOrders } from "./pre-orders.ts";

const tag = "After-sales";
const links = linksFor(AfterSalesCases);
const afterSalesOutput = recordSchema("AfterSalesCase", AfterSales.Info);
const afterSalesRow = recordSchema("AfterSalesCaseRow", AfterSales.Row);
const record = { tag, access: afterSalesGrants.write, output: afterSalesOutput, kind: "record", links } as const;

/** Operations below orders, which belong to their function. */
export const orderCaseOperations = [
  operation({
    name: "listOrderAfterSalesCases",
    method: "GET",
    path: "/orders/{id}/after-sales",
    summary: "List the after-sales cases of an order",
    verb: AfterSales.listByOrder,
    tag,
    access: afterSalesGrants.read,
    output: afterSalesRow,
    kind: "list",
    links,
  }),
  operation({
    name: "createOrderAfterSalesCase",
    method: "POST",
    path: "/orders/{id}/after-sales",
    summary: "Open an after-sales case of an order",
    description: "Items are claimed: at most what was delivered and is in no other case.",
    verb: AfterSales.createForOrder,
    status: 201,
    ...record,
  }),
] as const;

const operations = [
  ...buildFollowOperations("AfterSalesCase", AFTER_SALES_CASE),
  ...buildListOperations({
    name: "listAfterSalesCases",
    path: "/after-sales",
    tag,
    access: afterSalesGrants.read,
    summary: "List after-sales cases",
    verb: AfterSales.list,
    output: afterSalesRow,
    links,
  }),
  operation({
    name: "createAfterSalesCase",
    method: "POST",
    path: "/after-sales",
    summary: "Open an after-sales case",
    description: "Items are claimed: at most what was delivered and is in no other case.",
    verb: AfterSales.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getAfterSalesFigures",
    method: "GET",
    path: "/after-sales/figures/{product_id}",
    summary: "Read how many items of a product came back, why, and what became of them",
    description: "Over all cases of the organization.",
    verb: AfterSalesFigures.read,
    tag,
    access: afterSalesGrants.report,
    output: AfterSalesFigures.Info.meta({ id: "AfterSalesFigures" }),
    inBatch: true,
  }),
  operation({
    name: "getAfterSalesCase",
    method: "GET",
    path: "/after-sales/{id}",
    summary: "Read an after-sales case",
    verb: AfterSales.get,
    ...record,
    access: afterSalesGrants.read,
  }),
  operation({
    name: "updateAfterSalesCase",
    method: "PATCH",
    path: "/after-sales/{id}",
    summary: "Change fields of an after-sales case",
    description: "Changes only the named fields; `null` clears one.",
    verb: AfterSales.update,
    ...record,
  }),
  operation({
    name: "approveAfterSalesCase",
    method: "POST",
    path: "/after-sales/{id}/approve",
    summary: "Approve an after-sales case",
    description: "The customer gets a mail with the RMA code.",
    dialog: {
      title: "Approve case",
      effect: "The customer gets a mail with the return number.",
      done: "{record} was approved.",
    },
    verb: AfterSalesLifecycle.approve,
    ...record,
  }),
  operation({
    name: "receiveAfterSalesCase",
    method: "POST",
    path: "/after-sales/{id}/receive",
    summary: "Receive the items of an after-sales case",
    verb: AfterSalesLifecycle.receive,
    ...record,
  }),
  operation({
    name: "inspectAfterSalesCase",
    method: "POST",
    path: "/after-sales/{id}/inspect",
    summary: "Inspect the items of an after-sales case",
    verb: AfterSalesLifecycle.inspect,
    ...record,
  }),
  operation({
    name: "resolveAfterSalesCase",
    method: "POST",
    path: "/after-sales/{id}/resolve",
    summary: "Resolve an after-sales case",
    description:
      "By a refund, a credit, an exchange, a repair or an answer. Refund, credit note or new order are written once, in the same transaction.",
    verb: AfterSalesResolution.resolve,
    ...record,
    access: afterSalesGrants.resolve,
  }),
  operation({
    name: "rejectAfterSalesCase",
    method: "POST",
    path: "/after-sales/{id}/reject",
    summary: "Reject an after-sales case",
    description: "Items that have arrived go back to the customer.",
    dialog: {
      title: "Reject case",
      effect: "The customer gets your reason by mail.",
      done: "{record} was rejected.",
    },
    verb: AfterSalesLifecycle.reject,
    ...record,
  }),
  operation({
    name: "cancelAfterSalesCase",
    method: "POST",
    path: "/after-sales/{id}/cancel",
    summary: "Cancel an after-sales case before anything has arrived",
    verb: AfterSalesLifecycle.cancel,
    ...record,
  }),
  buildExportOperation("exportAfterSalesCases", "after-sales", tag, afterSalesGrants.read, AfterSales.listDefinition),
  ...preOrders,
] as const;

export const afterSales = defineApiFunction(operations, { uses: ["domains"] });
