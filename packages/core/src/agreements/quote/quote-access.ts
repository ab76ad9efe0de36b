import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";

/** A quote for a domain that offers it in something of its own. */

export { ApprovalSummary, Letter, type QuoteRecord, Stored } from "./quote.entity.ts";

/** The live quote, as the caller sees it. */
export const find = (id: string): Promise<QuoteRecord | undefined> => Records.find(Quotes, id);

/** The live quote, whoever asks. */
export const load = (id: string): Promise<QuoteRecord | undefined> => Records.load(Quotes, id, { live: true });

/** What becomes of it, in the transaction of what becomes of the other. */
export const replace = (tx: Transaction, quote: QuoteRecord, next: QuoteRecord): Transaction =>
  tx.replace(Quotes, quote, Records.nextVersion(quote, next));

/** As `follow`, for who answers with it: the quote as it is then. */
export function replaceReturning(tx: Transaction, quote: QuoteRecord, next: QuoteRecord): QuoteRecord {
  const after = Records.nextVersion(quote, next);
  tx.replace(Quotes, quote, after);
  return after;
}

export * as QuoteAccess from "./quote-access.ts";
