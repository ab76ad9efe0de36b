import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { amount, currency, date, id, instant, master, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { toSortKey } from "../../kernel/sort-key.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { changedTo, fieldChanged } from "../../storage/table/event-filter.ts";
import { ORDER } from "../order/order.kind.ts";
import { PAYMENT } from "./payment.kind.ts";
import { PAYMENT_METHODS } from "./payment.masters.ts";
import { paymentLine, paymentText } from "./payment-text.ts";

export const paymentStatuses = ["PENDING", "SUCCEEDED", "FAILED", "CANCELLED"] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** Fields of payments and refunds that a caller writes. */
export const sharedFields = {
  payment_method_id: personalData("financial", master(PAYMENT_METHODS).nullish()),
  provider: personalData(
    "none",
    paymentText(40)
      .regex(/^[a-z0-9_]+$/, "Must have only lower-case letters, digits and _, such as stripe")
      .nullish()
      .describe("The provider that gave the transaction id. If empty, the tenant itself"),
  ),
  transaction_id: personalData(
    "identifier",
    paymentLine(255).nullish().describe("Unique for each provider. The same one twice is the same record"),
  ),
  notes: paymentText(2000).nullish(),
};

/** Fields of a payment that a caller writes. */
export const fields = {
  ...sharedFields,
  due_date: personalData("financial", date().nullish().describe("When a pending payment is expected")),
  paid_date: personalData("financial", date().nullish().describe("If empty, the day on which the payment succeeds")),
  is_deposit: personalData("financial", z.boolean().default(false)),
};

export const Stored = z.object({
  order_id: id(ORDER),
  customer_id: id(CUSTOMER),
  ...toStoredShape(fields),
  amount: amount(),
  currency: personalData("financial", currency()),
  status: personalData("financial", oneOf(paymentStatuses)),
  status_changed_at: personalData("financial", instant()),
  failure_reason: paymentText(2000).nullable(),
  refunded_amount: amount().describe("Sum of the refunds that name this payment"),
  entry_sequence: z.number().int().nullable().describe("The entry in the ledger of the order"),
  reversed_at: personalData("financial", instant().nullable()),
  reversal_reason: paymentText(2000).nullable(),
});

export type PaymentRecord = z.output<typeof Stored> & BaseRecord;

/** Sort key of payments that are not paid yet: after every date. */
const MAX_SORT_KEY = "~";

export const Payments = new Collection<PaymentRecord>({
  kind: PAYMENT,
  schema: Stored,
  personalData: {
    purpose: "Account for what customers paid.",
    subject: aboutPerson(reach("order_id", ORDER), reach("customer_id", CUSTOMER)),
    recipients: ["webhook"],
  },
  row: [
    "order_id",
    "customer_id",
    "amount",
    "currency",
    "status",
    "payment_method_id",
    "provider",
    "transaction_id",
    "due_date",
    "paid_date",
    "is_deposit",
    "refunded_amount",
    "reversed_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("status"),
    by_related: indexBy("order_id"),
    by_class: indexBy("customer_id"),
    by_rank: sortedIndexBy((payment) => toSortKey("money", payment.amount)),
    by_date: sortedIndexBy(({ paid_date }) => paid_date ?? MAX_SORT_KEY),
  },
  filters: {
    status: { index: "by_status", field: "status" },
    customer: { index: "by_class", field: "customer_id", hasOwnCounters: true },
  },
  sorts: { amount: "by_rank", paid_date: "by_date" },
  visibleWith: "order_id",
  parent: "order_id",
  searchWords: ({ transaction_id }) => (transaction_id ? numberSearchWords(transaction_id) : []),
  events: {
    status_changed: fieldChanged("status"),
    succeeded: changedTo("status", "SUCCEEDED"),
    failed: changedTo("status", "FAILED"),
    reversed: (after, before) => after.reversed_at !== null && before !== undefined && before.reversed_at === null,
  },
  sensitivity: "confidential",
});
