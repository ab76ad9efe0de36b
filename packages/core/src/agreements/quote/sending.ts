import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { withLetter } from "../letterhead/letter.ts";
import { Sending } from "../share-link/sending.ts";
import { createSendingVerbs } from "../versioned-offer/sending.ts";
import { Quotes } from "./quote.entity.ts";
import { Quote } from "./quote.ts";

export const { send, previewSending, readOffer } = createSendingVerbs(Quotes, {
  readNumber: ({ quote_number }) => quote_number,
  prepare: withLetter,
});

/** Revokes all links that were sent for the quote. The next sending creates another link. */
export const revoke = fn(IdInput, async ({ id }) => {
  const quote = await Quote.read(id);
  Records.requireVersion(quote);
  return Sending.revoke(quote.id);
});

export * as QuoteSending from "./sending.ts";
