import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import {
  type OpportunityRecord,
  requireAlive,
  requireNotLost,
  requireParty,
  resolvePartyCustomer,
} from "../../accounts/party/party.ts";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useRequest, useSettings, useTenant } from "../../kernel/context.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, Failure, invalid, invalidAll, notFound } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import type { Page } from "../../kernel/page.ts";
import {
  anyOf,
  date,
  IdInput,
  id,
  oneOf,
  patchSchema,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { startOfDay } from "../../kernel/time-zone.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { type OwnedEdit, resolveOwnedEdit } from "../../platform/custom-field/owned-edit.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { buildSaleId, withSaleId } from "../versioned-offer/sale-id.rules.ts";
import { type DealRecord, Deals, fields, itemFields, Stored } from "./deal.entity.ts";
import { DEAL, DEAL_ITEM, dealGrants } from "./deal.kind.ts";
import {
  type AmountInput,
  computeStamps,
  computeTotals,
  type DealStatus,
  dealStatuses,
  emptyStamps,
  initialStatuses,
  isEnd,
  transitions,
} from "./deal.rules.ts";
import { buildItems, type ItemRecord } from "./items.ts";
import { trackDeal } from "./opportunity-deals.ts";

/** The deal domain: a sale to a customer from its draft to its completion. */

export { Item } from "./deal.entity.ts";

export const Info = Stored.omit({ has_end: true, quote_series_id: true }).extend({
  custom_fields: CustomFields.outputSchema("deal"),
});
export const Row = rowSchema(
  Info,
  Deals.definition.row.filter((field) => field !== "has_end"),
).extend(CustomFields.rowShape("deal"));

const MAX_ITEMS = 100;

const ownerField = { owner_id: User.newOwner() };
const anotherField = z.boolean().optional().describe("true: allowed even if the opportunity already has a live deal");
const createFields = {
  ...fields,
  customer_id: id(CUSTOMER).optional().describe("If empty, the customer of the opportunity"),
};

export const Create = z
  .strictObject({
    ...createFields,
    ...ownerField,
    items: z.array(z.strictObject(itemFields)).max(MAX_ITEMS).optional().describe("Default: the products of the opportunity"),
    another: anotherField,
    custom_fields: CustomFields.inputSchema("deal", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id"]));

type CreateInput = z.output<typeof Create>;

/** Creates a deal. Customer, name, amount and products default to those of the opportunity. */
export const create = fn(
  Create,
  async (input) => {
    const decided = await assignNumberAndOwner(input);
    return retryOnConflict(async () => {
      const tx = transaction();
      const parties = await resolveParties(tx, input);
      const deal = await buildDeal(input, decided, parties, {});
      return (await add(tx, deal)).commit(deal);
    });
  },
  requireParty,
);

/** What the calling code already knows about the deal. */
export interface PrepareContext {
  /** Owner that replaces the one in the input, without a permission check. */
  owner_id?: string | null;
  /** The opportunity as the same transaction writes it. */
  opportunity?: OpportunityRecord;
  /** The sold items; their products are not read again. */
  items?: readonly Omit<ItemRecord, "id" | "total_price">[];
  /** Number and id of the source quote. Only one deal can have them. */
  order_reference?: string;
  quote_id?: string;
  quote_series_id?: string;
}

/**
 * Builds a new deal without writing it, for code that writes more in the same transaction, such as the acceptance of a quote. The caller must have
 * read the customer and the opportunity, or write them in that transaction. Each call leases a number.
 */
export async function prepare(rawInput: z.input<typeof Create>, context: PrepareContext = {}): Promise<DealRecord> {
  const input = parse(Create, rawInput);
  const decided = await assignNumberAndOwner(input, context);
  // `lenient`: the calling code cannot ask a user for required custom fields.
  return buildDeal(
    input,
    decided,
    { opportunity: context.opportunity, customer_id: resolvePartyCustomer(input, context.opportunity) },
    { lenient: true },
    context,
  );
}

/** Adds the deal to the transaction and to the deals of its opportunity. The caller retries reads, checks and write together (`retryOnConflict`). */
export async function add(tx: Transaction, deal: DealRecord): Promise<Transaction> {
  await trackDeal(tx, null, deal);
  if (deal.order_reference !== null) takeReference(tx, deal.order_reference, deal.id);
  return tx.create(Deals, deal);
}

/** Reserves a reference for one deal permanently, even if the deal is deleted. So a quote never makes a second deal. */
function takeReference(tx: Transaction, order_reference: string, deal_id: string): void {
  const key = { pk: tenantKey(useTenant(), "UNIQUE", "order_reference"), sk: order_reference };
  tx.put(
    { ...key, deal_id },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => conflict("The quote already has a deal", [{ field: "order_reference", message: "Taken" }]),
    },
  );
}

type AssignedFields = Pick<DealRecord, "deal_number" | "owner_id">;

/** Determines owner and number once, before the retried transaction. */
async function assignNumberAndOwner({ owner_id }: CreateInput, context: PrepareContext = {}): Promise<AssignedFields> {
  const owner = context.owner_id === undefined ? await User.resolveNewOwner(owner_id, ...OWNER_CHECK) : context.owner_id;
  const [deal_number = ""] = await RecordNumbers.lease("D");
  return { deal_number, owner_id: owner };
}

interface Parties {
  customer_id: string;
  opportunity: OpportunityRecord | undefined;
}

async function buildDeal(
  { owner_id: _given, custom_fields, items, another: isAnother = false, ...input }: CreateInput,
  decided: AssignedFields,
  { customer_id, opportunity }: Parties,
  options: CustomFields.WriteOptions,
  context: PrepareContext = {},
): Promise<DealRecord> {
  const deal_status = input.deal_status ?? "DRAFT";
  const isHistory = useRequest().at !== undefined;
  const details: ErrorDetail[] = [];
  if (!initialStatuses.includes(deal_status) && !isHistory)
    details.push({ field: "deal_status", message: `The status of a new deal must be one of ${initialStatuses.join(", ")}` });
  const dealFields = {
    ...toStoredFields(createFields, { ...input, deal_status }),
    customer_id,
    name: input.name ?? opportunity?.name ?? null,
    currency: input.currency ?? opportunity?.currency ?? useSettings().currency,
    final_amount: input.final_amount ?? null,
  };
  const inputItems = await collectDetails(
    details,
    buildItems(items ?? [], { currency: dealFields.currency, pathAt: (item) => `items[${item}].` }),
    [],
  );
  const stored = await collectDetails(
    details,
    CustomFields.resolveTogether("deal", custom_fields, options, validateFields(dealFields)),
    undefined,
  );
  if (details.length > 0 || !stored) throw invalidAll(details);
  // An opportunity in another currency supplies no amount and no products.
  const sold = items === undefined && opportunity?.currency === dealFields.currency ? opportunity : undefined;
  const agreed = context.items ? copyItems(context.items) : items === undefined ? copyItems(sold?.products) : inputItems;
  const amount = dealFields.final_amount ?? readOpportunityAmount(sold);
  const time = requestTime();
  const dealId = newId(DEAL, { at: Date.parse(time) });
  const sale = {
    opportunity_id: stored.opportunity_id,
    quote_id: context.quote_id ?? null,
    quote_series_id: context.quote_series_id ?? null,
  };
  const deal = {
    ...stored,
    ...decided,
    ...computeTotals(agreed, amount, dealFields.currency, { requested: amount }),
    deal_status,
    status_changed_at: time,
    ...computeStamps(emptyStamps, deal_status, time),
    is_additional: isAnother,
    ...sale,
    order_id: null,
    order_reference: context.order_reference ?? null,
    last_activity_date: null,
    has_end: stored.end_date !== null,
    sale_id: buildSaleId({ ...sale, id: dealId }),
  };
  return Records.init(Deals, deal, { id: dealId });
}

const copyItems = (items: readonly Omit<ItemRecord, "id" | "total_price">[] = []): ItemRecord[] =>
  items.map((item) => ({ ...item, id: newId(DEAL_ITEM), total_price: null }));

/** Returns the amount of the opportunity, or null if it follows the products: then the deal's amount follows its items. */
const readOpportunityAmount = (opportunity: OpportunityRecord | undefined): string | null =>
  !opportunity || (opportunity.products.some(isPriced) && !opportunity.amount_is_manual) ? null : opportunity.amount;

const isPriced = ({ unit_price }: { unit_price: string | null }): boolean => unit_price !== null;

/**
 * Resolves customer and opportunity as the caller sees them. The transaction requires that the customer exists and that the opportunity is unchanged.
 */
async function resolveParties(tx: Transaction, input: Pick<CreateInput, "customer_id" | "opportunity_id">): Promise<Parties> {
  const details: ErrorDetail[] = [];
  const opportunity = input.opportunity_id
    ? await collectDetails(details, requireNotLost(input.opportunity_id), undefined)
    : undefined;
  if (details.length > 0) throw invalidAll(details);
  const customer_id = resolvePartyCustomer(input, opportunity);
  await requireAlive(tx, CUSTOMER, customer_id);
  if (opportunity) tx.requireUnchanged(opportunity);
  return { customer_id, opportunity: opportunity };
}

/** Loads an opportunity that the deal already names, without a visibility check. */
const loadOpportunity = async (opportunityId: string): Promise<OpportunityRecord | undefined> =>
  (await Records.load(await loadCollection(OPPORTUNITY), opportunityId, { live: true })) as OpportunityRecord | undefined;

type DealFields = StoredFields<typeof fields>;

/** Checks what a schema cannot, for new values only. Throws one error with all faults. */
async function validateFields<T extends Omit<DealFields, "deal_status">>(next: T, current?: DealRecord): Promise<T> {
  const details: ErrorDetail[] = [];
  const { start_date, end_date, campaign_manager_id } = next;
  if (start_date && end_date && end_date < start_date)
    details.push({ field: "end_date", message: "Must not be before start_date" });
  const isNew = campaign_manager_id && campaign_manager_id !== current?.campaign_manager_id;
  const referenceFields = ["customer_id", "opportunity_id", "campaign_manager_id"];
  const [resolved] = await Promise.all([
    collectDetails(details, Master.resolveAll(fields, next, current, { checkedFields: referenceFields }), next),
    isNew ? collectDetails(details, User.requireOwner(campaign_manager_id, "campaign_manager_id"), undefined) : undefined,
  ]);
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

export const get = fn(IdInput, ({ id: dealId }) => read(dealId));

/** Reads the stored record, for callers that change it. */
export const read = (dealId: string): Promise<DealRecord> => Records.read(Deals, dealId);

const filters = {
  customer: id(CUSTOMER).optional(),
  opportunity: id(OPPORTUNITY).optional(),
  campaign_manager: id(USER).optional(),
  status: oneOf(dealStatuses).optional(),
  paths: pathParameters(),
};

export const Query = listSchema(Deals, filters, { named: ["opportunity_id"] });

export const list = fn(Query, async (input): Promise<Page<DealRecord>> => listRecords(Deals, await listQuery(input)));

/** Builds the query for a list of deals. */
export const listQuery = listQueryFor(Deals, Query);

/** The definition of the list, for exports. */
export const listDefinition = { collection: Deals, query: Query, listQuery, info: Info, fields: { ...fields, ...ownerField } };

const { items: _items, another: _another, ...replaceShape } = Create.shape;

export const replace = fn(
  z.strictObject({ ...replaceShape, customer_id: id(CUSTOMER), another: anotherField, ...IdInput.shape }),
  ({ id: dealId, owner_id, custom_fields, another: isAnother, ...input }) => {
    const { deal_status, ...values } = toStoredFields(fields, input);
    // A PUT without a status keeps the status.
    const changes = { owner_id, custom_fields, isAdditional: isAnother, deal_status: deal_status ?? undefined };
    return edit(dealId, values, { ...changes, reason: input.status_reason, requestedAmount: input.final_amount }, {});
  },
);

const Patch = patchSchema({ ...fields, ...ownerField }).extend({
  another: anotherField,
  custom_fields: CustomFields.inputSchema("deal", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, ({ id: dealId, owner_id, custom_fields, another: isAnother, deal_status, ...patch }) => {
  const changes = { owner_id, custom_fields, isAdditional: isAnother, deal_status: deal_status ?? undefined };
  return edit(
    dealId,
    toStoredPatch(fields, patch),
    { ...changes, reason: patch.status_reason, requestedAmount: patch.final_amount },
    { patch: true },
  );
});

export const setStatus = fn(
  z.strictObject({
    ...IdInput.shape,
    deal_status: oneOf(dealStatuses),
    reason: text(2000).nullish().describe("Required to cancel or reopen a deal"),
    date: date().optional().describe("Day of the change. Default: today"),
    another: anotherField,
  }),
  ({ id: dealId, deal_status, reason, date: day, another: isAnother }) =>
    edit(dealId, {}, { deal_status, reason, day, isAdditional: isAnother, reasonField: "reason" }, { patch: true }),
);

/** Parts of a change besides the plain fields. */
interface EditOptions extends OwnedEdit {
  deal_status?: DealStatus | undefined;
  reason?: string | null | undefined;
  day?: string | undefined;
  isAdditional?: boolean | undefined;
  /** The amount in the request, before computation. */
  requestedAmount?: string | null | undefined;
  /** Name of the reason field in the request, for errors. */
  reasonField?: string;
}

type EditedFields = Partial<Omit<DealFields, "deal_status">>;

const edit = (
  dealId: string,
  input: EditedFields,
  editOptions: EditOptions,
  options: CustomFields.WriteOptions,
): Promise<DealRecord> =>
  Records.change(Deals, dealId, async (current, tx) => {
    const statusChange = resolveStatusChange(current, editOptions);
    const next = { ...current, ...input, ...statusChange };
    if (isEnd(current.deal_status) && isEnd(next.deal_status)) requireUnchanged(current, next);
    await requireParties(tx, next, current);
    const resolvedFields = await resolveOwnedEdit(
      "deal",
      current,
      { ...editOptions, options, ownerCheck: OWNER_CHECK },
      validateFields(next, current),
    );
    const currency = resolvedFields.currency ?? useSettings().currency;
    const after: DealRecord = {
      ...withSaleId(resolvedFields, current),
      currency,
      ...computeTotals(resolvedFields.items, resolvedFields.final_amount, currency, {
        requested: editOptions.requestedAmount,
        previous: current,
      }),
      is_additional: editOptions.isAdditional === true || current.is_additional,
    };
    await trackDeal(tx, current, after);
    return after;
  });

type StatusChange = Pick<DealRecord, "deal_status" | "status_changed_at" | "status_reason"> & ReturnType<typeof computeStamps>;

/** Returns the fields of a status change. Throws if the transition does not exist, the caller may not make it, or a required reason is missing. */
function resolveStatusChange(
  current: DealRecord,
  { deal_status, reason, day, reasonField = "status_reason" }: EditOptions,
): Partial<StatusChange> {
  const from = current.deal_status;
  if (deal_status === undefined || deal_status === from) {
    if (isEnd(from) && reason !== undefined && !reason?.trim() && from === "CANCELLED")
      throw invalid(reasonField, "Required: the reason for the cancellation");
    return {};
  }
  if (!transitions[from].includes(deal_status))
    throw conflict(`A deal that is ${from} can only become ${transitions[from].join(" or ")}`, [
      { field: "deal_status", message: `Cannot change from ${from} to ${deal_status}` },
    ]);
  if (isEnd(from) && !hasPermission(dealGrants.reopen))
    throw new Failure("FORBIDDEN", "Your role may not reopen a deal", {
      details: [{ field: "deal_status", message: `${from} is a final status` }],
    });
  if ((deal_status === "CANCELLED" || isEnd(from)) && !reason?.trim())
    throw invalid(
      reasonField,
      deal_status === "CANCELLED" ? "Required: the reason for the cancellation" : "Required: the reason for reopening the deal",
    );
  if (day !== undefined && day > today()) throw invalid("date", "Must not be in the future");
  const time = day === undefined || day === today() ? Clock.now() : startOfDay(useSettings().timezone, day);
  return {
    deal_status,
    status_changed_at: Clock.now(),
    status_reason: reason ?? null,
    ...computeStamps(current, deal_status, time),
  };
}

/** Fields that cannot change after the end of a deal. */
const agreedFields = ["customer_id", "opportunity_id", "final_amount", "currency", "start_date", "end_date", "items"];

function requireUnchanged(current: DealRecord, next: object): void {
  const changedNames = changedFields(current, { ...current, ...next }).filter((field) => agreedFields.includes(field));
  if (changedNames.length === 0) return;
  const details = changedNames.map((field) => ({ field, message: `The deal is ${current.deal_status}` }));
  throw conflict(`Agreed fields cannot be changed: the deal is ${current.deal_status}`, details);
}

/** Checks customer and opportunity if one of them is new. */
async function requireParties(tx: Transaction, next: DealFields, current: DealRecord): Promise<void> {
  const isSameCustomer = next.customer_id === current.customer_id;
  const isSame = next.opportunity_id === current.opportunity_id;
  if (isSameCustomer && isSame) return;
  if (!isSameCustomer) await requireAlive(tx, CUSTOMER, next.customer_id);
  if (!next.opportunity_id) return;
  const opportunity = isSame ? await loadOpportunity(next.opportunity_id) : await requireNotLost(next.opportunity_id);
  resolvePartyCustomer(next, opportunity);
  if (opportunity) tx.requireUnchanged(opportunity);
}

export const remove = fn(IdInput, ({ id: dealId }) =>
  Records.remove(Deals, dealId, async (current, tx) => {
    await trackDeal(tx, current, null);
    return current;
  }),
);

export const restore = fn(IdInput, ({ id: dealId }) =>
  Records.restore(Deals, dealId, async (current, tx) => {
    await trackDeal(tx, null, current);
    return current;
  }),
);

const ItemIdInput = z.strictObject({ ...IdInput.shape, item_id: text(64) });

export const listItems = fn(IdInput, async ({ id: dealId }) => (await read(dealId)).items);

export const addItem = fn(
  IdInput.extend(itemFields),
  async ({ id: dealId, ...input }) =>
    changeItems(
      dealId,
      async ({ items, currency }) => {
        if (items.length >= MAX_ITEMS) throw invalid("items", `Must have at most ${MAX_ITEMS} items`);
        return [...items, ...(await buildItems([input], { currency, pathAt: () => "" }))];
      },
      (deal) => deal,
    ),
  LineItems.requireLineName,
);

export const replaceItem = fn(
  ItemIdInput.extend(itemFields),
  async ({ id: dealId, item_id, ...input }) =>
    changeItems(
      dealId,
      async ({ items, currency }) => {
        const previousProductId = items.find((dealItem) => dealItem.id === item_id)?.product_id ?? null;
        const [item] = await buildItems([input], { currency, pathAt: () => "", replacedProductId: previousProductId });
        return substituteItem(items, item_id, item ? [{ ...item, id: item_id }] : []);
      },
      (deal) => findItem(deal, item_id),
    ),
  LineItems.requireLineName,
);

export const removeItem = fn(ItemIdInput, ({ id: dealId, item_id }) =>
  changeItems(
    dealId,
    async ({ items }) => substituteItem(items, item_id, []),
    (deal) => deal,
  ),
);

const findItem = ({ items }: DealRecord, itemId: string): ItemRecord => items.find((item) => item.id === itemId) as ItemRecord;

function substituteItem(all: readonly ItemRecord[], itemId: string, replacements: readonly ItemRecord[]): ItemRecord[] {
  if (!all.some((item) => item.id === itemId)) throw notFound();
  return all.flatMap((item) => (item.id === itemId ? replacements : [item]));
}

/** Changes the items of a deal and returns `answer` of the written record. */
const changeItems = <A>(
  dealId: string,
  arrange: (current: DealRecord) => Promise<ItemRecord[]>,
  answer: (deal: DealRecord) => A,
): Promise<A> =>
  Records.change(
    Deals,
    dealId,
    async (current) => {
      const next = await arrange(current);
      if (isEnd(current.deal_status)) requireUnchanged(current, { items: next });
      return { ...current, ...recomputeTotals(current, next) };
    },
    { answer },
  );

/** An amount that was not set by hand becomes null when the last priced item is removed. */
function recomputeTotals(current: DealRecord, next: readonly ItemRecord[]) {
  const amountInput: AmountInput = { previous: current };
  const amount = current.final_amount_is_manual ? current.final_amount : null;
  return computeTotals(next, amount, current.currency, amountInput);
}

const OWNER_CHECK = [dealGrants.assign, "deals"] as const;

/** How an upsert matches existing deals. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { deal_number: matchByNumber(Deals, "deal_number"), ...(await buildUniqueMatches(Deals)) },
});

export * as Deal from "./deal.ts";
