import * as z from "zod";
import { requireParties, requireParty, resolveParties } from "../../accounts/party/party.ts";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { LineItems } from "../../kernel/line-item.rules.ts";
import { anyOf, IdInput, id, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { mergeChanges, type OwnedEdit, resolveOwnedEdit } from "../../platform/custom-field/owned-edit.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { User } from "../../platform/user/user.ts";
import { listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import { PROPOSAL } from "../proposal/proposal.kind.ts";
import { initialOfferState } from "../versioned-offer/offer-fields.ts";
import { reopen, toExpiryInstant } from "../versioned-offer/offer-state.ts";
import {
  createOfferVerbs,
  DEFAULT_VALID_DAYS,
  offerFilters,
  ownerField,
  partyFilters,
  removeOffer,
  validateOffer,
} from "../versioned-offer/record-verbs.ts";
import { isOpen } from "../versioned-offer/status.rules.ts";
import { type LineRecord, lineFields, MAX_LINES } from "./line.schema.ts";
import {
  ChangedLineInput,
  draftLine,
  type LineDraft,
  type LineInput,
  type LinePath,
  lineItemPath,
  normalizeAmounts,
  priceLines,
  redraftLine,
  redraftLines,
} from "./lines.ts";
import { fields, type QuoteRecord, Quotes, Stored } from "./quote.entity.ts";
import { QUOTE, QUOTE_TEMPLATE, quoteGrants } from "./quote.kind.ts";
import { QuoteTemplate } from "./template.ts";

/** The quote domain: what is offered to a customer, for how much and until when. */

export { Line } from "./line.schema.ts";

export const Info = Stored.omit({ versions_made: true, approval_round: true, priced_by: true, letter: true }).extend({
  custom_fields: CustomFields.outputSchema("quote"),
});
export const Row = rowSchema(Stored, Quotes.definition.row).extend(CustomFields.rowShape("quote"));

const lineItemsField = z.array(z.strictObject(lineFields)).max(MAX_LINES).optional();
const changedLineItemsField = z.array(ChangedLineInput).max(MAX_LINES).optional();

export const Create = z
  .strictObject({
    ...fields,
    customer_id: fields.customer_id.optional().describe("If empty, the customer of the opportunity"),
    discount_percent: fields.discount_percent.unwrap().optional().describe("Discount on the whole quote"),
    requires_signature: fields.requires_signature.unwrap().optional(),
    ...ownerField,
    template_id: id(QUOTE_TEMPLATE).nullish().describe("The template brings lines, terms and discount"),
    line_items: lineItemsField.describe("If empty, the lines of the template"),
    custom_fields: CustomFields.inputSchema("quote", "whole"),
  })
  .meta(anyOf(["customer_id", "opportunity_id"]));

type CreateInput = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => {
    const owner_id = await User.resolveNewOwner(input.owner_id, ...OWNER_CHECK);
    const [quote_number = ""] = await RecordNumbers.lease("Q");
    return retryOnConflict(async () => {
      const tx = transaction();
      const quote = await buildQuote(tx, input, { owner_id, quote_number });
      return tx.create(Quotes, quote).commit(quote);
    });
  },
  requireParty,
);

async function buildQuote(
  tx: Transaction,
  { template_id, line_items, custom_fields, owner_id: _owner, ...input }: CreateInput,
  decided: Pick<QuoteRecord, "owner_id" | "quote_number">,
): Promise<QuoteRecord> {
  const details: ErrorDetail[] = [];
  const template = template_id
    ? await collectDetails(details, QuoteTemplate.loadActiveTemplate(template_id), undefined)
    : undefined;
  const parties = await collectDetails(details, resolveParties(tx, input), undefined);
  const quote_date = input.quote_date ?? today();
  const { opportunity, customer_id } = parties ?? {};
  const quoteFields = {
    ...toStoredFields(fields, {
      ...input,
      description: input.description ?? template?.quote_description,
      payment_terms: input.payment_terms ?? template?.payment_terms,
      delivery_terms: input.delivery_terms ?? template?.delivery_terms,
      requires_signature: input.requires_signature ?? template?.requires_signature ?? false,
      discount_percent: input.discount_percent ?? (input.fixed_discount ? "0" : (template?.discount_percent ?? "0")),
      customer_id: customer_id ?? "",
    }),
    name: input.name ?? opportunity?.name ?? template?.name ?? decided.quote_number,
    currency: input.currency ?? opportunity?.currency ?? useSettings().currency,
    quote_date,
    expiration_date: input.expiration_date ?? addDays(quote_date, template?.valid_days ?? DEFAULT_VALID_DAYS),
  };
  const stored = await collectDetails(
    details,
    CustomFields.resolveTogether("quote", custom_fields, {}, validateFields(quoteFields)),
    undefined,
  );
  if (details.length > 0 || !stored) throw invalidAll(details);
  const lines = (line_items ?? template?.line_items ?? []).map(draftLine);
  const time = requestTime();
  const quoteId = newId(QUOTE, { at: Date.parse(time) });
  return Records.init(
    Quotes,
    {
      ...stored,
      ...decided,
      ...(await priceLines(lines, stored)),
      ...normalizeAmounts(stored),
      ...initialState,
      expires_at: toExpiryInstant(stored.expiration_date),
      status_changed_at: time,
      template_id: template?.id ?? null,
      template_revision: template?.revision ?? null,
      series_id: quoteId,
      sale_id: stored.opportunity_id ?? quoteId,
      priced_by: [useActorId()],
    },
    { id: quoteId },
  );
}

/** State of a new quote or a new version. */
export const initialState = {
  ...initialOfferState,
  letter: null,
  signature_url: null,
  deal_id: null,
  is_converted_to_order: false,
  order_id: null,
  is_converted_to_contract: false,
  contract_id: null,
} as const satisfies Partial<QuoteRecord>;

type QuoteFields = StoredFields<typeof fields> & { quote_date: string; expiration_date: string };

const validateFields = <T extends QuoteFields>(next: T, current?: QuoteRecord): Promise<T> =>
  validateOffer(fields, next, {
    dateField: "quote_date",
    ownReferences: ["customer_id", "opportunity_id", "contact_id"],
    current,
  });

export const Query = listSchema(Quotes, { ...partyFilters, ...offerFilters(QUOTE) });

export const { get, read, list, listQuery, matching } = createOfferVerbs(Quotes, Query, "quote_number");

/** The definition of the list, for exports. */
export const listDefinition = { collection: Quotes, query: Query, listQuery, info: Info, fields: { ...fields, ...ownerField } };

export const replace = fn(
  z.strictObject({
    ...fields,
    ...ownerField,
    line_items: changedLineItemsField.describe("Omitted: the lines do not change"),
    custom_fields: CustomFields.inputSchema("quote", "whole"),
    ...IdInput.shape,
  }),
  ({ id: quoteId, owner_id, custom_fields, line_items, ...input }) =>
    edit(quoteId, toStoredFields(fields, input), { owner_id, custom_fields, lines: line_items }, {}),
);

export const update = fn(
  patchSchema({ ...fields, ...ownerField }).extend({
    line_items: changedLineItemsField.describe("Replaces all lines"),
    custom_fields: CustomFields.inputSchema("quote", "patch"),
    ...IdInput.shape,
  }),
  ({ id: quoteId, owner_id, custom_fields, line_items, ...patch }) =>
    edit(quoteId, toStoredPatch(fields, patch), { owner_id, custom_fields, lines: line_items }, { patch: true }),
);

/** Parts of a change besides the plain fields. */
interface EditOptions extends OwnedEdit {
  lines?: readonly z.output<typeof ChangedLineInput>[] | undefined;
}

const edit = (
  quoteId: string,
  input: Partial<StoredFields<typeof fields>>,
  editOptions: EditOptions,
  options: CustomFields.WriteOptions,
): Promise<QuoteRecord> =>
  Records.change(Quotes, quoteId, async (current, tx) => {
    const next = mergeChanges(current, input, ["name", "currency", "quote_date", "expiration_date"]);
    await requireParties(tx, next, current);
    const resolvedFields = await resolveOwnedEdit(
      "quote",
      current,
      { ...editOptions, options, ownerCheck: OWNER_CHECK },
      validateFields(next, current),
    );
    const drafts = editOptions.lines ? redraftLines(editOptions.lines, current.line_items) : current.line_items.map(redraftLine);
    return applyEdit(current, resolvedFields, editOptions.lines || isPricingChange(current, resolvedFields) ? { drafts } : {});
  });

const pricingFields = [
  "customer_id",
  "currency",
  "price_book_id",
  "quote_date",
  "discount_percent",
  "fixed_discount",
  "shipping_amount",
] as const;

const isPricingChange = (current: QuoteRecord, next: QuoteRecord): boolean => {
  const changedNames = changedFields(current, next);
  return pricingFields.some((field) => changedNames.includes(field));
};

/** Fields that the customer reads and that are approved. */
const offeredFields = [
  ...pricingFields,
  "name",
  "description",
  "opportunity_id",
  "contact_id",
  "expiration_date",
  "payment_terms",
];
export const agreedFields = [...offeredFields, "delivery_terms", "requires_signature", "line_items"];

/** A user who changes one of these fields may not approve the quote. */
const priceSettingFields: readonly string[] = [...pricingFields, "line_items"];

interface Repricing {
  /** The lines, if they or the fields that their prices depend on have changed. */
  drafts?: readonly LineDraft[];
  pathAt?: LinePath;
  /** Looks up the product prices of every line again. */
  isFullReprice?: boolean;
}

/**
 * Applies a change to a quote. If an agreed field of a submitted quote changes, the quote becomes a DRAFT again. Throws if the customer has the quote
 * or it has ended.
 */
async function applyEdit(
  current: QuoteRecord,
  next: QuoteRecord,
  { drafts, pathAt, isFullReprice }: Repricing,
): Promise<QuoteRecord> {
  const before = isFullReprice ? undefined : current;
  const priced = drafts
    ? {
        ...next,
        ...(await priceLines(drafts, next, { previous: before, pathAt: pathAt ?? lineItemPath })),
        ...normalizeAmounts(next),
      }
    : next;
  const changedNames = changedFields(current, priced).filter((field) => agreedFields.includes(field));
  if (changedNames.length === 0) return priced;
  if (!isOpen(current.status)) throw offeredRejection(current, changedNames);
  const isPriced = changedNames.some((field) => priceSettingFields.includes(field));
  const priced_by = isPriced ? [...new Set([...current.priced_by, useActorId()])] : current.priced_by;
  const after = { ...priced, priced_by, expires_at: toExpiryInstant(priced.expiration_date) };
  if (current.status === "DRAFT") return after;
  return reopen(after);
}

const offeredRejection = ({ status }: QuoteRecord, changedNames: readonly string[]): Error =>
  conflict(
    `The quote is ${status}: create a new version`,
    changedNames.map((field) => ({ field, message: `The quote is ${status}` })),
  );

/** A quote that a proposal names cannot be deleted. */
export const remove = fn(IdInput, ({ id: quoteId }) =>
  removeOffer(Quotes, quoteId, (current) => References.requireUnreferenced(QUOTE, [current.id], [PROPOSAL])),
);

export const restore = fn(IdInput, ({ id: quoteId }) =>
  Records.restore(Quotes, quoteId, (current, tx) => VersionSeries.demotePrevious(Quotes, resetPendingApproval(current), tx)),
);

/** Approvals were cancelled by the deletion, so a pending quote becomes a DRAFT. */
const resetPendingApproval = (current: QuoteRecord): QuoteRecord =>
  current.status === "PENDING_APPROVAL" ? reopen(current) : current;

const LineIdInput = z.strictObject({ ...IdInput.shape, line_id: text(64) });
const lineFieldsWithSequence = {
  ...lineFields,
  sequence: z.number().int().min(1).max(MAX_LINES).optional().describe("Position of the line. If empty, the last one"),
};

export const listLines = fn(IdInput, async ({ id: quoteId }) => (await read(quoteId)).line_items);

export const addLine = fn(
  IdInput.extend(lineFieldsWithSequence),
  ({ id: quoteId, sequence, ...input }) => {
    const draft = draftLine(input);
    return changeLines(
      quoteId,
      ({ line_items }) => {
        if (line_items.length >= MAX_LINES) throw invalid("line_items", `Must have at most ${MAX_LINES} lines`);
        return insertLine(line_items.map(redraftLine), draft, sequence);
      },
      (quote) => quote,
      draft,
    );
  },
  requireNameOrDescription,
);

export const replaceLine = fn(
  LineIdInput.extend(lineFieldsWithSequence),
  ({ id: quoteId, line_id, sequence, ...input }) => {
    let draft: LineDraft | undefined;
    return changeLines(
      quoteId,
      ({ line_items }) => {
        const replacedLine = findLine(line_items, line_id);
        const next = { ...redraftLine(replacedLine), input: input };
        draft = next;
        const otherLines = line_items.filter((line) => line !== replacedLine).map(redraftLine);
        return insertLine(otherLines, next, sequence ?? replacedLine.sequence);
      },
      ({ line_items }) => findLine(line_items, line_id),
      () => draft,
    );
  },
  requireNameOrDescription,
);

export const removeLine = fn(LineIdInput, ({ id: quoteId, line_id }) =>
  changeLines(
    quoteId,
    ({ line_items }) => {
      const removedLine = findLine(line_items, line_id);
      return line_items.filter((line) => line !== removedLine).map(redraftLine);
    },
    (quote) => quote,
  ),
);

/** Prices all lines again from products, price books and pricing rules. Prices that were typed stay. */
export const reprice = fn(IdInput, ({ id: quoteId }) =>
  Records.change(Quotes, quoteId, (current) =>
    applyEdit(current, current, { drafts: current.line_items.map(redraftLine), isFullReprice: true }),
  ),
);

async function requireNameOrDescription(
  { name, ...input }: Partial<Pick<LineInput, "product_id" | "name" | "description">>,
  unread: ReadonlySet<string>,
): Promise<void> {
  const isDescribed = input.description?.trim() || unread.has("description");
  if (!isDescribed) await LineItems.requireLineName({ ...input, name: name ?? undefined }, unread);
}

function findLine(all: readonly LineRecord[], lineId: string): LineRecord {
  const match = all.find((line) => line.id === lineId);
  if (!match) throw notFound();
  return match;
}

const insertLine = (drafts: readonly LineDraft[], draft: LineDraft, sequence = drafts.length + 1): LineDraft[] => [
  ...drafts.slice(0, sequence - 1),
  draft,
  ...drafts.slice(sequence - 1),
];

/** Changes the lines of a quote and returns `answer` of the written record. Errors in the line that was sent name its fields without a prefix. */
const changeLines = <A>(
  quoteId: string,
  arrange: (current: QuoteRecord) => LineDraft[],
  answer: (quote: QuoteRecord) => A,
  sent?: LineDraft | (() => LineDraft | undefined),
): Promise<A> =>
  Records.change(
    Quotes,
    quoteId,
    (current) => {
      const drafts = arrange(current);
      const sentDraft = typeof sent === "function" ? sent() : sent;
      return applyEdit(current, current, {
        drafts,
        pathAt: (line) => (sentDraft && drafts[line] === sentDraft ? "" : lineItemPath(line)),
      });
    },
    { answer },
  );

const OWNER_CHECK = [quoteGrants.assign, "quotes"] as const;

export * as Quote from "./quote.ts";
