import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";

/** Access to quotes for other domains, such as proposals and contracts. */

export { type QuoteRecord, Stored } from "./quote.entity.ts";

/** Finds a live quote that the caller sees. */
export const find = (id: string): Promise<QuoteRecord | undefined> => Records.find(Quotes, id);

/** Loads a live quote without a visibility check. */
export const load = (id: string): Promise<QuoteRecord | undefined> => Records.load(Quotes, id, { live: true });

/** Replaces a quote in the transaction of another change. */
export const replace = (tx: Transaction, quote: QuoteRecord, next: QuoteRecord): Transaction =>
  tx.replace(Quotes, quote, Records.nextVersion(quote, next));

/** Like `replace`, but returns the new version of the quote for the answer. */
export function replaceReturning(tx: Transaction, quote: QuoteRecord, next: QuoteRecord): QuoteRecord {
  const after = Records.nextVersion(quote, next);
  tx.replace(Quotes, quote, after);
  return after;
}

export * as QuoteAccess from "./quote-access.ts";
