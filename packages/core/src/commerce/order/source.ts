import { ContractAccess, type ContractRecord } from "../../agreements/contract/contract-access.ts";
import { DealAccess, type DealRecord } from "../../agreements/deal/deal-access.ts";
import { QuoteAccess, type QuoteRecord } from "../../agreements/quote/quote-access.ts";
import { isCounted } from "../../agreements/quote/totals.rules.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { readReference } from "../../kernel/read-reference.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { Potential } from "../../sales/potential/potential.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { draftFromQuote, draftLine, type LineDraft, type LineInput } from "./lines.ts";
import type { OrderRecord } from "./order.entity.ts";

/**
 * What an order is made from: a quote, a deal, a contract or a potential. Each becomes an order once: the transaction of the order writes its id into
 * the source, whose version lets one of two concurrent conversions fail. A quote and the deal and the contract that came of it are one sale, so they
 * become one order.
 */

export type PotentialRecord = Awaited<ReturnType<typeof Potential.read>>;

interface SourceInput {
  quote_id?: string | null | undefined;
  deal_id?: string | null | undefined;
  contract_id?: string | null | undefined;
  potential_id?: string | null | undefined;
  order_number?: string | undefined;
}

/** The fields that an order takes over from its source, unless the caller gives them. */
interface SourceDefaults {
  customer_id?: string | null;
  contact_id?: string | null;
  opportunity_id?: string | null;
  currency?: string | null;
  price_book_id?: string | null;
  discount_percent?: string;
  fixed_discount?: string | null;
  shipping_amount?: string;
  payment_terms?: string | null;
  delivery_terms?: string | null;
  campaign_id?: string | null;
}

export interface Source {
  defaults: SourceDefaults;
  lines: LineDraft[];
  quote: QuoteRecord | undefined;
  deal: DealRecord | undefined;
  contract: ContractRecord | undefined;
  potential: PotentialRecord | undefined;
}

/** Loads the records that an order is made from, as the caller sees them. Throws CONFLICT if one of them has an order. */
export async function loadSource({ quote_id, deal_id, contract_id, potential_id, order_number }: SourceInput): Promise<Source> {
  const contract = contract_id ? await loadContract(contract_id) : undefined;
  const namedDeal = deal_id ? await loadDeal(deal_id) : undefined;
  const named = quote_id ? await loadQuote(quote_id) : undefined;
  const quoteId = namedDeal?.quote_id ?? contract?.quote_id;
  const quote = named ?? (quoteId ? await QuoteAccess.load(quoteId) : undefined);
  const deal = namedDeal ?? (quote?.deal_id ? await DealAccess.load(quote.deal_id) : undefined);
  const potential = potential_id ? await loadPotential(potential_id) : undefined;
  if (quote && !isReferenceTo(order_number, quote.order_id))
    requireUnordered(
      named ? "quote_id" : namedDeal ? "deal_id" : "contract_id",
      named ? "quote" : namedDeal ? "quote of the deal" : "quote of the contract",
      quote.is_converted_to_order,
      quote.order_id,
    );
  if (deal)
    requireUnordered(namedDeal ? "deal_id" : named ? "quote_id" : "contract_id", "deal", deal.order_id !== null, deal.order_id);
  if (contract) requireUnordered("contract_id", "contract", contract.order_id !== null, contract.order_id);
  if (potential && !isReferenceTo(order_number, potential.converted_to_order_id)) Potential.requireUnconverted(potential);
  const source = { quote, deal, contract, potential };
  if (named || (quote && namedDeal)) return { ...source, ...readQuote(quote as QuoteRecord) };
  if (namedDeal) return { ...source, ...readDeal(namedDeal) };
  if (contract) return { ...source, ...readContract(contract) };
  if (potential) return { ...source, ...readPotential(potential) };
  return { ...source, defaults: {}, lines: [] };
}

/** Whether a record names the order by the number that the caller gives it. The order with this number may be made from the record. */
export const isReferenceTo = (order_number: string | undefined, reference: string | null): boolean =>
  order_number !== undefined && reference?.toLowerCase() === order_number.toLowerCase();

/** Throws CONFLICT with the order of a record that has one. */
export function requireUnordered(field: string, noun: string, isOrdered: boolean, orderId: string | null): void {
  if (isOrdered) throw conflict(`The ${noun} already has an order`, [{ field, message: orderId ?? "No reference is stored" }]);
}

const loadPotential = (id: string): Promise<PotentialRecord> =>
  readReference("potential_id", Potential.read(id), "No such potential");

async function loadQuote(id: string): Promise<QuoteRecord> {
  const quote = await QuoteAccess.find(id);
  if (!quote) throw invalid("quote_id", "No such quote");
  if (quote.status !== "ACCEPTED")
    throw conflict(`The quote is ${quote.status}; only an accepted quote can become an order`, [
      { field: "quote_id", message: quote.status },
    ]);
  return quote;
}

async function loadDeal(id: string): Promise<DealRecord> {
  const deal = await DealAccess.find(id);
  if (!deal) throw invalid("deal_id", "No such deal");
  if (deal.deal_status === "CANCELLED")
    throw conflict("The deal is CANCELLED and cannot become an order", [{ field: "deal_id", message: "CANCELLED" }]);
  return deal;
}

const orderableContracts: readonly string[] = ["APPROVED", "ACTIVE", "EXPIRED"];

async function loadContract(id: string): Promise<ContractRecord> {
  const contract = await ContractAccess.find(id);
  if (!contract) throw invalid("contract_id", "No such contract");
  if (!orderableContracts.includes(contract.status))
    throw conflict(`The contract is ${contract.status}; only an approved contract can become an order`, [
      { field: "contract_id", message: contract.status },
    ]);
  return contract;
}

type Read = Pick<Source, "defaults" | "lines">;

const readQuote = (quote: QuoteRecord): Read => ({
  defaults: {
    customer_id: quote.customer_id,
    contact_id: quote.contact_id,
    opportunity_id: quote.opportunity_id,
    currency: quote.currency,
    price_book_id: quote.price_book_id,
    discount_percent: quote.discount_percent,
    fixed_discount: quote.fixed_discount,
    shipping_amount: quote.shipping_amount,
    payment_terms: quote.payment_terms,
    delivery_terms: quote.delivery_terms,
  },
  lines: quote.line_items.filter(isCounted).map(draftFromQuote),
});

function readDeal(deal: DealRecord): Read {
  const { customer_id, opportunity_id, currency, final_amount, name } = deal;
  const priced = deal.items.filter(({ unit_price }) => unit_price !== null);
  // An amount that was set by hand is the price of the whole.
  const isSumOfItems = priced.length === deal.items.length && priced.length > 0 && !deal.final_amount_is_manual;
  return {
    defaults: { customer_id, opportunity_id, currency },
    lines: isSumOfItems ? priced.map(draftItem) : [draftAmount(name ?? deal.deal_number, final_amount ?? "0")],
  };
}

const readContract = (contract: ContractRecord): Read => ({
  defaults: {
    customer_id: contract.customer_id,
    contact_id: contract.contact_id,
    opportunity_id: contract.opportunity_id,
    currency: contract.currency,
    payment_terms: contract.payment_terms,
  },
  lines: [draftAmount(contract.title, contract.contract_value)],
});

const readPotential = ({
  currency,
  interested_products,
  potential_number,
  estimated_value,
  campaign_id,
}: PotentialRecord): Read => ({
  defaults: { currency, campaign_id },
  lines: [draftAmount(toSingleLine(interested_products.join(", "), 255) || potential_number, estimated_value ?? "0")],
});

type Item = Pick<
  DealRecord["items"][number],
  "product_id" | "name" | "description" | "quantity" | "unit_price" | "discount_percent"
>;

const draftItem = ({ product_id, name, description, quantity, unit_price, discount_percent }: Item): LineDraft =>
  draftLine({ ...emptyLine, product_id, name, description, quantity, unit_price, discount_percent });

/** Returns a line with the price of the whole. */
const draftAmount = (name: string, amount: string): LineDraft => draftLine({ ...emptyLine, name, unit_price: amount });

const emptyLine: Omit<LineInput, "id"> = {
  product_id: null,
  description: null,
  quantity: "1",
  discount_percent: "0",
  tax_percent: "0",
  section: null,
  requires_delivery: true,
  properties: {},
  is_preorder: false,
  preorder_release_at: null,
  preorder_notes: null,
};

/** Writes the id of the order into its sources, and returns them as written. */
export async function markOrdered(tx: Transaction, { quote, deal, contract, potential }: Source, orderId: string) {
  return {
    quote: quote && QuoteAccess.replaceReturning(tx, quote, { ...quote, is_converted_to_order: true, order_id: orderId }),
    deal: deal && DealAccess.replaceReturning(tx, deal, { ...deal, order_id: orderId }),
    contract: contract && ContractAccess.replaceReturning(tx, contract, { ...contract, order_id: orderId }),
    potential: potential && (await Potential.replaceConverted(tx, potential, { converted_to_order_id: orderId })),
  };
}

/** Returns the id that all records of the sale share. Without a source, the order is a sale of its own. */
export const findSaleId = (
  { quote, deal, contract }: Partial<Source>,
  order: Pick<OrderRecord, "id" | "opportunity_id">,
): string => order.opportunity_id ?? quote?.series_id ?? deal?.sale_id ?? contract?.sale_id ?? order.id;
