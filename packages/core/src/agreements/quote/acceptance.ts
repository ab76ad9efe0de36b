import * as z from "zod";
import type { OpportunityRecord } from "../../accounts/party/party.ts";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalid, invalidAll, isFailure, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, name, oneOf, reference, text } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { readItems } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Deal } from "../deal/deal.ts";
import { hasDeal } from "../deal/opportunity-deals.ts";
import { withLetter } from "../letterhead/letter.ts";
import type { TransactionHook } from "../share-link/offerable.ts";
import { RejectInput, rejectOffer, requireTransition, withStatus } from "../versioned-offer/offer-state.ts";
import type { LineRecord } from "./line.schema.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";
import { computeTotals, isCounted } from "./totals.rules.ts";

/**
 * How a customer answers a quote: it is presented, accepted or rejected, and later converted. An acceptance is one transaction that writes the quote,
 * its opportunity and the deal.
 */

/** Marks a quote that the customer was sent as presented. */
export const present = fn(IdInput, ({ id }) =>
  Records.change(Quotes, id, async (current) => {
    requireTransition("quote", current, "PRESENTED");
    return { ...withStatus(await withLetter(current), "PRESENTED"), presented_at: Clock.now() };
  }),
);

export const chosenField = z
  .array(text(64))
  .max(300)
  .optional()
  .describe("Ids of the chosen optional lines; all others are not chosen. Default: the lines that are already chosen");

export const accept = fn(
  IdInput.extend({
    signed_by: name(100)
      .nullish()
      .describe("Person who signed on paper; a quote that requires a signature is accepted by a signature request instead"),
    chosen: chosenField,
  }),
  ({ id, signed_by = null, chosen: chosenIds }) => acceptWith(id, { signed_by, ...(chosenIds ? { chosen: chosenIds } : {}) }),
);

export interface Acceptance {
  signed_by: string | null;
  chosen?: readonly string[];
}

/** Accepts a quote. `addWrites` adds the evidence of the acceptance to the transaction. */
export const acceptWith = (id: string, acceptance: Acceptance, addWrites?: TransactionHook): Promise<QuoteRecord> =>
  Records.change(Quotes, id, async (current, tx) => {
    requireTransition("quote", current, "ACCEPTED");
    if (current.requires_signature) throw unsignedRejection();
    const accepted = await applyAcceptance(tx, current, acceptance);
    await addWrites?.(tx);
    return accepted;
  });

const unsignedRejection = (): Error =>
  ruleViolation("The quote requires a signature: request it with request-signature", [
    { field: "requires_signature", message: "The quote is accepted when it is signed" },
  ]);

/** Returns the accepted quote and adds everything that follows to the transaction. The caller checks whether the quote may be accepted. */
export async function applyAcceptance(tx: Transaction, quote: QuoteRecord, acceptance: Acceptance): Promise<QuoteRecord> {
  try {
    return await writeAcceptance(tx, quote, acceptance);
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
    // The conflict may come from a concurrent acceptance of this quote. A WriteConflict makes the caller read the quote again and retry.
    const now = await Records.load(Quotes, quote.id);
    throw now?.version === quote.version ? error : new WriteConflict(`${quote.id} no longer has version ${quote.version}`);
  }
}

async function writeAcceptance(
  tx: Transaction,
  quote: QuoteRecord,
  { signed_by, chosen: chosenIds }: Acceptance,
): Promise<QuoteRecord> {
  if (quote.requires_signature && !signed_by) throw invalid("signed_by", "Required, because the quote requires a signature");
  const agreed = { ...quote, ...(chosenIds ? applyChoice(quote, chosenIds) : {}) };
  const opportunity = await winOpportunity(tx, agreed);
  const deal = await prepareDeal(agreed, opportunity, signed_by !== null);
  tx.requireLive(agreed.customer_id, () => conflict("The customer is deleted", [{ field: "customer_id", message: "Deleted" }]));
  await Deal.add(tx, deal);
  return {
    ...withStatus(agreed, "ACCEPTED"),
    accepted_date: today(),
    signed_by,
    signed_date: signed_by === null ? null : Clock.now(),
    deal_id: deal.id,
  };
}

export const reject = fn(RejectInput, (input) => rejectOffer(Quotes, input));

/** Returns the lines and totals with exactly these optional lines chosen. A bundle must be chosen as a whole. Prices do not change. */
export function applyChoice(quote: QuoteRecord, chosenIds: readonly string[]): Partial<QuoteRecord> {
  const chosenSet = new Set(chosenIds);
  const optional = new Map(quote.line_items.filter((line) => line.optional).map((line) => [line.id, line]));
  const details: ErrorDetail[] = chosenIds.flatMap((id, index) =>
    optional.has(id) ? [] : [{ field: `chosen[${index}]`, message: "The quote has no optional line with this id" }],
  );
  const halved = [...optional.values()].find(
    ({ bundle, id }) =>
      bundle !== null && !chosenSet.has(id) && [...chosenSet].some((chosenId) => optional.get(chosenId)?.bundle === bundle),
  );
  if (halved) details.push({ field: "chosen", message: `The bundle "${halved.bundle}" can only be chosen as a whole` });
  if (details.length > 0) throw invalidAll(details);
  const lines = quote.line_items.map((line) => ({ ...line, chosen: chosenSet.has(line.id) }));
  const { lines: line_items, totals } = computeTotals(lines, quote, quote.currency);
  return { line_items, ...totals };
}

/** Key of the item that names the accepted quote of an opportunity. A condition on it lets only one of two concurrent acceptances succeed. */
const acceptedKey = (opportunity: string): Key => ({ pk: tenantKey(useTenant(), "QUOTEOF", opportunity), sk: "accepted" });

/** Wins the opportunity with the accepted amount. Returns undefined if the quote has none or it is deleted. */
async function winOpportunity(tx: Transaction, quote: QuoteRecord): Promise<OpportunityRecord | undefined> {
  const opportunity = quote.opportunity_id ? await Opportunity.load(quote.opportunity_id) : undefined;
  if (!opportunity) return undefined;
  const key = acceptedKey(opportunity.id);
  const [existingItem] = await readItems([key]);
  requireWinnable(opportunity, quote.id, existingItem?.quote_id as string | undefined);
  const item = { ...key, quote_id: quote.id };
  const buildConflict = () => new WriteConflict("Another quote of the opportunity was accepted");
  if (existingItem)
    tx.put(item, { condition: "quote_id = :read", values: { ":read": existingItem.quote_id }, rejection: buildConflict });
  else tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
  const { net_amount, currency, customer_id } = quote;
  return Opportunity.winByQuote(tx, opportunity, { amount: net_amount, currency, customer_id });
}

function requireWinnable(
  { is_closed, is_won, closed_date }: OpportunityRecord,
  quoteId: string,
  accepted: string | undefined,
): void {
  if (!is_closed) return;
  // The quote was accepted after the caller read it.
  if (accepted === quoteId) throw new WriteConflict(`${quoteId} was accepted at the same time`);
  const buildConflict = (message: string) =>
    conflict(message, [{ field: "opportunity_id", message: `Closed on ${closed_date}` }]);
  if (!is_won) throw buildConflict(`The opportunity was lost on ${closed_date}: reopen it first`);
  if (accepted !== undefined) throw buildConflict("Another quote of the opportunity was accepted: reopen the opportunity first");
}

/** Builds the deal from the counted lines. Its amount is the net amount of the quote. */
async function prepareDeal(quote: QuoteRecord, opportunity: OpportunityRecord | undefined, isSigned: boolean) {
  const sold = quote.line_items.filter(isCounted);
  return Deal.prepare(
    {
      customer_id: quote.customer_id,
      ...(opportunity ? { opportunity_id: opportunity.id, another: await hasDeal(opportunity.id) } : {}),
      name: quote.name,
      currency: quote.currency,
      final_amount: quote.net_amount,
      deal_status: isSigned ? "SIGNED" : "DRAFT",
    },
    {
      owner_id: quote.owner_id,
      ...(opportunity ? { opportunity } : {}),
      items: sold.map(toDealItem),
      order_reference: quote.quote_number,
      quote_id: quote.id,
      quote_series_id: quote.series_id,
    },
  );
}

const toDealItem = ({ product_id, name, description, quantity, unit_price, discount_percent }: LineRecord) => ({
  product_id,
  name: name ?? toSingleLine(description ?? "", 255),
  description,
  quantity,
  unit_price,
  discount_percent,
});

export const conversionTargets = ["deal", "contract", "order"] as const;

export const Convert = IdInput.extend({
  to: oneOf(conversionTargets),
  reference: reference().nullish().describe("Reference of a contract or order that is kept in another system"),
});

/** Records once for each target that an accepted quote was converted. The deal exists since the acceptance, so `to: deal` is a conflict. */
export const convert = fn(Convert, (input) => convertWith(input));

/** Like `convert`. `addWrites` completes the quote and adds to the transaction. */
export const convertWith = (
  { id, to, reference: targetId }: z.output<typeof Convert>,
  addWrites: (tx: Transaction, next: QuoteRecord) => Promise<QuoteRecord> = async (_, next) => next,
): Promise<QuoteRecord> =>
  Records.change(Quotes, id, async (current, tx) => {
    requireConvertible(current, to);
    if (to === "order") return addWrites(tx, { ...current, is_converted_to_order: true, order_id: targetId ?? null });
    return addWrites(tx, { ...current, is_converted_to_contract: true, contract_id: targetId ?? null });
  });

/** Throws CONFLICT unless the quote is accepted and was not converted to the target. */
export function requireConvertible(quote: QuoteRecord, to: (typeof conversionTargets)[number]): void {
  if (quote.status !== "ACCEPTED")
    throw conflict(`The quote is ${quote.status}; only an accepted quote can be converted`, [
      { field: "status", message: quote.status },
    ]);
  if (to === "deal") throw conversionRejection("deal", quote.deal_id);
  if (to === "order" && quote.is_converted_to_order) throw conversionRejection("order", quote.order_id);
  if (to === "contract" && quote.is_converted_to_contract) throw conversionRejection("contract", quote.contract_id);
}

const conversionRejection = (target: string, id: string | null): Error =>
  conflict(`The quote was already converted to ${target === "order" ? "an order" : `a ${target}`}`, [
    { field: `${target}_id`, message: id ?? "No reference is stored" },
  ]);

export * as Acceptance from "./acceptance.ts";
