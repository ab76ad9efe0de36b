import { conflict, invalid } from "../../kernel/error.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { QuoteAccess, type QuoteRecord } from "../quote/quote-access.ts";
import { isCounted } from "../quote/totals.rules.ts";
import type { DeliverableInput } from "./deliverable-records.ts";

/** The quote that a contract is made from. Only one contract can be made from a quote. */

/** Loads an accepted quote that the caller sees and that has no contract yet. */
export async function loadSourceQuote(id: string): Promise<QuoteRecord> {
  const quote = await QuoteAccess.find(id);
  if (!quote) throw invalid("quote_id", "No such quote");
  requireUnconverted(quote, "quote_id");
  return quote;
}

export function requireUnconverted({ status, is_converted_to_contract, contract_id }: QuoteRecord, field: string): void {
  if (status !== "ACCEPTED")
    throw conflict(`The quote is ${status}; only an accepted quote can become a contract`, [{ field, message: status }]);
  if (is_converted_to_contract)
    throw conflict("The quote was already converted to a contract", [
      { field, message: contract_id ?? "No reference is stored" },
    ]);
}

interface ContractOverrides {
  title?: string | null | undefined;
  description?: string | null | undefined;
  customer_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
  contract_value?: string | null | undefined;
  currency?: string | null | undefined;
  payment_terms?: string | null | undefined;
}

/** Returns the fields that a contract takes over from its quote unless the caller gives them. */
export async function readQuoteDefaults(quote: QuoteRecord, overrides: ContractOverrides) {
  const { line_items, contact_id, opportunity_id } = quote;
  const isOwnCurrency = !overrides.currency || overrides.currency === quote.currency;
  if (overrides.customer_id && overrides.customer_id !== quote.customer_id)
    throw invalid("quote_id", "The quote belongs to another customer");
  // Contact and opportunity are left out if they are deleted or the caller does not see them.
  const visibleIds = await Records.filterVisibleIds([contact_id, opportunity_id].filter((id) => id !== null));
  const keepVisible = (id: string | null): string | null => (id !== null && visibleIds.has(id) ? id : null);
  return {
    title: overrides.title ?? quote.name,
    description: overrides.description ?? quote.description,
    customer_id: quote.customer_id,
    contact_id: overrides.contact_id === undefined ? keepVisible(contact_id) : overrides.contact_id,
    opportunity_id: overrides.opportunity_id === undefined ? keepVisible(opportunity_id) : overrides.opportunity_id,
    currency: overrides.currency ?? quote.currency,
    contract_value: overrides.contract_value ?? (isOwnCurrency ? quote.net_amount : null),
    payment_terms: overrides.payment_terms ?? quote.payment_terms,
    deliverables: line_items.filter(isCounted).map(
      ({ name, description, quantity, product_id, line_total }): DeliverableInput => ({
        name: name ?? toSingleLine(description ?? "", 255),
        description,
        product_id,
        quantity,
        amount: isOwnCurrency ? line_total : null,
      }),
    ),
  };
}

/** Marks the quote as converted, in the transaction of the new contract. The quote's version makes one of two concurrent conversions fail. */
export const markConverted = (tx: Transaction, quote: QuoteRecord, contract_id: string): QuoteRecord =>
  QuoteAccess.replaceReturning(tx, quote, { ...quote, is_converted_to_contract: true, contract_id });
