import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { runIn, useContext, useRequest, useSettings } from "../../kernel/context.ts";
import { invalid, invalidAll } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { parse } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import { amount, oneOf, toStoredFields } from "../../kernel/schema.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { mergeDetails } from "../../people/person/import-match.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, type Input, pickCurrentValues, type RowResult, toText } from "../../platform/import/importable.ts";
import { companyNames } from "../../platform/import/synonyms.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Ledger } from "../order/ledger.ts";
import { lineFields, type OrderRecord, Orders } from "../order/order.entity.ts";
import { orderGrants } from "../order/order.kind.ts";
import { type OrderStatus, orderStatuses } from "../order/order.rules.ts";
import { applyImportedStatus, createFrom, Order } from "../order/order.ts";
import { OrderNumber } from "../order/order-number.ts";
import { applyOrderChange, cancelPreOrders } from "../order/pre-order-changes.ts";
import { endSale } from "../order/sale.ts";
import { Payments, fields as paymentFields } from "../payment/payment.entity.ts";
import { PAYMENT } from "../payment/payment.kind.ts";
import { buildPayment, findRecorded, parsePositiveAmount, settlePayment } from "../payment/payment.ts";
import { lockTransaction } from "../payment/transaction-lock.ts";
import { orderColumnNames } from "./column-names.ts";
import { findCustomerId, resolveReferences } from "./references.ts";

/** Import of orders from files. A row is an order; its lines come from an import of `order-items`, or are one line of its `amount`. */

const {
  line_items: _lines,
  custom_fields: _custom,
  billing_address: _billing,
  shipping_address: _shipping,
  ...createShape
} = Order.Create.shape;

const { payment_method_id, provider, transaction_id, paid_date } = paymentFields;

/** Columns that are not fields of an order. */
const Extras = z.object({
  amount: amount().nullish().describe("Net amount of an order without lines, which gets one line with it"),
  tax_percent: lineFields.tax_percent.describe("Tax of that line"),
  paid_amount: amount().nullish().describe("Records a payment of this amount"),
  payment_state: oneOf(["PAID", "UNPAID"]).nullish().describe("PAID: records a payment of what is still due"),
  payment_method_id,
  provider,
  transaction_id,
  paid_date: paid_date.describe("If empty, the date of the order"),
});
type Extras = z.output<typeof Extras>;

export const orders: Importable = {
  entity: "orders",
  write: orderGrants.write,
  delete: orderGrants.delete,
  validate: async ({ id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await resolveReferences(input, { customer_id: findCustomerId });
    const { order, extras } = splitInput(known);
    const details = await Order.create.validate(order);
    const parsed = Extras.safeParse(extras);
    return mergeDetails(
      [...wrong, ...(parsed.error?.issues ?? []).map(({ path, message }) => ({ field: path.join("."), message }))],
      details,
    );
  },
  fields: async () => [
    ...listFields({ ...createShape, ...Extras.shape }).map((field) => {
      const names = orderColumnNames[field.name] ?? [];
      const synonyms = field.name === "customer_id" ? [...companyNames, ...names] : names;
      return synonyms.length > 0 ? { ...field, synonyms } : field;
    }),
    ...(await CustomField.listFields("order", "write")),
  ],
  preload: async () => undefined,
  async create(input, onDuplicate = "skip") {
    const { known, wrong } = await resolveReferences(input, { customer_id: findCustomerId });
    if (wrong.length > 0) throw invalidAll(mergeDetails(wrong, await orders.validate(input)));
    const { order, extras } = splitInput(known);
    const existingId = onDuplicate === "create" ? undefined : await findByNumber(order.order_number);
    if (existingId !== undefined)
      return onDuplicate === "update" ? orders.update(existingId, input) : { id: existingId, version: 0, outcome: "skipped" };
    const typed = parse(Extras, extras);
    const create = parse(Order.Create, { ...order, ...buildLines(order, typed) });
    return runAtOrderDate(create.order_date, async () => {
      const { order: created } = await createFrom(create, undefined, undefined, (tx, next) => recordPayment(tx, next, typed));
      return { id: created.id, version: created.version, outcome: "created" };
    });
  },
  async update(id, input) {
    const { known, wrong } = await resolveReferences(input, { customer_id: findCustomerId });
    if (wrong.length > 0) throw invalidAll(wrong);
    const { order, extras } = splitInput(known);
    const { order_number: _number, status, ...changes } = order;
    const typed = parse(Extras, extras);
    if (typed.amount) throw invalid("amount", "Only allowed for a new order");
    const patch = parse(Order.update.schema, { ...changes, id });
    const nextStatus = status === undefined || status === null ? undefined : parse(oneOf(orderStatuses), status);
    return runAtOrderDate(patch.order_date ?? (await Order.read(id)).order_date, async () => {
      const { version } = await Order.updateWith(patch, async (tx, next) =>
        recordPayment(tx, nextStatus ? await applyImportedStatus(tx, next, nextStatus) : next, typed),
      );
      return { id, version, outcome: "updated" };
    });
  },
  restore,
  matchers: async () => ({
    id: async (value) => toText(value),
    order_number: (value) => findByNumber(value),
    ...(await buildUniqueMatchers("order")),
  }),
  readPrevious: async (id, input) => {
    const order = await Order.read(id);
    const changes = pickCurrentValues(order, input, [...Object.keys(Order.update.schema.shape), "status"]);
    return { ...changes, entry_count: order.entry_count };
  },
  remove: removeImported,
  async removeBeside(id, version) {
    if (!isId(id, PAYMENT)) return;
    const payment = await Records.load(Payments, id, { live: true });
    if (payment?.version === version) await Records.remove(Payments, id);
  },
};

const findByNumber = async (number: unknown): Promise<string | undefined> =>
  typeof number === "string" ? (await OrderNumber.load(number.trim()))?.order_id : undefined;

function splitInput(input: Input): { order: Input; extras: Input } {
  const entries = Object.entries(input);
  const isExtra = ([field]: [string, unknown]) => Object.hasOwn(Extras.shape, field);
  return {
    order: Object.fromEntries(entries.filter((entry) => !isExtra(entry))),
    extras: Object.fromEntries(entries.filter(isExtra)),
  };
}

const buildLines = ({ order_number, customer_reference }: Input, { amount: unit_price, tax_percent }: Extras) =>
  unit_price
    ? { line_items: [{ name: toText(order_number) ?? toText(customer_reference) ?? "Order", unit_price, tax_percent }] }
    : {};

/** Runs the write of a historic row at the beginning of the day of the order, unless the row says when the order was created. */
function runAtOrderDate(orderDate: string | null | undefined, work: () => Promise<RowResult>): Promise<RowResult> {
  const { is_history, at } = useRequest();
  if (!is_history || at !== undefined || !orderDate) return work();
  return runAtDay(orderDate, work);
}

function runAtDay<T>(day: string, work: () => T): T {
  const context = useContext();
  const at = Math.min(Date.parse(startOfDay(useSettings().timezone, day)), Clock.ms());
  return runIn({ ...context, request: { ...context.request, at } }, work);
}

/** Records the payment that a row names, in the transaction of its order. */
async function recordPayment(
  tx: Transaction,
  order: OrderRecord,
  { paid_amount, payment_state, ...typed }: Extras,
): Promise<OrderRecord> {
  const requested = paid_amount ?? (payment_state === "PAID" && Money.compare(order.balance, "0") > 0 ? order.balance : null);
  if (requested === null || Money.isZero(requested)) return order;
  const exact = parsePositiveAmount(requested, order.currency);
  const input = toStoredFields(paymentFields, { ...typed, is_deposit: false, paid_date: typed.paid_date ?? order.order_date });
  const resolved = await Master.resolveAll(paymentFields, input);
  if (await findRecorded(Payments, resolved, { order_id: order.id, amount: exact })) return order;
  const settle = (): OrderRecord => {
    const draft = buildPayment(order, { ...resolved, amount: exact, failure_reason: null });
    lockTransaction(tx, draft, draft.id);
    const { order: next, payment } = settlePayment(tx, order, draft, "SUCCEEDED");
    tx.create(Payments, payment);
    return next;
  };
  return useRequest().is_history && resolved.paid_date ? runAtDay(resolved.paid_date, settle) : settle();
}

/** Restores what an update has replaced. An order that it confirmed becomes a draft again, and its payment is reversed. */
async function restore(id: string, { status, entry_count, ...before }: Input): Promise<unknown> {
  if (status === "DRAFT" && (await Order.read(id)).status !== "DRAFT")
    await Records.change(Orders, id, (current, tx) => withdrawConfirmation(tx, current, Number(entry_count)));
  return Object.keys(before).length === 0 ? undefined : Order.update(parse(Order.update.schema, { ...before, id }));
}

async function withdrawConfirmation(tx: Transaction, current: OrderRecord, entryCount: number): Promise<OrderRecord> {
  let next = current;
  for (let sequence = entryCount + 1; sequence <= current.entry_count; sequence++) {
    const entry = await Ledger.loadEntry(current, sequence);
    if (entry?.entry_type !== "PAYMENT" || entry.record_id === null || current.reversed_entries.includes(sequence)) continue;
    const reason = "The import was reverted";
    const { amount: paid, record_id } = entry;
    next = Ledger.postEntries(tx, next, [{ entry_type: "REVERSAL", amount: paid, record_id, reverses: entry, reason }]);
    const payment = await Records.load(Payments, record_id, { live: true });
    if (payment)
      tx.replace(
        Payments,
        payment,
        Records.nextVersion(payment, { ...payment, reversed_at: new Date(Clock.ms()).toISOString(), reversal_reason: reason }),
      );
  }
  const withdrawn = Ledger.withFigures({
    ...(await endSale(tx, next)),
    status: "DRAFT" satisfies OrderStatus,
    status_changed_at: new Date(Clock.ms()).toISOString(),
    completed_at: null,
    cancelled_at: null,
    first_paid_at: null,
    line_items: next.line_items.map((line) => ({ ...line, fulfilled_quantity: "0", delivered_quantity: "0" })),
  });
  return applyOrderChange(tx, current, withdrawn);
}

/** Deletes an order that an import has created. Nothing has happened to it since, so it is also deleted if it is confirmed. */
function removeImported(id: string): Promise<unknown> {
  return Records.remove(Orders, id, async (current, tx) => {
    if (current.version > 1 && current.status !== "DRAFT")
      throw invalid("status", `The order is ${current.status}: cancel it instead of deleting it`);
    // The deleted order keeps its days, so that restoring it is possible.
    await endSale(tx, current);
    return cancelPreOrders(tx, current);
  });
}
