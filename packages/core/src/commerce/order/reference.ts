import { DealAccess } from "../../agreements/deal/deal-access.ts";
import { QUOTE } from "../../agreements/quote/quote.kind.ts";
import { QuoteAccess, type QuoteRecord } from "../../agreements/quote/quote-access.ts";
import { isId } from "../../kernel/id.ts";
import { POTENTIAL } from "../../sales/potential/potential.kind.ts";
import { Potential } from "../../sales/potential/potential.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "./order.entity.ts";
import { ORDER } from "./order.kind.ts";
import { OrderNumber } from "./order-number.ts";
import { findSaleId, isReferenceTo, type PotentialRecord, type Source } from "./source.ts";

/**
 * Free references: a quote or a potential that was converted in another system names an order by its number or id. It is linked to the order at once if
 * the order exists, or else when an order with this number is made.
 */

/** Records that name the number of a new order. */
interface Referrers {
  quotes: QuoteRecord[];
  potentials: PotentialRecord[];
}

/** Loads the records that still name the number of the order. A quote must be of the customer of the order. */
export async function loadReferrers(
  ids: readonly string[],
  { order_number, customer_id }: OrderRecord,
  { quote, potential }: Source,
): Promise<Referrers> {
  const others = ids.filter((id) => id !== quote?.id && id !== potential?.id);
  const [quotes, potentials] = await Promise.all([
    Promise.all(others.filter((id) => isId(id, QUOTE)).map(QuoteAccess.load)),
    Promise.all(others.filter((id) => isId(id, POTENTIAL)).map(Potential.load)),
  ]);
  return {
    quotes: quotes.filter(
      (each) => each !== undefined && each.customer_id === customer_id && isReferenceTo(order_number, each.order_id),
    ) as QuoteRecord[],
    potentials: potentials.filter(
      (each) => each !== undefined && isReferenceTo(order_number, each.converted_to_order_id),
    ) as PotentialRecord[],
  };
}

/** Returns the source with the first quote and the first potential that name the order, where it has none. */
export async function completeSource(source: Source, { quotes, potentials }: Referrers): Promise<Source> {
  const hasAgreement = source.quote ?? source.deal ?? source.contract;
  const quote = hasAgreement ? source.quote : quotes[0];
  return {
    ...source,
    quote,
    deal: source.deal ?? (quote && (await loadUnorderedDeal(quote))),
    potential: source.potential ?? potentials[0],
  };
}

async function loadUnorderedDeal({ deal_id }: QuoteRecord) {
  const deal = deal_id ? await DealAccess.load(deal_id) : undefined;
  return deal?.order_id === null ? deal : undefined;
}

/** Writes the id of the order into the further records that name it. */
export async function linkReferrers(
  tx: Transaction,
  { quotes, potentials }: Referrers,
  { quote, potential }: Source,
  orderId: string,
): Promise<void> {
  for (const each of quotes) if (each.id !== quote?.id) QuoteAccess.replace(tx, each, { ...each, order_id: orderId });
  for (const each of potentials)
    if (each.id !== potential?.id) await Potential.replaceConverted(tx, each, { converted_to_order_id: orderId });
}

/** Returns the order with its sources. Records that it names already stay, and with them its sale. */
export function withSource(order: OrderRecord, { quote, deal, potential }: Partial<Source>): OrderRecord {
  const isNewQuote = order.quote_id === null && order.deal_id === null && order.contract_id === null;
  const next = {
    ...order,
    potential_id: order.potential_id ?? potential?.id ?? null,
    ...(quote && isNewQuote
      ? { quote_id: quote.id, deal_id: deal?.id ?? null, opportunity_id: order.opportunity_id ?? quote.opportunity_id }
      : {}),
  };
  if (order.sale_id !== order.id) return next;
  return { ...next, sale_id: findSaleId(next.quote_id === order.quote_id ? {} : { quote, deal }, next) };
}

/** Finds the order that a reference names by its id or its number, if the caller sees it. Returns also the item of the number. */
async function findOrder(reference: string) {
  if (isId(reference, ORDER)) return { order: await Records.find(Orders, reference), number: undefined };
  const number = await OrderNumber.load(reference);
  return { order: number?.order_id ? await Records.find(Orders, number.order_id) : undefined, number };
}

/** Links a quote that was converted to a reference. Returns the quote as it is to be written. */
export async function linkQuote(tx: Transaction, quote: QuoteRecord, reference: string): Promise<QuoteRecord> {
  const { order, number } = await findOrder(reference);
  if (order && order.customer_id === quote.customer_id) {
    const deal = await loadUnorderedDeal(quote);
    if (deal) DealAccess.replaceReturning(tx, deal, { ...deal, order_id: order.id });
    replaceOrder(tx, order, withSource(order, { quote, deal }));
    return { ...quote, order_id: order.id };
  }
  if (!isId(reference, ORDER)) OrderNumber.addWaiting(tx, reference, number, quote.id);
  return quote;
}

/** Links a potential that is converted to a reference. Returns the reference to be written: the id of the order, if there is one. */
export async function linkPotential(tx: Transaction, potential: PotentialRecord, reference: string): Promise<string> {
  const { order, number } = await findOrder(reference);
  if (order) {
    replaceOrder(tx, order, withSource(order, { potential }));
    return order.id;
  }
  if (!isId(reference, ORDER)) OrderNumber.addWaiting(tx, reference, number, potential.id);
  return reference;
}

function replaceOrder(tx: Transaction, order: OrderRecord, next: OrderRecord): void {
  const isLinked =
    next.quote_id !== order.quote_id || next.potential_id !== order.potential_id || next.opportunity_id !== order.opportunity_id;
  if (isLinked) tx.replace(Orders, order, Records.nextVersion(order, next));
  else tx.requireUnchanged(order);
}
