import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { buildRefundDaySums } from "../../sales/figures/sale-days.rules.ts";
import { type BaseRecord, Collection, indexBy, noCounterSums } from "../../storage/table/collection.ts";
import { changedTo } from "../../storage/table/event-filter.ts";
import { AFTER_SALES_CASE } from "../after-sales/after-sales.kind.ts";
import { ORDER } from "../order/order.kind.ts";
import { paymentStatuses, sharedFields } from "./payment.entity.ts";
import { PAYMENT, REFUND } from "./payment.kind.ts";
import { paymentText } from "./payment-text.ts";

/** Fields of a refund that a caller writes. */
export const fields = {
  ...sharedFields,
  refunded_date: personalData("financial", date().nullish().describe("If empty, the day on which the refund succeeds")),
  reason: paymentText(2000).nullish(),
};

export const Stored = z.object({
  order_id: id(ORDER),
  customer_id: id(CUSTOMER),
  payment_id: id(PAYMENT).nullable().describe("The payment that is given back"),
  ...toStoredShape(fields),
  amount: amount(),
  currency: personalData("financial", currency()),
  credits: personalData(
    "financial",
    z.boolean().describe("true: the customer no longer owes the amount, as for a return; false: money that was paid too much"),
  ),
  status: personalData("financial", oneOf(paymentStatuses)),
  status_changed_at: personalData("financial", instant()),
  failure_reason: paymentText(2000).nullable(),
  after_sales_id: id(AFTER_SALES_CASE).nullable().describe("The case that the refund resolves"),
  entry_sequence: z.number().int().nullable().describe("The entry in the ledger of the order"),
  reversed_at: personalData("financial", instant().nullable()),
  reversal_reason: paymentText(2000).nullable(),
});

export type RefundRecord = z.output<typeof Stored> & BaseRecord;

export const Refunds = new Collection<RefundRecord>({
  kind: REFUND,
  schema: Stored,
  personalData: {
    purpose: "Account for what customers got back.",
    subject: aboutPerson(reach("order_id", ORDER), reach("customer_id", CUSTOMER)),
    recipients: ["webhook"],
  },
  row: [
    "order_id",
    "customer_id",
    "payment_id",
    "amount",
    "currency",
    "status",
    "credits",
    "payment_method_id",
    "provider",
    "transaction_id",
    "refunded_date",
    "reason",
    "reversed_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("status"),
    by_related: indexBy("order_id"),
    by_class: indexBy("customer_id"),
  },
  filters: {
    status: { index: "by_status", field: "status" },
    customer: { index: "by_class", field: "customer_id", hasOwnCounters: true },
  },
  visibleWith: "order_id",
  parent: "order_id",
  searchWords: ({ transaction_id }) => (transaction_id ? numberSearchWords(transaction_id) : []),
  sums: ({ status, reversed_at, refunded_date, currency: refundCurrency, amount: refundAmount }) =>
    status === "SUCCEEDED" && reversed_at === null && refunded_date
      ? buildRefundDaySums(refunded_date, refundCurrency, refundAmount)
      : noCounterSums,
  events: { succeeded: changedTo("status", "SUCCEEDED"), failed: changedTo("status", "FAILED") },
  sensitivity: "confidential",
});
