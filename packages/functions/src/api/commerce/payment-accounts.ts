import { Orders } from "@crm/core/commerce/order/order.entity.ts";
import { Order } from "@crm/core/commerce/order/order.ts";
import { paymentGrants } from "@crm/core/commerce/payment/payment.kind.ts";
import { PaymentAccounts } from "@crm/core/commerce/payment-account/payment-account.entity.ts";
import { paymentAccountGrants } from "@crm/core/commerce/payment-account/payment-account.kind.ts";
import { PaymentAccount } from "@crm/core/commerce/payment-account/payment-account.ts";
import { PaymentLinks } from "@crm/core/commerce/payment-account/payment-link.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { manage } = paymentAccountGrants;
const commonOptions = { tag: "Payment accounts", links: linksFor(PaymentAccounts) };
const record = { ...commonOptions, output: recordSchema("PaymentAccount", PaymentAccount.Info), kind: "record" } as const;
const recordPath = "/payment-accounts/{id}";

/** Operations of orders that call a payment provider. */
export const paymentLinkOperations = [
  operation({
    name: "createOrderPaymentLink",
    method: "POST",
    path: "/orders/{id}/payment-link",
    tag: "Payments",
    access: paymentGrants.write,
    summary: "Make a page on which the customer pays the balance",
    dialog: { title: "Create payment page" },
    description: "`payment_link` of the order has its address. It expires when the balance changes.",
    verb: PaymentLinks.create,
    status: 201,
    output: recordSchema("Order", Order.Info),
    kind: "record",
    links: linksFor(Orders),
  }),
] as const;

const operations = [
  ...buildListOperations({
    name: "listPaymentAccounts",
    path: "/payment-accounts",
    access: manage,
    summary: "List accounts with payment providers",
    verb: PaymentAccount.list,
    output: recordSchema("PaymentAccountRow", PaymentAccount.Row),
    ...commonOptions,
  }),
  operation({
    name: "createPaymentAccount",
    method: "POST",
    path: "/payment-accounts",
    access: manage,
    summary: "Add an account with a payment provider",
    description: "The key is stored encrypted and never returned.",
    verb: PaymentAccount.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getPaymentAccount",
    method: "GET",
    path: recordPath,
    access: manage,
    summary: "Read a payment account",
    verb: PaymentAccount.get,
    ...record,
  }),
  operation({
    name: "updatePaymentAccount",
    method: "PATCH",
    path: recordPath,
    access: manage,
    summary: "Change a payment account",
    description: "Changes only the named fields. An omitted key is kept; provider and mode cannot be changed.",
    verb: PaymentAccount.update,
    ...record,
  }),
  operation({
    name: "deletePaymentAccount",
    method: "DELETE",
    path: recordPath,
    access: manage,
    summary: "Delete a payment account with its key",
    verb: PaymentAccount.remove,
    ...record,
  }),
  operation({
    name: "checkPaymentAccount",
    method: "POST",
    path: `${recordPath}/check`,
    tag: "Payment accounts",
    access: manage,
    summary: "Check a payment account with its provider",
    dialog: { done: "{record} was checked.", answer: { works: "Works", account_name: "Account", problems: "Problems" } },
    verb: PaymentAccount.check,
    output: PaymentAccount.AccountCheck,
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "reconcilePaymentAccount",
    method: "POST",
    path: `${recordPath}/reconcile`,
    access: manage,
    summary: "Compare a payment account with its provider now",
    description: "`reconciled_until`, `posted_count` and `differences` show the result.",
    verb: PaymentAccount.reconcile,
    status: 202,
    ...record,
  }),
] as const;

/** Accounts with payment providers. */
/** Accounts with providers of payments. */
export const gateways = defineApiFunction(operations, { uses: ["seal", "web"] });
