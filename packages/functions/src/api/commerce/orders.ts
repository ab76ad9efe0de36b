import { Invoices } from "@crm/core/commerce/invoice/invoice.entity.ts";
import { invoiceGrants } from "@crm/core/commerce/invoice/invoice.kind.ts";
import { Invoice } from "@crm/core/commerce/invoice/invoice.ts";
import { OrderDays } from "@crm/core/commerce/order/daily-report.ts";
import { Fulfilments } from "@crm/core/commerce/order/fulfilment.entity.ts";
import { Fulfilment } from "@crm/core/commerce/order/fulfilment.ts";
import { Instalments } from "@crm/core/commerce/order/instalment.ts";
import { LedgerEntries } from "@crm/core/commerce/order/ledger.entity.ts";
import { Ledger } from "@crm/core/commerce/order/ledger.ts";
import { OrderLifecycle } from "@crm/core/commerce/order/lifecycle.ts";
import { Orders } from "@crm/core/commerce/order/order.entity.ts";
import { ORDER, orderGrants } from "@crm/core/commerce/order/order.kind.ts";
import { Order } from "@crm/core/commerce/order/order.ts";
import { OrderRevisions } from "@crm/core/commerce/order/revision.entity.ts";
import { OrderPdf } from "@crm/core/commerce/order-confirmation/pdf.ts";
import { OrderSending } from "@crm/core/commerce/order-confirmation/sending.ts";
import { Payments } from "@crm/core/commerce/payment/payment.entity.ts";
import { paymentGrants } from "@crm/core/commerce/payment/payment.kind.ts";
import { Payment } from "@crm/core/commerce/payment/payment.ts";
import { Refunds } from "@crm/core/commerce/payment/refund.entity.ts";
import { Refund } from "@crm/core/commerce/payment/refund.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { offerOutput, sendDialog, sendPreviewOptions } from "../agreements/share-link-output.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { orderCaseOperations } from "./after-sales.ts";
import { invoiceOutput, invoiceRow } from "./invoice-schemas.ts";
import { paymentLinkOperations } from "./payment-accounts.ts";
import { paymentOutput, refundOutput } from "./payments.ts";
import { orderPreOrderOperations } from "./pre-orders.ts";

const tag = "Orders";
const output = recordSchema("Order", Order.Info);
const line = Order.Line.meta({ id: "OrderLine" });
const fulfilmentOutput = recordSchema("Fulfilment", Fulfilment.Info);
const instalment = Instalments.Info.meta({ id: "OrderInstalmentState" });
const readOptions = { tag, access: orderGrants.read } as const;
const writeOptions = { tag, access: orderGrants.write } as const;
const record = { ...writeOptions, output, kind: "record", links: linksFor(Orders) } as const;

const lines = [
  operation({
    name: "listOrderLines",
    method: "GET",
    path: "/orders/{id}/line-items",
    summary: "List the lines of an order",
    verb: Order.listLines,
    output: z.array(line),
    ...readOptions,
  }),
  operation({
    name: "addOrderLine",
    method: "POST",
    path: "/orders/{id}/line-items",
    summary: "Add a line to a draft",
    description: "Prices and totals are recalculated.",
    verb: Order.addLine,
    status: 201,
    ...record,
  }),
  operation({
    name: "replaceOrderLine",
    method: "PUT",
    path: "/orders/{id}/line-items/{line_id}",
    summary: "Replace a line of a draft",
    description: "Omitted fields are cleared.",
    verb: Order.replaceLine,
    ...record,
  }),
  operation({
    name: "removeOrderLine",
    method: "DELETE",
    path: "/orders/{id}/line-items/{line_id}",
    summary: "Remove a line from a draft",
    verb: Order.removeLine,
    ...record,
  }),
] as const;

const lifecycleOperations = [
  operation({
    name: "confirmOrder",
    method: "POST",
    path: "/orders/{id}/confirm",
    summary: "Confirm an order",
    description: "The customer has agreed. Lines and prices then change only by a revision.",
    dialog: {
      title: "Confirm order",
      effect: "Lines and prices are then fixed. Later changes need a revision.",
      done: "{record} was confirmed.",
    },
    verb: OrderLifecycle.confirm,
    ...record,
  }),
  operation({
    name: "cancelOrder",
    method: "POST",
    path: "/orders/{id}/cancel",
    summary: "Cancel an order",
    description: "Nothing of the order may be delivered. Payments of the customer stay until they are refunded.",
    dialog: {
      title: "Cancel order",
      effect: "Payments of the customer stay until they are refunded.",
      done: "{record} was cancelled.",
      inputs: { reason: { requiredWhen: { status: { ne: "DRAFT" } } } },
    },
    verb: OrderLifecycle.cancel,
    ...record,
  }),
  operation({
    name: "completeOrder",
    method: "POST",
    path: "/orders/{id}/complete",
    summary: "Complete an order",
    description: "Everything that requires delivery must be delivered.",
    dialog: {
      title: "Complete order",
      effect: "Everything of the order has been delivered.",
      done: "{record} was completed.",
    },
    verb: OrderLifecycle.complete,
    ...record,
  }),
  operation({
    name: "reviseOrder",
    method: "POST",
    path: "/orders/{id}/revise",
    summary: "Change lines and prices of a confirmed order",
    description: "The former lines and prices stay readable. What is delivered or on its way stays.",
    verb: OrderLifecycle.revise,
    ...record,
  }),
  operation({
    name: "listOrderRevisions",
    method: "GET",
    path: "/orders/{id}/revisions",
    summary: "List the revisions of an order",
    description: "The newest first. An order that was not revised has none.",
    verb: OrderLifecycle.listRevisions,
    output: recordSchema("OrderRevision", OrderLifecycle.Revision),
    kind: "list",
    links: linksFor(OrderRevisions),
    ...readOptions,
  }),
  operation({
    name: "adjustOrder",
    method: "POST",
    path: "/orders/{id}/adjust",
    summary: "Lower or raise what the customer owes",
    verb: OrderLifecycle.adjust,
    ...record,
    access: orderGrants.adjust,
  }),
  operation({
    name: "acknowledgeOrderReview",
    method: "POST",
    path: "/orders/{id}/acknowledge-review",
    summary: "Record that you have looked at an order that needs review",
    dialog: { title: "Mark as reviewed" },
    description: "Reasons that still hold stay.",
    verb: OrderLifecycle.acknowledgeReview,
    ...record,
  }),
] as const;

const moneyOperations = [
  operation({
    name: "listOrderLedger",
    method: "GET",
    path: "/orders/{id}/ledger",
    summary: "List the ledger of an order",
    description: "The newest entry first. Entries never change.",
    verb: Ledger.list,
    output: recordSchema("LedgerEntry", Ledger.Row),
    kind: "list",
    links: linksFor(LedgerEntries),
    ...readOptions,
  }),
  operation({
    name: "listOrderInstalments",
    method: "GET",
    path: "/orders/{id}/instalments",
    summary: "List the instalments of an order",
    verb: Instalments.list,
    output: z.array(instalment),
    inBatch: true,
    ...readOptions,
  }),
  operation({
    name: "replaceOrderInstalments",
    method: "PUT",
    path: "/orders/{id}/instalments",
    summary: "Replace the instalments of an order",
    description: "They add up to what is due. Payments settle the oldest unpaid one first.",
    verb: Instalments.replace,
    output: z.array(instalment),
    ...writeOptions,
  }),
  operation({
    name: "listOrderInvoices",
    method: "GET",
    path: "/orders/{id}/invoices",
    tag: "Invoices",
    access: invoiceGrants.read,
    summary: "List the invoices and credit notes of an order",
    verb: Invoice.listByOrder,
    output: invoiceRow,
    kind: "list",
    links: linksFor(Invoices),
  }),
  operation({
    name: "createOrderInvoice",
    method: "POST",
    path: "/orders/{id}/invoices",
    tag: "Invoices",
    access: invoiceGrants.write,
    summary: "Draft an invoice of an order",
    description: "The order must be confirmed. The invoices of an order together never exceed it.",
    verb: Invoice.create,
    output: invoiceOutput,
    status: 201,
    kind: "record",
    links: linksFor(Invoices),
  }),
  operation({
    name: "listOrderPayments",
    method: "GET",
    path: "/orders/{id}/payments",
    tag: "Payments",
    access: paymentGrants.read,
    summary: "List the payments of an order",
    verb: Payment.list,
    output: recordSchema("PaymentRow", Payment.Row),
    kind: "list",
    links: linksFor(Payments),
  }),
  operation({
    name: "createOrderPayment",
    method: "POST",
    path: "/orders/{id}/payments",
    tag: "Payments",
    access: paymentGrants.write,
    summary: "Record a payment of an order",
    description: "The same transaction of a provider is the same payment.",
    dialog: {
      title: "Record payment",
      effect: "The payment counts toward the balance of the order.",
      done: "A payment of {record} was recorded.",
      preset: { amount: "{balance}" },
    },
    verb: Payment.create,
    output: paymentOutput,
    status: 201,
    kind: "record",
    links: linksFor(Payments),
  }),
  operation({
    name: "listOrderRefunds",
    method: "GET",
    path: "/orders/{id}/refunds",
    tag: "Payments",
    access: paymentGrants.read,
    summary: "List the refunds of an order",
    verb: Refund.list,
    output: recordSchema("RefundRow", Refund.Row),
    kind: "list",
    links: linksFor(Refunds),
  }),
  operation({
    name: "createOrderRefund",
    method: "POST",
    path: "/orders/{id}/refunds",
    tag: "Payments",
    access: paymentGrants.refund,
    summary: "Record a refund of an order",
    description: "Refunds cannot exceed payments. The same transaction of a provider is the same refund.",
    dialog: {
      title: "Record refund",
      effect: "The refund is recorded. It cannot exceed what the customer paid.",
      done: "A refund of {record} was recorded.",
    },
    verb: Refund.create,
    output: refundOutput,
    status: 201,
    kind: "record",
    links: linksFor(Refunds),
  }),
] as const;

const fulfilmentRecord = {
  tag,
  access: orderGrants.write,
  output: fulfilmentOutput,
  kind: "record",
  links: linksFor(Fulfilments),
} as const;
const fulfilmentRow = recordSchema("FulfilmentRow", Fulfilment.Row);

const fulfilmentOperations = [
  operation({
    name: "listOrderFulfilments",
    method: "GET",
    path: "/orders/{id}/fulfilments",
    summary: "List the fulfilments of an order",
    verb: Fulfilment.list,
    output: fulfilmentRow,
    kind: "list",
    links: linksFor(Fulfilments),
    ...readOptions,
  }),
  operation({
    name: "createOrderFulfilment",
    method: "POST",
    path: "/orders/{id}/fulfilments",
    summary: "Ship items of an order",
    description: "The first one begins the fulfilment of the order.",
    dialog: {
      title: "Ship items",
      effect: "The chosen items are on their way to the customer.",
      done: "Items of {record} were shipped.",
    },
    verb: Fulfilment.create,
    status: 201,
    ...fulfilmentRecord,
  }),
  ...buildListOperations({
    name: "listFulfilments",
    path: "/fulfilments",
    summary: "List fulfilments",
    verb: Fulfilment.listAll,
    output: fulfilmentRow,
    links: linksFor(Fulfilments),
    ...readOptions,
  }),
  operation({
    name: "getFulfilment",
    method: "GET",
    path: "/fulfilments/{id}",
    summary: "Read a fulfilment",
    verb: Fulfilment.get,
    ...fulfilmentRecord,
    access: orderGrants.read,
  }),
  operation({
    name: "updateFulfilment",
    method: "PATCH",
    path: "/fulfilments/{id}",
    summary: "Change fields of a fulfilment",
    description: "Changes only the named fields; `null` clears one.",
    verb: Fulfilment.update,
    ...fulfilmentRecord,
  }),
  operation({
    name: "deliverOrderFulfilment",
    method: "POST",
    path: "/orders/{id}/fulfilments/{fulfilment_id}/deliver",
    summary: "Record that a fulfilment has arrived",
    verb: Fulfilment.deliver,
    ...fulfilmentRecord,
  }),
  operation({
    name: "cancelOrderFulfilment",
    method: "POST",
    path: "/orders/{id}/fulfilments/{fulfilment_id}/cancel",
    summary: "Cancel a fulfilment that has not arrived",
    description: "The lines can be sent again.",
    verb: Fulfilment.cancel,
    ...fulfilmentRecord,
  }),
] as const;

const confirmationOperations = [
  operation({
    name: "getOrderPdf",
    method: "GET",
    path: "/orders/{id}/pdf",
    summary: "Get the confirmation of an order as a PDF",
    description: "`ETag` is the SHA-256 of the file; a file over 4 MB returns 303 with a link.",
    verb: toFileVerb(OrderPdf.render),
    kind: "raw",
    ...readOptions,
  }),
  operation({
    name: "sendOrder",
    method: "POST",
    path: "/orders/{id}/send",
    summary: "Send the confirmation of an order to the customer",
    description:
      "The customer gets a mail with a private link to lines, totals, deliveries and payment state. Sending again mails the same link.",
    verb: OrderSending.send,
    dialog: sendDialog,
    ...record,
  }),
  operation({
    name: "previewOrderSending",
    path: "/orders/{id}/send-preview",
    summary: "Preview the sending of an order",
    verb: OrderSending.previewSending,
    ...sendPreviewOptions,
    ...writeOptions,
  }),
  operation({
    name: "readOrderOffer",
    method: "GET",
    path: "/orders/{id}/offer",
    summary: "Read to whom an order was sent, and how often it was seen",
    verb: OrderSending.readOffer,
    output: offerOutput,
    ...readOptions,
  }),
  operation({
    name: "revokeOrderLinks",
    method: "POST",
    path: "/orders/{id}/links/revoke",
    summary: "Revoke the links to an order",
    description: "Sending again creates a new link.",
    verb: OrderSending.revoke,
    output: offerOutput,
    ...writeOptions,
  }),
] as const;

const operations = [
  ...buildFollowOperations("Order", ORDER),
  ...crud({
    noun: "Order",
    plural: "Orders",
    tag,
    path: "/orders",
    read: orderGrants.read,
    write: orderGrants.write,
    remove: orderGrants.delete,
    domain: Order,
    output,
    row: recordSchema("OrderRow", Order.Row),
    links: linksFor(Orders),
  }),
  ...lines,
  ...lifecycleOperations,
  ...moneyOperations,
  ...fulfilmentOperations,
  ...orderCaseOperations,
  ...orderPreOrderOperations,
  ...confirmationOperations,
  operation({
    name: "getOrderDays",
    method: "GET",
    path: "/orders/days",
    summary: "Read the orders, revenue and refunds of each day",
    description: "In the tenant's time zone, for records of owners that the caller can see.",
    verb: OrderDays.read,
    output: OrderDays.Info.meta({ id: "OrderDays" }),
    ...readOptions,
  }),
  ...paymentLinkOperations,
  buildExportOperation("exportFulfilments", "fulfilments", "Orders", orderGrants.read, Fulfilment.listDefinition),
  buildExportOperation("exportOrders", "orders", "Orders", orderGrants.read, Order.listDefinition),
  buildImportOperation(
    "importOrders",
    "orders",
    "Orders",
    orderGrants.write,
    "Each row is an order. `customer_id` accepts an id, a number, a name, or the email address or external key of its person.",
    async () => (await import("@crm/core/commerce/order-import/order.import.ts")).orders,
  ),
  buildImportOperation(
    "importOrderItems",
    "order-items",
    "Orders",
    orderGrants.write,
    "Each row is a line that is added to the draft with this `order_number`. `product_id` accepts an id or a code.",
    async () => (await import("@crm/core/commerce/order-import/order-item.import.ts")).orderItems,
  ),
  ...buildActivityOperations("Order", "/orders", createRecordActivities(Orders)),
] as const;

export const orders = defineApiFunction(operations, {
  uses: [
    "domains",
    "secrets:links",
    "secrets:lookups",
    "fonts",
    "objects:documents:put",
    "objects:documents:get",
    "objects:attachments:get",
    "objects:uploads:put",
    "objects:uploads:get",
    "seal",
    "web",
  ],
  // This much memory comes with one full processor, which limits how fast a document is drawn.
  memory: 1769,
});
