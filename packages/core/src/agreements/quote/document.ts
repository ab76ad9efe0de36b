import type { BusinessDocument } from "../../lib/pdf/document.ts";
import { resolveLetter } from "../letterhead/letter.ts";
import { resolveLocale } from "../letterhead/locale.ts";
import { buildOutline, type Outline } from "../letterhead/outline.ts";
import { buildBlocks } from "./document.rules.ts";
import type { QuoteRecord } from "./quote.entity.ts";

/**
 * Builds the document of a quote. The language is a BCP 47 tag; the default is that of the letterhead. The caller must have checked that the reader
 * sees the quote. Name and address of customer and contact are included without a check.
 */
export async function renderDocument(quote: QuoteRecord, language?: string | null): Promise<BusinessDocument> {
  return (await outlineQuote(quote, language)).render();
}

export async function outlineQuote(quote: QuoteRecord, language?: string | null): Promise<Outline> {
  const letter = await resolveLetter(quote);
  const locale = resolveLocale(language, letter.language);
  return buildOutline(quote.id, {
    language: locale.speech.language,
    title: `${locale.words.quote} ${quote.quote_number}`,
    day: quote.quote_date,
    blocks: buildBlocks(quote, locale),
    letter,
  });
}
