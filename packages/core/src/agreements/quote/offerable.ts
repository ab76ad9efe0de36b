import { Clock } from "../../kernel/clock.ts";
import { Money } from "../../kernel/money.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { Records } from "../../storage/write/records.ts";
import { resolveLocale } from "../letterhead/locale.ts";
import type { Offer, Offerable } from "../share-link/offerable.ts";
import { Signing } from "../signature/signing.ts";
import { recordView, rejectOffer } from "../versioned-offer/offer-state.ts";
import { isOffered } from "../versioned-offer/status.rules.ts";
import { acceptWith, applyChoice } from "./acceptance.ts";
import { renderDocument } from "./document.ts";
import type { LineRecord } from "./line.schema.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";

/** The `Offerable` of quotes: the customer reads and answers the quote through a private link (docs/agreements/share-links.md). */
export const quoteOfferable: Offerable = {
  async read(id, { language, chosen }) {
    const quote = await Records.load(Quotes, id, { live: true });
    if (!quote) return undefined;
    const state = resolveState(quote);
    const chosenQuote = chosen && state === "open" ? { ...quote, ...applyChoice(quote, chosen) } : quote;
    return {
      document: await renderDocument(chosenQuote, language),
      owner_id: quote.owner_id,
      state,
      day: quote.accepted_date ?? quote.rejected_date ?? quote.expiration_date,
      options: listOptions(chosenQuote, language),
      ...(quote.requires_signature ? { signingUrl: await Signing.findSigningPage(id) } : {}),
    };
  },

  async renderPdf(id, language) {
    const quote = await Records.load(Quotes, id, { live: true });
    return quote && (await import("./pdf.ts")).renderPdf(quote, language);
  },

  async onViewed(id) {
    await recordView(Quotes, id);
  },

  async accept(id, { name, chosen }, addWrites) {
    await acceptWith(id, { signed_by: name, chosen }, addWrites);
  },

  async reject(id, reason, addWrites) {
    await rejectOffer(Quotes, { id, reason }, addWrites);
  },
};

/** Returns the state on the page. A quote that the customer does not have (DRAFT, PENDING_APPROVAL or APPROVED) counts as replaced. */
function resolveState({ status, is_primary, expires_at }: QuoteRecord): Offer["state"] {
  if (status === "ACCEPTED") return "accepted";
  if (!is_primary) return "replaced";
  if (status === "REJECTED") return "rejected";
  if (status === "EXPIRED" || expires_at <= Clock.now()) return "expired";
  return isOffered(status) ? "open" : "replaced";
}

/** Returns the options of a quote: each bundle is one option with its name, every other optional line is one by itself. */
export function listOptions({ line_items, currency }: QuoteRecord, language: string): Offer["options"] {
  const optional = line_items.filter(({ optional: isOptional }) => isOptional);
  const together = Map.groupBy(optional, ({ bundle, id }) => (bundle === null ? id : `bundle ${bundle}`));
  const { speech, words } = resolveLocale(language);
  const sum = (amounts: readonly string[]) => Money.sum(amounts, Money.currencyDecimals(currency));
  // The total of the page has tax, so what an option adds to it has tax, too.
  const formatPrice = (lines: readonly LineRecord[]): string => {
    const tax = sum(lines.map(({ tax_amount }) => tax_amount));
    const amount = speech.money(sum([...lines.map(({ line_total }) => line_total), tax]), currency);
    return Money.isZero(tax) ? amount : fillPlaceholders(words.with_tax, { amount });
  };
  return [...together.values()].map((lines) => ({
    ids: lines.map(({ id }) => id),
    label: lines[0]?.bundle ?? lines[0]?.name ?? lines[0]?.description ?? "",
    amount: formatPrice(lines),
    chosen: lines.every(({ chosen }) => chosen),
  }));
}
