import * as z from "zod";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { requestTime, today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id, text } from "../../kernel/schema.ts";
import { addDays, daysBetween, startOfDay } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import { Signing } from "../signature/signing.ts";
import { compareFields, compareLines } from "./comparison.rules.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";
import { QUOTE, QUOTE_LINE } from "./quote.kind.ts";
import { initialState, Quote } from "./quote.ts";

/** Versions of quotes: each is a quote of its own, and the latest is the primary one. */

/**
 * Creates a DRAFT with the content of the latest version, valid for the same number of days from today. The new version becomes the primary one. An
 * open signature request of the previous version is withdrawn.
 */
export const create = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) =>
  retryOnConflict(async () => {
    const previous = await Quote.read(wanted);
    Records.requireVersion(previous);
    VersionSeries.requireLatest(previous);
    const version = buildNextVersion(previous);
    const tx = transaction().create(Quotes, version);
    tx.replace(Quotes, previous, Records.nextVersion(previous, { ...previous, is_primary: false }));
    await Signing.withdraw(tx, previous.id, "A later version took its place");
    return tx.commit(version);
  }),
);

function buildNextVersion(previous: QuoteRecord): QuoteRecord {
  const version_number = previous.versions_made + 1;
  const quote_date = today();
  const expiration_date = addDays(quote_date, daysBetween(previous.quote_date, previous.expiration_date));
  return Records.init(Quotes, {
    ...previous,
    ...initialState,
    quote_number: VersionSeries.buildNumber(previous.quote_number, previous, version_number),
    status_changed_at: requestTime(),
    expiration_date,
    quote_date,
    expires_at: startOfDay(useSettings().timezone, addDays(expiration_date, 1)),
    version_number,
    versions_made: version_number,
    previous_version_id: previous.id,
    series_id: previous.series_id,
    priced_by: [...new Set([...previous.priced_by, useActorId()])],
  });
}

const comparedFields = [
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

const comparedLineFields = [
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

/** Lists the differences between two versions. */
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
      differences: compareFields(from, to, comparedFields),
      line_items: compareLines(from.line_items, to.line_items, comparedLineFields),
    };
  },
);

export * as QuoteVersions from "./versions.ts";
