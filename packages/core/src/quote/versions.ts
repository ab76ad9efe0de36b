import * as z from "zod";
import { useActorId, useSettings } from "../kernel/context.ts";
import { happened, today } from "../kernel/day.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { id, text } from "../kernel/schema.ts";
import { dayAfter, daysBetween, startOfDay } from "../kernel/zone.ts";
import { Signing } from "../signature/signing.ts";
import { Records } from "../storage/write/records.ts";
import { Series } from "../storage/write/series.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { between, betweenLines } from "./compare.rules.ts";
import { QUOTE, QUOTE_LINE } from "./quote.domain.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";
import { Quote, unanswered } from "./quote.ts";

/** Versions of quotes: each is a quote of its own, and the latest is the primary one (seed 001, quote_versions). */

/** A new DRAFT with all that the latest version says, valid for as many days from today; it takes its place. */
export const create = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) =>
  retryOnConflict(async () => {
    const previous = await Quote.read(wanted);
    Records.requireVersion(previous);
    Series.requireLatest(previous);
    const version = nextOf(previous);
    const tx = transaction().create(Quotes, version);
    tx.replace(Quotes, previous, Records.nextVersion(previous, { ...previous, is_primary: false }));
    await Signing.withdraw(tx, previous.id, "A later version took its place");
    return tx.commit(version);
  }),
);

function nextOf(previous: QuoteRecord): QuoteRecord {
  const version_number = previous.versions_made + 1;
  const quote_date = today();
  const expiration_date = dayAfter(quote_date, daysBetween(previous.quote_date, previous.expiration_date));
  return Records.born(Quotes, {
    ...previous,
    ...unanswered,
    quote_number: Series.numberOf(previous.quote_number, previous, version_number),
    status_changed_at: happened(),
    expiration_date,
    quote_date,
    expires_at: startOfDay(useSettings().timezone, dayAfter(expiration_date, 1)),
    version_number,
    versions_made: version_number,
    previous_version_id: previous.id,
    series_id: previous.series_id,
    priced_by: [...new Set([...previous.priced_by, useActorId()])],
  });
}

const shown = [
  "name",
  "description",
  "opportunity_id",
  "customer_id",
  "contact_id",
  "status",
  "quote_date",
  "expiration_date",
  "currency",
  "price_book_id",
  "discount_percent",
  "fixed_discount",
  "shipping_amount",
  "payment_terms",
  "delivery_terms",
  "requires_signature",
  "subtotal",
  "discount_amount",
  "net_amount",
  "tax_amount",
  "total_amount",
] as const;

const shownOfLine = [
  "sequence",
  "product_id",
  "name",
  "description",
  "quantity",
  "unit_price",
  "discount_percent",
  "tax_percent",
  "section",
  "bundle",
  "optional",
  "chosen",
  "list_price",
  "line_total",
  "tax_amount",
] as const;

const Difference = z.object({ field: z.string(), from: z.json(), to: z.json() });

export const Comparison = z.object({
  from: z.object({ id: id(QUOTE), version_number: z.number().int() }),
  to: z.object({ id: id(QUOTE), version_number: z.number().int() }),
  differences: z.array(Difference),
  line_items: z.array(
    z.object({
      line_id: id(QUOTE_LINE),
      change: z.enum(["ADDED", "REMOVED", "CHANGED"]),
      name: z.string().nullable(),
      differences: z.array(Difference),
    }),
  ),
});

/** What another version says otherwise than this one. */
export const compare = fn(
  z.strictObject({ id: text(64), with: id(QUOTE).describe("Another version") }),
  async ({ id: wanted, with: other }) => {
    const [from, to] = [await Quote.read(wanted), await Records.find(Quotes, other)];
    if (!to) throw invalid("with", "No such quote");
    if (to.series_id !== from.series_id) throw invalid("with", "No version of the same quote");
    const named = ({ id, version_number }: QuoteRecord) => ({ id, version_number });
    return {
      from: named(from),
      to: named(to),
      differences: between(from, to, shown),
      line_items: betweenLines(from.line_items, to.line_items, shownOfLine),
    };
  },
);

export * as Versions from "./versions.ts";
