import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { requireParties, resolveParties } from "../../accounts/party/party.ts";
import { normalizeAmounts } from "../../agreements/quote/lines.ts";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { useRequest, useSettings } from "../../kernel/context.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import type { Page } from "../../kernel/page.ts";
import {
  anyOf,
  IdInput,
  id,
  oneLine,
  oneOf,
  patchSchema,
  type StoredFields,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { mergeChanges, type OwnedEdit, resolveOwnedEdit } from "../../platform/custom-field/owned-edit.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { AddressInput, toOrderAddress } from "./address.schema.ts";
import { readCustomerAddresses } from "./addresses.ts";
import { paymentStates } from "./ledger.rules.ts";
import { Ledger } from "./ledger.ts";
import { draftLine, type LineDraft, LineInput, priceLines, redraftLine, redraftLines } from "./lines.ts";
import { fields, lineFields, MAX_LINES, type OrderRecord, Orders, Stored, sourceFields } from "./order.entity.ts";
import { ORDER, orderGrants } from "./order.kind.ts";
import { isEnd, type OrderStatus, orderStatuses } from "./order.rules.ts";
import { OrderNumber } from "./order-number.ts";
import { applyOrderChange } from "./pre-order-changes.ts";
import { completeSource, linkReferrers, loadReferrers, withSource } from "./reference.ts";
import { beginSale } from "./sale.ts";
import { findSaleId, loadSource, markOrdered, type Source } from "./source.ts";

/** The order domain: what a customer bought, for how much, and what became of it (docs/commerce/orders.md). */

export { Line } from "./order.entity.ts";

const internalFields = {
  entry_count: true,
  reversed_entries: true,
  fulfilment_count: true,
  payment_link_count: true,
  reminded_for: true,
  invoices: true,
} as const;

export const Info = Stored.omit(internalFields).extend({ custom_fields: CustomFields.outputSchema("order") });
export const Row = rowSchema(Stored, Orders.definition.row).extend(CustomFields.rowShape("order"));

const ownerField = { owner_id: User.newOwner() };
const addressFields = {
  billing_address: AddressInput.nullish().describe("If empty, the billing address of the customer"),
  shipping_address: AddressInput.nullish().describe("If empty, the shipping address of the customer"),
};

const lineItemsField = z.array(z.strictObject(lineFields)).max(MAX_LINES).optional();
const changedLineItemsField = z.array(LineInput).max(MAX_LINES).optional();

export const Create = z
  .strictObject({
    ...fields,
    ...sourceFields,
    ...addressFields,
    customer_id: fields.customer_id.optional().describe("If empty, the customer of the source or of the opportunity"),
    discount_percent: fields.discount_percent.unwrap().optional().describe("Discount on the whole order"),
    shipping_amount: fields.shipping_amount.unwrap().optional(),
    order_number: oneLine(64)
      .regex(
        /^[\p{L}\p{N}][\p{L}\p{N}._/ -]*$/u,
        "Must start with a letter or digit, and have only letters, digits, blanks and . _ / -",
      )
      .optional()
      .describe("A number that another system gave. If empty, the next number of the organization"),
    status: oneOf(orderStatuses)
      .optional()
      .describe("DRAFT by default; CONFIRMED confirms it at once. Others only for imported history"),
    ...ownerField,
    line_items: lineItemsField.describe("If empty, the lines of the source"),
    custom_fields: CustomFields.inputSchema("order", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id", "quote_id", "deal_id", "contract_id"]));

export type CreateInput = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => (await createFrom(input)).order,
  async ({ customer_id, opportunity_id, quote_id, deal_id, contract_id }) => {
    if (!customer_id && !opportunity_id && !quote_id && !deal_id && !contract_id)
      throw invalid("customer_id", "Required if there is no opportunity_id, quote_id, deal_id or contract_id");
  },
);

type Sources = Awaited<ReturnType<typeof markOrdered>>;

/** Completes an order before it is written, in the same transaction. */
type CompleteOrder = (tx: Transaction, order: OrderRecord) => OrderRecord | Promise<OrderRecord>;

const keepOrder: CompleteOrder = (_, order) => order;

/**
 * Creates an order, and returns it with its sources as they were written. `addWrites` adds further writes to the transaction, and `complete` also
 * changes the order.
 */
export async function createFrom(
  input: CreateInput,
  addWrites?: (tx: Transaction, order: OrderRecord) => Promise<unknown>,
  answer: (order: OrderRecord, sources: Sources) => unknown = (order) => order,
  complete: CompleteOrder = keepOrder,
): Promise<{ order: OrderRecord; sources: Sources }> {
  const owner_id = await User.resolveNewOwner(input.owner_id, ...OWNER_CHECK);
  return retryOnConflict(async () => {
    const given = input.order_number;
    const number = given === undefined ? undefined : await OrderNumber.load(given);
    OrderNumber.requireFree(number);
    const order_number = given ?? (await RecordNumbers.lease("O"))[0] ?? "";
    const tx = transaction();
    const source = await loadSource(input);
    const built = await buildOrder(tx, input, { owner_id, order_number, source });
    const referrers = await loadReferrers(number?.waiting ?? [], built, source);
    const completed = await completeSource(source, referrers);
    const order = await complete(tx, withSource(built, completed));
    const sources = await markOrdered(tx, completed, order.id);
    await linkReferrers(tx, referrers, completed, order.id);
    if (given === undefined) OrderNumber.takeLeased(tx, order);
    else OrderNumber.takeGiven(tx, order, number);
    await addWrites?.(tx, order);
    await tx.create(Orders, order).commit(answer(order, sources) as OrderRecord);
    return { order, sources };
  });
}

interface Decided {
  owner_id: string | null;
  order_number: string;
  source: Source;
}

/** Statuses that an order may have from the start. */
const initialStatuses: readonly OrderStatus[] = ["DRAFT", "CONFIRMED"];

/** Whether an order may have the status from the start. Imported history may have every status. */
const isInitialStatus = (status: OrderStatus): boolean => initialStatuses.includes(status) || useRequest().at !== undefined;

async function buildOrder(tx: Transaction, input: CreateInput, { source, ...decided }: Decided): Promise<OrderRecord> {
  const { custom_fields, line_items, status = "DRAFT", billing_address, shipping_address } = input;
  const details: ErrorDetail[] = [];
  if (!isInitialStatus(status)) details.push({ field: "status", message: `A new order must be ${initialStatuses.join(" or ")}` });
  const { defaults } = source;
  const parties = await collectDetails(
    details,
    resolveParties(tx, {
      customer_id: input.customer_id ?? defaults.customer_id,
      opportunity_id: input.opportunity_id ?? defaults.opportunity_id,
      contact_id: input.contact_id === undefined ? await keepVisible(defaults.contact_id) : input.contact_id,
      // The transaction that confirms the order also writes the opportunity.
      writesOpportunity: status !== "DRAFT",
    }),
    undefined,
  );
  const { opportunity, customer_id = "" } = parties ?? {};
  if (defaults.customer_id && customer_id !== "" && customer_id !== defaults.customer_id)
    details.push({ field: "customer_id", message: "Must be the customer of the source" });
  const order_date = input.order_date ?? today();
  const orderFields = {
    ...toStoredFields(fields, {
      ...input,
      customer_id,
      contact_id: input.contact_id === undefined ? await keepVisible(defaults.contact_id) : input.contact_id,
      price_book_id: input.price_book_id ?? defaults.price_book_id,
      discount_percent: input.discount_percent ?? (input.fixed_discount ? "0" : (defaults.discount_percent ?? "0")),
      fixed_discount: input.fixed_discount ?? (input.discount_percent ? null : (defaults.fixed_discount ?? null)),
      shipping_amount: input.shipping_amount ?? defaults.shipping_amount ?? "0",
      campaign_id: input.campaign_id ?? defaults.campaign_id ?? opportunity?.source_campaign_id,
      payment_terms: input.payment_terms ?? defaults.payment_terms,
      delivery_terms: input.delivery_terms ?? defaults.delivery_terms,
    }),
    currency: input.currency ?? defaults.currency ?? opportunity?.currency ?? useSettings().currency,
    order_date,
  };
  // The campaign of the source may be deleted by now, or be a text of an earlier release.
  const copiedFields = input.campaign_id ? [] : ["campaign_id"];
  if (defaults.currency && orderFields.currency !== defaults.currency && !line_items)
    details.push({
      field: "currency",
      message: `Must be ${defaults.currency}, the currency of the source, or line_items must be given`,
    });
  const stored = await collectDetails(
    details,
    CustomFields.resolveTogether("order", custom_fields, {}, validateFields(orderFields, { own: copiedFields })),
    undefined,
  );
  const { lead_id } = input;
  await collectDetails(details, Master.resolveAll({ lead_id: sourceFields.lead_id }, { lead_id }), undefined);
  if (details.length > 0 || !stored) throw invalidAll(details);
  const isFromQuote = line_items === undefined && source.quote !== undefined;
  const drafts: readonly LineDraft[] = line_items ? line_items.map(draftLine) : source.lines;
  // Lines of a quote keep its prices, so they are not looked up again.
  const priced = await priceLines(drafts, stored, { previous: isFromQuote ? stored : undefined });
  const addresses = await readCustomerAddresses(customer_id);
  const time = requestTime();
  const orderId = newId(ORDER, { at: Date.parse(time) });
  const places = Money.currencyDecimals(stored.currency);
  const zero = Money.zero(places);
  const sourced = {
    quote_id: source.quote?.id ?? null,
    deal_id: source.deal?.id ?? null,
    contract_id: source.contract?.id ?? null,
    potential_id: source.potential?.id ?? null,
    opportunity_id: opportunity?.id ?? null,
    lead_id: input.lead_id ?? opportunity?.lead_id ?? null,
    after_sales_id: null,
  };
  const order = Records.init(
    Orders,
    {
      ...stored,
      ...decided,
      ...priced,
      ...normalizeAmounts(stored),
      ...sourced,
      billing_address: billing_address ? toOrderAddress(billing_address) : addresses.billing,
      shipping_address: shipping_address ? toOrderAddress(shipping_address) : addresses.shipping,
      ...initialState(zero, time),
      sale_id: findSaleId(source, { id: orderId, opportunity_id: sourced.opportunity_id }),
    },
    { id: orderId },
  );
  return status === "DRAFT" ? Ledger.withFigures(order) : await applyInitialStatus(tx, order, status);
}

/** Returns the id of a record that the source names, if it still exists and the caller sees it. */
async function keepVisible(recordId: string | null | undefined): Promise<string | null> {
  if (!recordId) return null;
  return (await Records.filterVisibleIds([recordId])).has(recordId) ? recordId : null;
}

/** Gives a draft the status that an import names. */
export async function applyImportedStatus(tx: Transaction, order: OrderRecord, status: OrderStatus): Promise<OrderRecord> {
  if (status === order.status) return order;
  if (order.status !== "DRAFT")
    throw conflict(`The order is ${order.status}; an import changes only the status of drafts`, [
      { field: "status", message: order.status },
    ]);
  if (!isInitialStatus(status)) throw invalid("status", `Must be ${initialStatuses.join(" or ")}`);
  return applyInitialStatus(tx, order, status);
}

/** Confirms a new order, and gives imported history its later status. */
async function applyInitialStatus(tx: Transaction, order: OrderRecord, status: OrderStatus): Promise<OrderRecord> {
  requireLines(order);
  const time = requestTime();
  const isCancelled = status === "CANCELLED";
  const next = {
    ...(await beginSale(tx, { ...order, confirmed_at: time })),
    status,
    completed_at: status === "COMPLETED" ? time : null,
    cancelled_at: isCancelled ? time : null,
    line_items: status === "COMPLETED" ? order.line_items.map(withAllDelivered) : order.line_items,
  };
  const posted = Ledger.postEntries(tx, next, [
    { entry_type: "CONFIRMATION", amount: order.total },
    ...(isCancelled ? [{ entry_type: "CANCELLATION" as const, amount: order.cancellation_fee }] : []),
  ]);
  return applyOrderChange(tx, order, posted);
}

const withAllDelivered = (line: OrderRecord["line_items"][number]) =>
  line.requires_delivery ? { ...line, fulfilled_quantity: line.quantity, delivered_quantity: line.quantity } : line;

export function requireLines({ line_items }: OrderRecord): void {
  if (line_items.length === 0) throw invalid("line_items", "Required: an order without lines cannot be confirmed");
}

const initialState = (zero: string, time: string) => ({
  status: "DRAFT" as const,
  status_changed_at: time,
  confirmed_at: null,
  confirmed_day: null,
  sale_day: null,
  completed_at: null,
  cancelled_at: null,
  cancellation_reason: null,
  cancellation_fee: zero,
  credited: zero,
  due: zero,
  paid: zero,
  refunded: zero,
  net_payment: zero,
  balance: zero,
  payment_state: "UNPAID" as const,
  first_paid_at: null,
  needs_review: false,
  review_reasons: [],
  instalments: [],
  invoiced_shipping_amount: zero,
  invoices: [],
  next_due_date: null,
  next_due_at: null,
  reminded_for: null,
  revision: 1,
  revised_at: time,
  revision_reason: null,
  entry_count: 0,
  reversed_entries: [],
  fulfilment_count: 0,
  payment_link: null,
  payment_link_count: 0,
  sent_at: null,
  last_activity_date: null,
});

type OrderFields = StoredFields<typeof fields> & Pick<OrderRecord, "currency" | "order_date">;

const OWN_REFERENCES = ["customer_id", "contact_id"];

const validateFields = <T extends OrderFields>(
  next: T,
  { current, own = [] }: { current?: OrderRecord; own?: readonly string[] } = {},
): Promise<T> => Master.resolveAll(fields, next, current, { checkedFields: [...OWN_REFERENCES, ...own] }) as Promise<T>;

const filters = {
  customer: id(CUSTOMER).optional(),
  sale: Stored.shape.sale_id.optional().describe("All orders of one sale, by its sale_id"),
  status: oneOf(orderStatuses).optional(),
  payment_state: oneOf(paymentStates).optional(),
  project: id(PROJECT).optional(),
  campaign: id(CAMPAIGN).optional(),
  paths: pathParameters(),
};

export const Query = listSchema(Orders, filters);

export const listQuery = listQueryFor(Orders, Query);

export const list = fn(Query, async (input): Promise<Page<OrderRecord>> => listRecords(Orders, await listQuery(input)));

/** The definition of the list, for exports. */
export const listDefinition = { collection: Orders, query: Query, listQuery, info: Info, fields: { ...fields, ...ownerField } };

/** Reads the stored record, for callers that change it. */
export const read = (orderId: string): Promise<OrderRecord> => Records.read(Orders, orderId);

export const get = fn(IdInput, ({ id: orderId }) => read(orderId));

export const replace = fn(
  z.strictObject({
    ...fields,
    ...ownerField,
    ...addressFields,
    line_items: changedLineItemsField.describe("Omitted: the lines do not change"),
    custom_fields: CustomFields.inputSchema("order", "whole"),
    ...IdInput.shape,
  }),
  ({ id: orderId, owner_id, custom_fields, line_items, billing_address, shipping_address, ...input }) =>
    edit(
      orderId,
      toStoredFields(fields, input),
      { owner_id, custom_fields, lines: line_items, billing_address, shipping_address },
      {},
    ),
);

const Patch = patchSchema({ ...fields, ...ownerField }).extend({
  ...addressFields,
  line_items: changedLineItemsField.describe("Replaces all lines"),
  custom_fields: CustomFields.inputSchema("order", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, (input) => updateWith(input));

/** Like `update`. `complete` also changes the order, in the same transaction. */
export const updateWith = (
  { id: orderId, owner_id, custom_fields, line_items, billing_address, shipping_address, ...patch }: z.output<typeof Patch>,
  complete?: CompleteOrder,
): Promise<OrderRecord> =>
  edit(
    orderId,
    toStoredPatch(fields, patch),
    { owner_id, custom_fields, lines: line_items, billing_address, shipping_address },
    { patch: true },
    complete,
  );

/** Parts of a change besides the plain fields. */
interface EditOptions extends OwnedEdit {
  lines?: readonly LineInput[] | undefined;
  billing_address?: z.output<typeof AddressInput> | null | undefined;
  shipping_address?: z.output<typeof AddressInput> | null | undefined;
}

const edit = (
  orderId: string,
  input: Partial<StoredFields<typeof fields>>,
  editOptions: EditOptions,
  options: CustomFields.WriteOptions,
  complete = keepOrder,
): Promise<OrderRecord> =>
  Records.change(Orders, orderId, async (current, tx) => {
    const next = mergeChanges(current, input, ["currency", "order_date"]);
    await requireParties(tx, next, current);
    const resolved = await resolveOwnedEdit(
      "order",
      current,
      { ...editOptions, options, ownerCheck: OWNER_CHECK },
      validateFields(next, { current }),
    );
    const { billing_address, shipping_address, lines } = editOptions;
    const edited = {
      ...resolved,
      ...(billing_address ? { billing_address: toOrderAddress(billing_address) } : {}),
      ...(shipping_address ? { shipping_address: toOrderAddress(shipping_address) } : {}),
    };
    const drafts = lines ? redraftLines(lines, current.line_items) : undefined;
    return complete(tx, await applyEdit(current, edited, drafts));
  });

/** Fields on which prices and totals depend. */
export const pricingFields = [
  "customer_id",
  "currency",
  "price_book_id",
  "order_date",
  "discount_percent",
  "fixed_discount",
  "shipping_amount",
] as const;

/** Fields that the customer has agreed to when the order is confirmed. */
const agreedFields: readonly string[] = [...pricingFields, "line_items", "payment_terms", "delivery_terms"];
/** Further fields that stay as they are once the order has ended. */
const settledFields: readonly string[] = ["billing_address", "shipping_address", "contact_id", "customer_reference"];

/** Applies a change of the fields of an order. Throws CONFLICT for fields that the customer has agreed to. */
async function applyEdit(
  current: OrderRecord,
  next: OrderRecord,
  drafts: readonly LineDraft[] | undefined,
  pathAt?: (line: number) => string,
): Promise<OrderRecord> {
  const isRepriced =
    drafts !== undefined || changedFields(current, next).some((field) => (pricingFields as readonly string[]).includes(field));
  if (isRepriced && next.currency !== current.currency && current.entry_count > 0)
    throw conflict("The currency cannot change: the order has payments", [{ field: "currency", message: current.currency }]);
  const priced = isRepriced
    ? {
        ...next,
        ...(await priceLines(drafts ?? current.line_items.map(redraftLine), next, {
          previous: current,
          ...(pathAt ? { pathAt } : {}),
        })),
        ...normalizeAmounts(next),
      }
    : next;
  requireChangeable(current, changedFields(current, priced));
  if (!isRepriced) return priced;
  return Ledger.withFigures(withCurrency(current, priced));
}

/** Returns the sums of an order without payments in the decimals of its new currency. */
function withCurrency(current: OrderRecord, next: OrderRecord): OrderRecord {
  if (next.currency === current.currency) return next;
  const zero = Money.zero(Money.currencyDecimals(next.currency));
  return {
    ...next,
    paid: zero,
    refunded: zero,
    credited: zero,
    cancellation_fee: zero,
    invoiced_shipping_amount: zero,
    instalments: [],
  };
}

function requireChangeable({ status }: OrderRecord, changed: readonly string[]): void {
  if (status === "DRAFT") return;
  const refused = changed.filter((field) => agreedFields.includes(field) || (isEnd(status) && settledFields.includes(field)));
  if (refused.length === 0) return;
  throw conflict(
    isEnd(status) ? `The order is ${status}` : `The order is ${status}: change its prices with a revision`,
    refused.map((field) => ({ field, message: `The order is ${status}` })),
  );
}

/** Deletes a draft for which no money was paid. */
export const remove = fn(IdInput, ({ id: orderId }) =>
  Records.remove(Orders, orderId, async (current) => {
    if (current.status === "DRAFT" && ![current.paid, current.refunded, current.credited].some((sum) => !Money.isZero(sum)))
      return current;
    throw conflict(
      current.status === "DRAFT"
        ? "The order has payments and cannot be deleted"
        : `The order is ${current.status}: cancel it instead of deleting it`,
      [{ field: "status", message: current.status }],
    );
  }),
);

/** An order that was confirmed when an import deleted it states the revenue of its opportunity again. */
export const restore = fn(IdInput, ({ id: orderId }) =>
  Records.restore(Orders, orderId, async (current, tx) =>
    current.confirmed_at === null
      ? current
      : applyOrderChange(tx, undefined, await beginSale(tx, { ...current, confirmed_at: current.confirmed_at })),
  ),
);

const LineIdInput = z.strictObject({ ...IdInput.shape, line_id: oneLine(64) });

export const listLines = fn(IdInput, async ({ id: orderId }) => (await read(orderId)).line_items);

export const addLine = fn(IdInput.extend(lineFields), ({ id: orderId, ...input }) =>
  changeLines(orderId, ({ line_items }) => {
    if (line_items.length >= MAX_LINES) throw invalid("line_items", `Must have at most ${MAX_LINES} lines`);
    return [...line_items.map(redraftLine), draftLine(input)];
  }),
);

export const replaceLine = fn(IdInput.extend({ ...lineFields, line_id: oneLine(64) }), ({ id: orderId, line_id, ...input }) =>
  changeLines(orderId, ({ line_items }) => {
    requireLine(line_items, line_id);
    return line_items.map((line) => (line.id === line_id ? { ...redraftLine(line), input } : redraftLine(line)));
  }),
);

export const removeLine = fn(LineIdInput, ({ id: orderId, line_id }) =>
  changeLines(orderId, ({ line_items }) => {
    requireLine(line_items, line_id);
    return line_items.filter((line) => line.id !== line_id).map(redraftLine);
  }),
);

function requireLine(lines: readonly { id: string }[], lineId: string): void {
  if (!lines.some(({ id: each }) => each === lineId)) throw notFound();
}

/** Changes the lines of a draft. Errors in the line that was sent name its fields without a prefix. */
const changeLines = (orderId: string, arrange: (current: OrderRecord) => LineDraft[]): Promise<OrderRecord> =>
  Records.change(Orders, orderId, (current) => {
    const drafts = arrange(current);
    const known = new Set(current.line_items.map((line) => line.id));
    return applyEdit(current, current, drafts, (line) =>
      known.has(drafts[line]?.id ?? "") && drafts[line]?.previous === undefined ? `line_items[${line}].` : "",
    );
  });

const OWNER_CHECK = [orderGrants.assign, "orders"] as const;

/** How an upsert matches existing orders. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { order_number: matchByNumber(Orders, "order_number"), ...(await buildUniqueMatches(Orders)) },
});

export * as Order from "./order.ts";
