import { speechOf } from "../document/speech.ts";
import { Clock } from "../kernel/clock.ts";
import { Money } from "../kernel/money.ts";
import type { Offer, Offered } from "../offer/offered.ts";
import { Signing } from "../signature/signing.ts";
import { Records } from "../storage/write/records.ts";
import { accepting, choosing, moved, rejecting } from "./acceptance.ts";
import { documentOf } from "./document.ts";
import { type LineRecord, type QuoteRecord, Quotes } from "./quote.entity.ts";
import { isOffered, ways } from "./status.rules.ts";

/** A quote, as its customer reads and answers it by the link of a mail (docs/offers.md). */
export const quoteOffered: Offered = {
  async read(id, { language, chosen }) {
    const quote = await Records.load(Quotes, id, { live: true });
    if (!quote) return undefined;
    const state = stateOf(quote);
    const shown = chosen && state === "open" ? { ...quote, ...choosing(quote, chosen) } : quote;
    return {
      document: await documentOf(shown, language),
      owner_id: quote.owner_id,
      state,
      day: quote.accepted_date ?? quote.rejected_date ?? quote.expiration_date,
      options: optionsOf(shown, language),
      ...(quote.requires_signature ? { signing: await Signing.pageOf(id) } : {}),
    };
  },

  async pdf(id, language) {
    const quote = await Records.load(Quotes, id, { live: true });
    return quote && (await import("./pdf.ts")).pdfOf(quote, language);
  },

  async viewed(id) {
    await Records.change(Quotes, id, (quote) =>
      ways[quote.status].includes("VIEWED") ? { ...moved(quote, "VIEWED"), viewed_at: Clock.now() } : quote,
    );
  },

  async accept(id, { name, chosen }, beside) {
    await accepting(id, { signed_by: name, chosen }, beside);
  },

  async reject(id, reason, beside) {
    await rejecting(id, reason, beside);
  },
};

/** One that is changed or approved anew, which no customer has yet, is as one that a later version takes the place of. */
function stateOf({ status, is_primary, expires_at }: QuoteRecord): Offer["state"] {
  if (status === "ACCEPTED") return "accepted";
  if (!is_primary) return "replaced";
  if (status === "REJECTED") return "rejected";
  if (status === "EXPIRED" || expires_at <= Clock.now()) return "expired";
  return isOffered(status) ? "open" : "replaced";
}

/** What may be taken or left: a bundle as one, called by its name, and any other optional line by itself. */
export function optionsOf({ line_items, currency }: QuoteRecord, language: string): Offer["options"] {
  const optional = line_items.filter(({ optional: isOptional }) => isOptional);
  const together = Map.groupBy(optional, ({ bundle, id }) => (bundle === null ? id : `bundle ${bundle}`));
  const speech = speechOf(language);
  const netOf = (lines: readonly LineRecord[]) =>
    Money.sum(
      lines.map(({ line_total }) => line_total),
      Money.digitsOf(currency),
    );
  return [...together.values()].map((lines) => ({
    ids: lines.map(({ id }) => id),
    label: lines[0]?.bundle ?? lines[0]?.name ?? lines[0]?.description ?? "",
    amount: speech.money(netOf(lines), currency),
    chosen: lines.every(({ chosen }) => chosen),
  }));
}
