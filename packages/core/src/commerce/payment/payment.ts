import type * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { conflict, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { amount, currency, IdInput, id, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { MergedList } from "../../storage/read/merged-list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { type BaseRecord, type Collection, rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Ledger } from "../order/ledger.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { fields, type PaymentRecord, type PaymentStatus, Payments, paymentStatuses, Stored } from "./payment.entity.ts";
import { paymentText } from "./payment-text.ts";
import { findByTransaction, lockTransaction } from "./transaction-lock.ts";

/** Payments of orders. A payment that succeeds writes an entry into the ledger of its order, in the same transaction. */

export const Info = Stored;
export const Row = rowSchema(Stored, Payments.definition.row);

const filters = { customer: id(CUSTOMER).optional(), status: oneOf(paymentStatuses).optional() };
const ListInput = listSchema(Payments, filters);

const listQuery = async (query: z.output<typeof ListInput>) => buildListQuery(Payments, query);

/** Lists the payments of all orders that the caller sees. */
export const listAll = fn(ListInput, async (query) => listRecords(Payments, await listQuery(query)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: Payments, query: ListInput, listQuery, info: Info, fields };

export const list = fn(ListInput.extend({ id: text(64) }), async ({ id: orderId, ...query }) => {
  const order = await Records.read(Orders, orderId);
  return listRecords(Payments, { ...buildListQuery(Payments, query), parent: order.id });
});

/** Lists the newest payments of a customer that the caller sees. */
export async function listByCustomer(customer_id: string, limit: number): Promise<PaymentRecord[]> {
  const partitions = [{ index: "by_class" as const, facets: { customer_id } }];
  const { records } = await MergedList.readMerged(Payments, partitions, limit);
  return Visibility.filterVisible(
    Payments,
    records.filter(({ deleted_at }) => !deleted_at),
  );
}

export const get = fn(IdInput, ({ id: paymentId }) => Records.read(Payments, paymentId));

/** A payment is pending until it has succeeded, failed or been cancelled. */
export const transitions: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ["SUCCEEDED", "FAILED", "CANCELLED"],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

export function requirePaymentTransition(noun: string, from: PaymentStatus, to: PaymentStatus): void {
  if (transitions[from].includes(to)) return;
  throw conflict(`The ${noun} is ${from}, which is final`, [{ field: "status", message: `Cannot change from ${from} to ${to}` }]);
}

/** Throws RULE_VIOLATION if a payment has another currency than its order. */
export function requireSameCurrency(order: OrderRecord, requested: string | null | undefined): void {
  if (requested && requested !== order.currency)
    throw ruleViolation(`The order is in ${order.currency}`, [{ field: "currency", message: `Must be ${order.currency}` }]);
}

export function parsePositiveAmount(typed: string, currencyCode: string): string {
  const exact = toCurrencyPrecision("amount", typed, currencyCode);
  if (Money.isZero(exact)) throw invalid("amount", "Must be above 0");
  return exact;
}

/** Returns the record of a transaction that was recorded before. Throws CONFLICT if it is another one. */
export async function findRecorded<R extends BaseRecord & { order_id: string; amount: string }>(
  collection: Collection<R>,
  name: Parameters<typeof findByTransaction>[0],
  expected: Pick<R, "order_id" | "amount">,
): Promise<R | undefined> {
  const recordedId = await findByTransaction(name);
  if (recordedId === undefined) return undefined;
  const record = await Records.load(collection, recordedId);
  if (record && record.order_id === expected.order_id && record.amount === expected.amount) return record;
  throw conflict("The transaction was recorded with another order, amount or direction", [
    { field: "transaction_id", message: "Was recorded before" },
  ]);
}

/** Records a payment of an order. */
export const create = fn(
  IdInput.extend({
    ...fields,
    amount: amount(),
    currency: currency().optional().describe("Must be the currency of the order"),
    status: oneOf(paymentStatuses).default("SUCCEEDED"),
    failure_reason: paymentText(2000).nullish(),
  }),
  ({ id: orderId, ...input }) => {
    let payment: PaymentRecord | undefined;
    return Records.change(
      Orders,
      orderId,
      async (current, tx) => {
        requireSameCurrency(current, input.currency);
        const exact = parsePositiveAmount(input.amount, current.currency);
        const resolved = await Master.resolveAll(fields, toStoredFields(fields, input));
        payment = await findRecorded(Payments, resolved, { order_id: current.id, amount: exact });
        if (payment) return current;
        const draft = buildPayment(current, { ...resolved, amount: exact, failure_reason: input.failure_reason ?? null });
        lockTransaction(tx, draft, draft.id);
        const { order, payment: settled } = settlePayment(tx, current, draft, input.status);
        payment = settled;
        tx.create(Payments, settled);
        return order;
      },
      { answer: () => payment as PaymentRecord },
    );
  },
);

type PaymentInput = Pick<PaymentRecord, keyof typeof fields | "amount" | "failure_reason">;

export const buildPayment = (
  { id: order_id, customer_id, currency: orderCurrency }: OrderRecord,
  input: PaymentInput,
): PaymentRecord =>
  Records.init(Payments, {
    order_id,
    customer_id,
    ...input,
    currency: orderCurrency,
    status: "PENDING",
    status_changed_at: requestTime(),
    refunded_amount: Money.zero(Money.currencyDecimals(orderCurrency)),
    entry_sequence: null,
    reversed_at: null,
    reversal_reason: null,
  });

interface Settled {
  order: OrderRecord;
  payment: PaymentRecord;
}

interface SettleOptions {
  isProviderFact?: boolean;
  occurred_at?: string;
}

/** Gives a PENDING payment its status. If it succeeds, posts the entry of the ledger. The caller writes the payment and the order. */
export function settlePayment(
  tx: Transaction,
  order: OrderRecord,
  payment: PaymentRecord,
  status: PaymentStatus,
  { isProviderFact = false, occurred_at }: SettleOptions = {},
): Settled {
  if (status === payment.status) return { order, payment };
  const settled = { ...payment, status, status_changed_at: requestTime() };
  if (status !== "SUCCEEDED") return { order, payment: settled };
  const next = Ledger.postEntries(
    tx,
    order,
    [
      {
        entry_type: payment.is_deposit ? "DEPOSIT" : "PAYMENT",
        amount: payment.amount,
        record_id: payment.id,
        provider: payment.provider,
        provider_reference: payment.transaction_id,
        ...(occurred_at ? { occurred_at } : {}),
      },
    ],
    { isProviderFact },
  );
  return { order: next, payment: { ...settled, paid_date: payment.paid_date ?? today(), entry_sequence: next.entry_count } };
}

const { is_deposit: _deposit, provider: _provider, transaction_id: _transaction, ...editableFields } = fields;

/** Changes a payment. While it is PENDING, it can get another status; the amount never changes. */
export const update = fn(
  patchSchema(editableFields).extend({
    ...IdInput.shape,
    status: oneOf(paymentStatuses).optional(),
    failure_reason: paymentText(2000).nullish(),
  }),
  ({ id: paymentId, status, failure_reason, ...patch }) =>
    changeOrderChild(Payments, paymentId, async (order, payment, tx) => {
      const typed = toStoredPatch(editableFields, patch);
      const next: PaymentRecord = {
        ...(await Master.resolveAll(editableFields, { ...payment, ...typed }, payment)),
        ...(failure_reason === undefined ? {} : { failure_reason }),
      };
      if (status === undefined || status === payment.status) return { order, child: next };
      requirePaymentTransition("payment", payment.status, status);
      const settled = settlePayment(tx, order, next, status);
      return { order: settled.order, child: settled.payment };
    }),
);

/** Undoes a payment that succeeded, such as a check that bounced. */
export const reverse = fn(
  IdInput.extend({ reason: paymentText(2000).refine((value) => value.trim() !== "", "Must not be blank") }),
  ({ id: paymentId, reason }) =>
    changeOrderChild(Payments, paymentId, async (order, payment, tx) => {
      if (payment.status !== "SUCCEEDED" || payment.entry_sequence === null)
        throw conflict(`The payment is ${payment.status}; only one that succeeded is reversed`, [
          { field: "status", message: payment.status },
        ]);
      if (payment.reversed_at !== null)
        throw conflict("The payment was already reversed", [{ field: "reversed_at", message: payment.reversed_at }]);
      const reverses = await Ledger.loadReversible(order, payment.entry_sequence, "id");
      const next = Ledger.postEntries(tx, order, [
        { entry_type: "REVERSAL", amount: payment.amount, record_id: payment.id, reverses, reason },
      ]);
      return { order: next, child: { ...payment, reversed_at: requestTime(), reversal_reason: reason } };
    }),
);

export * as Payment from "./payment.ts";
