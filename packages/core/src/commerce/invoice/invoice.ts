import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { conflict, type ErrorDetail, invalid, invalidAll, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { Money } from "../../kernel/money.ts";
import { amount, IdInput, id, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { createLineMatcher } from "../order/line-matcher.ts";
import { MAX_LINES, type LineRecord as OrderLineRecord, type OrderRecord, Orders } from "../order/order.entity.ts";
import { changeOrderChild } from "../order/order-child.ts";
import { documentTypes } from "./document-number.rules.ts";
import { fields, type InvoiceRecord, Invoices, invoiceStatuses, type LineRecord, Stored } from "./invoice.entity.ts";
import { INVOICE } from "./invoice.kind.ts";
import { addPart, type Part, releasePart, subtractPart, takePart } from "./parts.rules.ts";
import { invoicePaymentStates } from "./settlement.rules.ts";
import { computeTotals } from "./totals.rules.ts";

/**
 * Invoices of orders, and their drafts (docs/commerce/invoices.md). An order states which part of each line is in invoices, and is written in the
 * transaction of each of them. So their sum never exceeds the order.
 */

const internalFields = {
  credited_taxes: true,
  credited_lines: true,
  mails: true,
  letterhead: true,
  order_number: true,
  customer_reference: true,
} as const;

export const Info = Stored.omit(internalFields);
export const Row = rowSchema(Stored, Invoices.definition.row);

/** Maximum invoices of one order. */
const MAX_INVOICES = 100;

const filters = {
  customer: id(CUSTOMER).optional(),
  status: oneOf(invoiceStatuses).optional(),
  payment_state: oneOf(invoicePaymentStates).optional(),
  document_type: oneOf(documentTypes).optional(),
};
export const Query = listSchema(Invoices, filters);

export const listQuery = async (input: z.output<typeof Query>) => buildListQuery(Invoices, input);

export const list = fn(Query, async (input) => listRecords(Invoices, await listQuery(input)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: Invoices, query: Query, listQuery, info: Info, fields };

export const listByOrder = fn(Query.extend({ id: text(64) }), async ({ id: orderId, ...query }) => {
  const order = await Records.read(Orders, orderId);
  return listRecords(Invoices, { ...buildListQuery(Invoices, query), parent: order.id });
});

export const get = fn(IdInput, ({ id: invoiceId }) => Records.read(Invoices, invoiceId));

const Item = z.strictObject({ line_id: text(64).meta({ "x-item-of": "line_items" }), quantity: LineItems.quantity() });
type ItemInput = z.output<typeof Item>;

const partFields = {
  line_items: z
    .array(Item)
    .max(MAX_LINES)
    .optional()
    .describe("Lines of the order with quantities. Default: all that is not invoiced yet"),
  shipping_amount: amount().optional().describe("Part of the shipping of the order. Default: all that is not invoiced yet"),
};

/** Makes a draft from a confirmed order or a part of it. */
export const create = fn(
  IdInput.extend({ ...fields, ...partFields }),
  ({ id: orderId, line_items, shipping_amount, ...input }) => {
    let invoice: InvoiceRecord | undefined;
    return Records.change(
      Orders,
      orderId,
      async (current, tx) => {
        requireInvoiceable(current);
        if (current.invoices.length >= MAX_INVOICES)
          throw conflict(`The order has ${MAX_INVOICES} invoices, which is the maximum`, [
            { field: "invoices", message: `Must be at most ${MAX_INVOICES}` },
          ]);
        const content = buildContent(current, { line_items, shipping_amount });
        const typed = await Master.resolveAll(fields, {
          ...toStoredFields(fields, input),
          payment_terms: input.payment_terms === undefined ? current.payment_terms : input.payment_terms,
        });
        invoice = buildDraft(current, { ...typed, ...content });
        tx.create(Invoices, invoice);
        return reserve(current, invoice);
      },
      { answer: () => invoice as InvoiceRecord },
    );
  },
);

/** Throws CONFLICT if the customer has not agreed to the order, or the order is cancelled. */
export function requireInvoiceable({ status }: OrderRecord): void {
  if (status === "DRAFT" || status === "CANCELLED")
    throw conflict(`The order is ${status}; only a confirmed order is invoiced`, [{ field: "status", message: status }]);
}

type Content = Pick<
  InvoiceRecord,
  "line_items" | "net_amount" | "shipping_amount" | "tax_amount" | "taxes" | "total" | "currency"
>;

interface ContentInput {
  line_items: readonly ItemInput[] | undefined;
  shipping_amount: string | undefined;
}

const toWhole = ({ quantity, gross_amount, line_total, tax_amount }: OrderLineRecord): Part => ({
  quantity,
  gross_amount,
  net_amount: line_total,
  tax_amount,
});

/** Takes lines and shipping of an order that are not invoiced yet. */
function buildContent(order: OrderRecord, input: ContentInput): Content {
  const places = Money.currencyDecimals(order.currency);
  const line_items = input.line_items ? takeItems(order, input.line_items) : takeRest(order);
  const restShipping = Money.subtract(order.shipping_amount, order.invoiced_shipping_amount);
  const shipping_amount =
    input.shipping_amount === undefined
      ? restShipping
      : toCurrencyPrecision("shipping_amount", input.shipping_amount, order.currency);
  if (Money.compare(shipping_amount, restShipping) > 0)
    throw invalid("shipping_amount", `Must be at most ${restShipping}, which is not invoiced yet`);
  const totals = computeTotals(line_items, shipping_amount, places);
  if (line_items.length === 0 && Money.isZero(totals.total))
    throw conflict("Nothing of the order is left to be invoiced", [
      { field: "line_items", message: "Nothing is left to be invoiced" },
    ]);
  return { line_items, shipping_amount, ...totals, currency: order.currency };
}

function takeItems({ line_items }: OrderRecord, items: readonly ItemInput[]): LineRecord[] {
  const lineById = new Map(line_items.map((line) => [line.id, line]));
  const details: ErrorDetail[] = [];
  const findLine = createLineMatcher({ lineById, path: "line_items", missing: "The order has no line with this id", details });
  const taken = items.flatMap((item, index): LineRecord[] => {
    const line = findLine(item, index);
    if (!line) return [];
    const { quantity } = item;
    const rest = subtractPart(toWhole(line), line.invoiced).quantity;
    if (Money.compare(quantity, rest) > 0) {
      details.push({ field: `line_items[${index}].quantity`, message: `Must be at most ${rest}, which is not invoiced yet` });
      return [];
    }
    return [toInvoiceLine(line, takePart(toWhole(line), line.invoiced, quantity))];
  });
  if (details.length > 0) throw invalidAll(details);
  return taken;
}

function takeRest({ line_items }: OrderRecord): LineRecord[] {
  return line_items.flatMap((line) => {
    const rest = subtractPart(toWhole(line), line.invoiced);
    if (!Money.isZero(rest.quantity)) return [toInvoiceLine(line, rest)];
    if (Money.isZero(rest.net_amount) && Money.isZero(rest.tax_amount)) return [];
    // Another discount on the whole order changed what a line costs whose quantity is invoiced.
    const difference = { ...rest, quantity: "1", gross_amount: rest.net_amount };
    return [{ ...toInvoiceLine(line, difference), unit_price: rest.net_amount, is_difference: true }];
  });
}

const toInvoiceLine = (line: OrderLineRecord, part: Part): LineRecord => ({
  order_line_id: line.id,
  name: line.name ?? line.description ?? "",
  description: line.name ? line.description : null,
  quantity: part.quantity,
  unit_price: line.unit_price,
  gross_amount: part.gross_amount,
  discount_amount: Money.subtract(part.gross_amount, part.net_amount),
  net_amount: part.net_amount,
  tax_percent: line.tax_percent,
  tax_amount: part.tax_amount,
  is_difference: false,
});

type DraftFields = Pick<InvoiceRecord, keyof typeof fields> & Content;

function buildDraft(order: OrderRecord, draft: DraftFields): InvoiceRecord {
  const zero = Money.zero(Money.currencyDecimals(order.currency));
  return Records.init(
    Invoices,
    {
      document_type: "INVOICE",
      status: "DRAFT",
      order_id: order.id,
      customer_id: order.customer_id,
      invoice_id: null,
      reason: null,
      corrected_number: null,
      corrected_date: null,
      ...unissuedFields,
      ...draft,
      order_number: order.order_number,
      customer_reference: order.customer_reference,
      credited_amount: zero,
      settled_amount: zero,
      open_amount: zero,
      payment_state: null,
    },
    { id: newId(INVOICE) },
  );
}

/** Fields that a document gets when it is issued, or later. */
export const unissuedFields = {
  invoice_number: null,
  invoice_date: null,
  issued_at: null,
  seller: null,
  buyer: null,
  letterhead: null,
  seller_tax_id: null,
  content_hash: null,
  pdf_sha256: null,
  credited_taxes: [],
  credited_lines: [],
  reminder_level: 0,
  reminded_at: null,
  next_reminder_at: null,
  sent_at: null,
  sent_to: null,
  mails: [],
};

const toPart = ({ is_difference, quantity, gross_amount, net_amount, tax_amount }: LineRecord): Part => ({
  quantity: is_difference ? "0" : quantity,
  gross_amount,
  net_amount,
  tax_amount,
});

/** Returns the order with the content of an invoice as invoiced. */
function reserve(order: OrderRecord, invoice: InvoiceRecord): OrderRecord {
  const partById = new Map(invoice.line_items.map((line) => [line.order_line_id, toPart(line)]));
  const { id: invoiceId, total, credited_amount } = invoice;
  return {
    ...order,
    line_items: order.line_items.map((line) => {
      const part = partById.get(line.id);
      return part ? { ...line, invoiced: addPart(line.invoiced, part) } : line;
    }),
    invoiced_shipping_amount: Money.add(order.invoiced_shipping_amount, invoice.shipping_amount),
    invoices: [...order.invoices, { id: invoiceId, total, credited_amount, is_issued: false }],
  };
}

/** Returns the order with the content of a draft as not invoiced. */
function release(order: OrderRecord, draft: InvoiceRecord): OrderRecord {
  const partById = new Map(draft.line_items.map((line) => [line.order_line_id, toPart(line)]));
  return {
    ...order,
    line_items: order.line_items.map((line) => {
      const part = partById.get(line.id);
      return part ? { ...line, invoiced: releasePart(line.invoiced, part) } : line;
    }),
    invoiced_shipping_amount: Money.subtract(order.invoiced_shipping_amount, draft.shipping_amount),
    invoices: order.invoices.filter(({ id: claimed }) => claimed !== draft.id),
  };
}

/** Changes a draft. */
export const update = fn(
  patchSchema(fields).extend({ ...IdInput.shape, ...partFields }),
  ({ id: invoiceId, line_items, shipping_amount, ...patch }) =>
    changeOrderChild(Invoices, invoiceId, async (order, draft) => {
      requireDraft(draft);
      const typed = await Master.resolveAll(fields, { ...draft, ...toStoredPatch(fields, patch) }, draft);
      if (line_items === undefined && shipping_amount === undefined) return { order, child: typed };
      const released = release(order, draft);
      const content = buildContent(released, {
        line_items: line_items ?? toItems(draft),
        shipping_amount: shipping_amount ?? draft.shipping_amount,
      });
      const invoice = { ...typed, ...content };
      return { order: reserve(released, invoice), child: invoice };
    }),
);

const toItems = ({ line_items }: InvoiceRecord): ItemInput[] =>
  line_items.flatMap(({ order_line_id, quantity, is_difference }) =>
    order_line_id === null || is_difference ? [] : [{ line_id: order_line_id, quantity }],
  );

/** Deletes a draft. What it has of the order can be invoiced again. */
export const remove = fn(IdInput, ({ id: invoiceId }) =>
  changeOrderChild(Invoices, invoiceId, async (order, draft) => {
    requireDraft(draft);
    return { order: release(order, draft), child: { ...draft, deleted_at: Clock.now() } };
  }),
);

/** Restores a draft, with the present prices of the order. Throws CONFLICT if what it has of the order is invoiced by now. */
export const restore = fn(IdInput, async ({ id: invoiceId }) => {
  const { order_id } = await Records.read(Invoices, invoiceId, { deleted: true });
  let restored: InvoiceRecord | undefined;
  return Records.change(
    Orders,
    order_id,
    async (current, tx) => {
      const deleted = await Records.read(Invoices, invoiceId, { deleted: true });
      requireInvoiceable(current);
      const draft = await Records.prepareRestore(Invoices, deleted, tx);
      const content = rebuildContent(current, draft);
      restored = Records.nextVersion(deleted, { ...draft, ...content, deleted_at: null });
      tx.replace(Invoices, deleted, restored);
      return reserve(current, restored);
    },
    { answer: () => restored as InvoiceRecord },
  );
});

function rebuildContent(order: OrderRecord, draft: InvoiceRecord): Content {
  try {
    return buildContent(order, { line_items: toItems(draft), shipping_amount: draft.shipping_amount });
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw conflict("Some of the draft is invoiced by now: make a new invoice", error.details);
  }
}

export function requireDraft({ status, document_type }: InvoiceRecord): void {
  if (status === "DRAFT") return;
  const noun = document_type === "INVOICE" ? "invoice" : "credit note";
  throw conflict(`The ${noun} is issued and never changes: correct an invoice with a credit note`, [
    { field: "status", message: `The ${noun} is ISSUED` },
  ]);
}

export * as Invoice from "./invoice.ts";
