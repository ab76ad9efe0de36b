import { fn } from "../../kernel/fn.ts";
import { FileInput, type Pdf, renderCached } from "../letterhead/pdf.ts";
import { outlineQuote } from "./document.ts";
import type { QuoteRecord } from "./quote.entity.ts";
import { Quote } from "./quote.ts";

export const render = fn(FileInput, async ({ id, language }) => renderPdf(await Quote.read(id), language));

/** Renders the PDF for a reader of the quote. The same content gives the same bytes. */
export const renderPdf = async (quote: QuoteRecord, language?: string | null): Promise<Pdf> =>
  renderCached(await outlineQuote(quote, language));

export * as QuotePdf from "./pdf.ts";
