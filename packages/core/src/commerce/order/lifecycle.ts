import { normalizeAmounts } from "../../agreements/quote/lines.ts";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { requestTime } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { amount, IdInput, patchSchema, text, toStoredPatch } from "../../kernel/schema.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { RevisionHistory } from "../../storage/write/revision-history.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { adaptInstalments } from "./instalment.rules.ts";
import { acknowledgeReasons, computeFigures } from "./ledger.rules.ts";
import { Ledger } from "./ledger.ts";
import { LineInput, priceLines, redraftLine, redraftLines } from "./lines.ts";
import { fields, MAX_LINES, type OrderRecord, Orders } from "./order.entity.ts";
import { isInForce, isWaiting, type OrderStatus, transitions } from "./order.rules.ts";
import { requireLines } from "./order.ts";
import { applyOrderChange } from "./pre-order-changes.ts";
import { OrderRevisions, revisedFields, Stored as StoredRevision } from "./revision.entity.ts";
import { beginSale } from "./sale.ts";

/** What happens to an order: it is confirmed, revised, completed or cancelled, and its claim is adjusted. */

/** Throws CONFLICT if the order cannot get the status. */
export function requireTransition({ status }: OrderRecord, to: OrderStatus): void {
  if (transitions[status].includes(to)) return;
  const possible = transitions[status];
  throw conflict(
    possible.length === 0
      ? `The order is ${status}, which is final`
      : `An order that is ${status} can only become ${possible.join(" or ")}`,
    [{ field: "status", message: `Cannot change from ${status} to ${to}` }],
  );
}

const withStatus = (order: OrderRecord, status: OrderStatus): OrderRecord => ({
  ...order,
  status,
  status_changed_at: requestTime(),
});

/** Confirms a draft: the customer has agreed to its lines and prices, and owes the total. */
export const confirm = fn(IdInput, ({ id }) =>
  Records.change(Orders, id, async (current, tx) => {
    requireTransition(current, "CONFIRMED");
    if (current.status !== "DRAFT")
      throw conflict("The order is confirmed already", [{ field: "status", message: current.status }]);
    requireLines(current);
    const confirmed = await beginSale(tx, { ...withStatus(current, "CONFIRMED"), confirmed_at: requestTime() });
    const posted = Ledger.postEntries(tx, confirmed, [{ entry_type: "CONFIRMATION", amount: current.total }]);
    return applyOrderChange(tx, current, posted);
  }),
);

/** Cancels an order before anything is delivered. What the customer paid stays paid until it is refunded. */
export const cancel = fn(
  IdInput.extend({
    reason: text(2000).nullish().describe("Required for a confirmed order"),
    cancellation_fee: amount().nullish().describe("Amount that the customer still owes. Default: 0"),
  }),
  ({ id, reason, cancellation_fee }) =>
    Records.change(Orders, id, (current, tx) => {
      requireTransition(current, "CANCELLED");
      const details: ErrorDetail[] = [];
      if (current.status !== "DRAFT" && !reason?.trim())
        details.push({ field: "reason", message: "Required to cancel a confirmed order" });
      const fee = toCurrencyPrecision("cancellation_fee", cancellation_fee ?? "0", current.currency);
      if (Money.compare(fee, current.total) > 0)
        details.push({ field: "cancellation_fee", message: `Must not be more than the total, ${current.total}` });
      if (details.length > 0) throw invalidAll(details);
      if (current.line_items.some(({ fulfilled_quantity }) => fulfilled_quantity !== "0"))
        throw conflict("Some of the order has been delivered or is on its way: cancel its fulfilments first", [
          { field: "status", message: current.status },
        ]);
      const cancelled = {
        ...withStatus(current, "CANCELLED"),
        cancelled_at: requestTime(),
        cancellation_reason: reason ?? null,
        cancellation_fee: fee,
      };
      const posted = Ledger.postEntries(tx, cancelled, [{ entry_type: "CANCELLATION", amount: fee, reason: reason ?? null }]);
      return applyOrderChange(tx, current, posted);
    }),
);

/** Completes an order once everything has been delivered and no pre-order waits. */
export const complete = fn(IdInput, ({ id }) =>
  Records.change(Orders, id, (current, tx) => {
    requireTransition(current, "COMPLETED");
    const open = current.line_items.filter(({ requires_delivery, delivered_quantity, quantity }) => {
      return requires_delivery && Money.compare(delivered_quantity, quantity) < 0;
    });
    if (open.length > 0)
      throw conflict(
        "Not everything has been delivered",
        open.map(({ sequence, delivered_quantity, quantity }) => ({
          field: `line_items[${sequence - 1}]`,
          message: `Delivered ${delivered_quantity} of ${quantity}`,
        })),
      );
    requireNoneWaiting(current);
    const completed = Ledger.withFigures({ ...withStatus(current, "COMPLETED"), completed_at: requestTime() });
    return applyOrderChange(tx, current, completed);
  }),
);

function requireNoneWaiting({ line_items }: OrderRecord): void {
  const details = line_items.filter(isWaiting).map(
    ({ sequence }): ErrorDetail => ({
      field: `line_items[${sequence - 1}]`,
      message: "The line is a pre-order that is not released yet",
    }),
  );
  if (details.length > 0) throw conflict("Pre-orders of the order are waiting", details);
}

const revisions = new RevisionHistory(Orders, OrderRevisions, revisedFields, { dated: "created_at" });

export const Revision = rowSchema(StoredRevision, OrderRevisions.definition.row);

export const listRevisions = revisions.list();

const { discount_percent, fixed_discount, shipping_amount, payment_terms, delivery_terms } = fields;
const revisableFields = { discount_percent, fixed_discount, shipping_amount, payment_terms, delivery_terms };

/** Changes lines and prices of a confirmed order. The former ones stay readable. */
export const revise = fn(
  patchSchema(revisableFields).extend({
    ...IdInput.shape,
    line_items: LineInput.array()
      .max(MAX_LINES)
      .optional()
      .describe("Replaces all lines. A line that is named by its id stays that line"),
    reason: text(2000).refine((value) => value.trim() !== "", "Must not be blank"),
  }),
  ({ id, line_items, reason, ...patch }) =>
    Records.change(Orders, id, async (current, tx) => {
      if (!isInForce(current.status))
        throw conflict(`The order is ${current.status}; only a confirmed order is revised`, [
          { field: "status", message: current.status },
        ]);
      const edited = { ...current, ...toStoredPatch(revisableFields, patch) };
      const drafts = line_items ? redraftLines(line_items, current.line_items) : current.line_items.map(redraftLine);
      const priced = {
        ...edited,
        ...(await priceLines(drafts, edited, { previous: current })),
        ...normalizeAmounts(edited),
      };
      requireLines(priced);
      requireFulfilledLines(current, priced);
      requireInvoicedParts(current, priced);
      if (!changedFields(current, priced).some((field) => (revisedFields as readonly string[]).includes(field))) return current;
      return applyOrderChange(tx, current, applyRevision(tx, current, priced, reason));
    }),
);

/** Refuses to take away from a line what is delivered or on its way. */
function requireFulfilledLines(current: OrderRecord, next: OrderRecord): void {
  const lineById = new Map(next.line_items.map((line, index) => [line.id, { line, index }]));
  const details = current.line_items.flatMap((before): ErrorDetail[] => {
    if (before.fulfilled_quantity === "0") return [];
    const after = lineById.get(before.id);
    if (!after) return [{ field: "line_items", message: `Line ${before.sequence} is delivered in part and must stay` }];
    if (Money.compare(after.line.quantity, before.fulfilled_quantity) >= 0) return [];
    const message = `Must be at least ${before.fulfilled_quantity}, which is delivered or on its way`;
    return [{ field: `line_items[${after.index}].quantity`, message }];
  });
  if (details.length > 0) throw invalidAll(details);
}

/** Refuses to take away or reprice what invoices state. */
function requireInvoicedParts(current: OrderRecord, next: OrderRecord): void {
  const lineById = new Map(next.line_items.map((line, index) => [line.id, { line, index }]));
  const details = current.line_items.flatMap((before): ErrorDetail[] => {
    const { invoiced } = before;
    if (invoiced === null) return [];
    const after = lineById.get(before.id);
    if (!after) return [{ field: "line_items", message: `Line ${before.sequence} is invoiced: credit the invoice instead` }];
    const path = `line_items[${after.index}]`;
    const repriced = (["unit_price", "discount_percent", "tax_percent"] as const).filter(
      (field) => Money.compare(before[field], after.line[field]) !== 0,
    );
    if (repriced.length > 0)
      return repriced.map((field) => ({
        field: `${path}.${field}`,
        message: "The line is invoiced: add a line for the difference",
      }));
    const message = (amount: string): string => `Must be at least ${amount}, which is invoiced: credit the invoice instead`;
    if (Money.compare(after.line.quantity, invoiced.quantity) < 0)
      return [{ field: `${path}.quantity`, message: message(invoiced.quantity) }];
    if (Money.compare(after.line.line_total, invoiced.net_amount) < 0)
      return [
        {
          field: "discount_percent",
          message: `Would lower line ${before.sequence} below ${invoiced.net_amount}, which is invoiced`,
        },
      ];
    return [];
  });
  if (Money.compare(next.shipping_amount, next.invoiced_shipping_amount) < 0)
    details.push({
      field: "shipping_amount",
      message: `Must be at least ${next.invoiced_shipping_amount}, which is invoiced: credit the invoice instead`,
    });
  if (details.length > 0) throw invalidAll(details);
}

function applyRevision(tx: Transaction, current: OrderRecord, priced: OrderRecord, reason: string): OrderRecord {
  // The first revision also keeps what was confirmed.
  if (current.revision === 1) revisions.addEntry(tx, current);
  const revised = { ...priced, revision: current.revision + 1, revised_at: Clock.now(), revision_reason: reason };
  revisions.addEntry(tx, revised);
  const { due } = computeFigures(revised);
  const instalments = revised.instalments.length > 0 ? adaptInstalments(revised.instalments, due) : [];
  return Ledger.postEntries(tx, { ...revised, instalments }, [
    { entry_type: "REVISION", amount: Money.subtract(revised.total, current.total), reason },
  ]);
}

/** Lowers or raises what the customer owes, with a reason. */
export const adjust = fn(
  IdInput.extend({
    amount: text(30)
      .regex(/^-?\d{1,13}(\.\d{1,4})?$/, 'Must be an amount such as "12.50", or "-12.50" to raise the claim')
      .meta({ "x-type": "money", examples: ["12.50"] })
      .describe("Amount that the customer no longer owes. Below 0: an amount that the customer owes in addition"),
    reason: text(2000).refine((value) => value.trim() !== "", "Must not be blank"),
  }),
  ({ id, amount: requested, reason }) =>
    Records.change(Orders, id, (current, tx) => {
      if (current.status === "DRAFT" || current.status === "CANCELLED")
        throw conflict(`The order is ${current.status}; its claim cannot be adjusted`, [
          { field: "status", message: current.status },
        ]);
      const isNegative = requested.startsWith("-");
      const size = toCurrencyPrecision("amount", isNegative ? requested.slice(1) : requested, current.currency);
      if (Money.isZero(size)) throw invalid("amount", "Must not be 0");
      const signed = isNegative ? Money.negate(size) : size;
      const next = Ledger.postEntries(tx, current, [{ entry_type: "ADJUSTMENT", amount: signed, reason }]);
      if (Money.isNegative(next.due)) throw invalid("amount", `Must not be more than what is due, ${current.due}`);
      return withAdaptedInstalments(next);
    }),
);

/** Returns the order with instalments that add up to what is due. */
export const withAdaptedInstalments = (order: OrderRecord): OrderRecord =>
  order.instalments.length === 0
    ? order
    : Ledger.withFigures({ ...order, instalments: adaptInstalments(order.instalments, order.due) });

/** Records that a user has looked at what a provider reported. What the figures themselves show stays. */
export const acknowledgeReview = fn(IdInput, ({ id }) =>
  Records.change(Orders, id, (current) =>
    Ledger.withFigures({ ...current, review_reasons: acknowledgeReasons(current.review_reasons) }),
  ),
);

export * as OrderLifecycle from "./lifecycle.ts";
