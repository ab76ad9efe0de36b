import { Payments } from "@crm/core/commerce/payment/payment.entity.ts";
import { PAYMENT, paymentGrants } from "@crm/core/commerce/payment/payment.kind.ts";
import { Payment } from "@crm/core/commerce/payment/payment.ts";
import { Refunds } from "@crm/core/commerce/payment/refund.entity.ts";
import { Refund } from "@crm/core/commerce/payment/refund.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

/** The outputs of payments and refunds, which orders share. */
export const paymentOutput = recordSchema("Payment", Payment.Info);
export const refundOutput = recordSchema("Refund", Refund.Info);

const tag = "Payments";
const payment = { tag, access: paymentGrants.write, output: paymentOutput, kind: "record", links: linksFor(Payments) } as const;
const refund = { tag, access: paymentGrants.refund, output: refundOutput, kind: "record", links: linksFor(Refunds) } as const;

const operations = [
  ...buildFollowOperations("Payment", PAYMENT),
  ...buildListOperations({
    name: "listPayments",
    path: "/payments",
    tag,
    access: paymentGrants.read,
    summary: "List payments",
    verb: Payment.listAll,
    output: recordSchema("PaymentRow", Payment.Row),
    links: linksFor(Payments),
  }),
  operation({
    name: "getPayment",
    method: "GET",
    path: "/payments/{id}",
    summary: "Read a payment",
    verb: Payment.get,
    ...payment,
    access: paymentGrants.read,
  }),
  operation({
    name: "updatePayment",
    method: "PATCH",
    path: "/payments/{id}",
    summary: "Change fields of a payment",
    description: "Changes only the named fields; `null` clears one. A PENDING payment can become SUCCEEDED, FAILED or CANCELLED.",
    verb: Payment.update,
    ...payment,
  }),
  operation({
    name: "reversePayment",
    method: "POST",
    path: "/payments/{id}/reverse",
    summary: "Undo a payment that succeeded",
    description: "For money that did not stay, such as a check that bounced.",
    verb: Payment.reverse,
    ...payment,
  }),
  ...buildListOperations({
    name: "listRefunds",
    path: "/refunds",
    tag,
    access: paymentGrants.read,
    summary: "List refunds",
    verb: Refund.listAll,
    output: recordSchema("RefundRow", Refund.Row),
    links: linksFor(Refunds),
  }),
  operation({
    name: "getRefund",
    method: "GET",
    path: "/refunds/{id}",
    summary: "Read a refund",
    verb: Refund.get,
    ...refund,
    access: paymentGrants.read,
  }),
  operation({
    name: "updateRefund",
    method: "PATCH",
    path: "/refunds/{id}",
    summary: "Change fields of a refund",
    description: "Changes only the named fields; `null` clears one. A PENDING refund can become SUCCEEDED, FAILED or CANCELLED.",
    verb: Refund.update,
    ...refund,
  }),
  operation({
    name: "reverseRefund",
    method: "POST",
    path: "/refunds/{id}/reverse",
    summary: "Undo a refund that succeeded",
    description: "For money that came back, such as a transfer to a closed account. A credit of the refund stays.",
    verb: Refund.reverse,
    ...refund,
  }),
  buildExportOperation("exportPayments", "payments", "Payments", paymentGrants.read, Payment.listDefinition),
  buildExportOperation("exportRefunds", "refunds", "Payments", paymentGrants.read, Refund.listDefinition),
] as const;

export const payments = defineApiFunction(operations, { uses: ["domains"] });
