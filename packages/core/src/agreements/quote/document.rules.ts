import { type Amount, Money } from "../../kernel/money.ts";
import type { Block, Cell, Column, Row, Total } from "../../lib/pdf/document.ts";
import type { LocaleFormat } from "../../lib/pdf/locale-format.ts";
import { buildHeading, plainParagraph, strongParagraph } from "../letterhead/blocks.rules.ts";
import type { Translations } from "../letterhead/i18n.ts";
import type { Locale } from "../letterhead/locale.ts";
import { formatPaymentTerms } from "../letterhead/payment-terms.rules.ts";
import { buildDraftNotice, buildFacts, buildSignatureTable } from "../versioned-offer/document.rules.ts";
import type { LineRecord } from "./line.schema.ts";
import type { QuoteRecord } from "./quote.entity.ts";
import { isCounted } from "./totals.rules.ts";

/**
 * A quote as blocks of a document for the customer. Prices are taken as stored; only sums of shown values are computed. Notes, list prices and their
 * explanations, approvals, tags and own fields are internal and left out.
 */

export const buildBlocks = (quote: QuoteRecord, locale: Locale): Block[] => [
  ...buildIntro(quote, locale),
  ...buildOfferBlocks(quote, locale),
  ...(quote.requires_signature ? buildSignatureTable(locale) : []),
];

/** What the offer shows of a quote. Orders show the same. */
export type PricedLines = Pick<
  QuoteRecord,
  | "currency"
  | "line_items"
  | "subtotal"
  | "discount_amount"
  | "net_amount"
  | "shipping_amount"
  | "total_amount"
  | "payment_terms"
  | "delivery_terms"
>;

/** Builds the offer: lines, totals, options and terms. Proposals and orders contain it too. */
export function buildOfferBlocks(quote: PricedLines, locale: Locale): Block[] {
  const { line_items } = quote;
  const table = tableBuilder(line_items, quote.currency, locale);
  return [
    ...table(line_items.filter(isCounted), ({ section }) => section),
    { kind: "totals", lines: buildTotals(quote, locale) },
    ...buildOptions(
      table(line_items.filter(isUnchosen), ({ bundle }) => bundle),
      locale,
    ),
    ...buildTerms(quote, locale),
  ];
}

const isUnchosen = (line: LineRecord): boolean => !isCounted(line);

/** Name and dates come first. The number (`Q-2030-000017-2`) contains the version. */
const buildIntro = (quote: QuoteRecord, locale: Locale): Block[] => [
  ...buildDraftNotice(quote, locale),
  ...(quote.name === quote.quote_number ? [] : [strongParagraph(quote.name)]),
  buildFacts({ ...quote, day: quote.quote_date }, locale),
  ...(quote.description ? [plainParagraph(quote.description)] : []),
];

/** A column with its cell for a line and, if it has sums, its text for a group of lines. */
interface LineColumn extends Column {
  renderLine(line: LineRecord): Cell;
  renderSum?(lines: readonly LineRecord[]): string;
}

/** Columns that are empty in all lines of the quote are left out of every table. */
function buildColumns(all: readonly LineRecord[], currency: string, { speech, words }: Locale): LineColumn[] {
  const money = (amount: Amount): string => speech.money(amount, currency);
  const sumLines = (lines: readonly LineRecord[], readAmount: (line: LineRecord) => Amount): Amount =>
    Money.sum(lines.map(readAmount), Money.currencyDecimals(currency));
  const lineDiscount: LineColumn = {
    head: words.discount,
    share: 3,
    align: "end",
    renderLine: (line) => ({ text: formatNegative(line.discount_amount, money), note: formatDiscountPercent(line, speech) }),
  };
  const wholeDiscount: LineColumn = {
    head: words.whole_discount,
    share: 3,
    align: "end",
    renderLine: ({ allocated_discount }) => formatNegative(allocated_discount, money),
  };
  const tax: LineColumn = {
    head: words.tax,
    share: 2,
    align: "end",
    renderLine: ({ tax_percent }) => speech.percent(tax_percent),
  };
  return [
    { head: "#", share: 1, align: "end", renderLine: ({ sequence }) => speech.number(String(sequence)) },
    { head: words.description, share: 7, renderLine: (line) => describeLine(line, words) },
    { head: words.quantity, share: 2, align: "end", renderLine: ({ quantity }) => speech.number(quantity) },
    { head: words.unit_price, share: 3, align: "end", renderLine: ({ unit_price }) => money(unit_price) },
    ...(all.some(({ discount_amount }) => !Money.isZero(discount_amount)) ? [lineDiscount] : []),
    ...(all.some(({ allocated_discount }) => !Money.isZero(allocated_discount)) ? [wholeDiscount] : []),
    ...(all.some(({ tax_percent }) => !Money.isZero(tax_percent)) ? [tax] : []),
    {
      head: words.net,
      share: 3,
      align: "end",
      renderLine: ({ line_total }) => money(line_total),
      renderSum: (lines) => money(sumLines(lines, ({ line_total }) => line_total)),
    },
  ];
}

const formatNegative = (amount: Amount, money: (amount: Amount) => string): string =>
  Money.isZero(amount) ? "" : money(Money.negate(amount));

const formatDiscountPercent = ({ discount_percent }: LineRecord, speech: LocaleFormat): string =>
  Money.isZero(discount_percent) ? "" : speech.percent(discount_percent);

function describeLine(line: LineRecord, words: Translations): Cell {
  const { name, description, optional } = line;
  const notes = [name ? description : null, optional && isCounted(line) ? words.chosen : null].filter((note) => note);
  return { text: name ?? description ?? "", note: notes.join("\n") };
}

/** Builds a table with a heading and a sum for each group of lines. Lines without a heading come first. */
const tableBuilder = (all: readonly LineRecord[], currency: string, locale: Locale) => {
  const lineColumns = buildColumns(all, currency, locale);
  const columns = lineColumns.map(({ head, share, align }): Column => ({ head, share, ...(align ? { align } : {}) }));
  return (lines: readonly LineRecord[], readHeading: (line: LineRecord) => string | null): Block[] => {
    const groups = Map.groupBy(lines, readHeading);
    const inOrder = [...groups].sort(([a], [b]) => Number(a !== null) - Number(b !== null));
    const rows = inOrder.flatMap(([heading, groupLines]) => [
      ...(heading === null ? [] : [buildHeadRow(lineColumns, heading, groupLines)]),
      ...groupLines.map((line): Row => lineColumns.map((column) => column.renderLine(line))),
    ]);
    return rows.length === 0 ? [] : [{ kind: "table", columns, rows }];
  };
};

const buildHeadRow = (lineColumns: readonly LineColumn[], heading: string, lines: readonly LineRecord[]): Row =>
  lineColumns.map(({ renderSum }, index) => ({ text: index === 1 ? heading : (renderSum?.(lines) ?? ""), strong: true }));

/** subtotal − discount = net. The total is net, the tax of each rate, and shipping. */
function buildTotals(quote: PricedLines, { speech, words }: Locale): Total[] {
  const money = (amount: Amount): string => speech.money(amount, quote.currency);
  const buildTotalLine = (amount: Amount, label: string, displayAmount = amount): Total[] =>
    Money.isZero(amount) ? [] : [{ label, amount: money(displayAmount) }];
  const discountTotals = Money.isZero(quote.discount_amount)
    ? []
    : [
        { label: words.subtotal, amount: money(quote.subtotal) },
        ...listDiscounts(quote).flatMap(([isWhole, discount]) =>
          buildTotalLine(discount, isWhole ? words.whole_discount : words.discount, Money.negate(discount)),
        ),
      ];
  return [
    ...discountTotals,
    { label: words.net_total, amount: money(quote.net_amount) },
    ...sumTaxes(quote).map(([percent, tax]) => ({ label: `${words.tax} ${speech.percent(percent)}`, amount: money(tax) })),
    ...buildTotalLine(quote.shipping_amount, words.shipping),
    { label: words.total, amount: money(quote.total_amount), strong: true },
  ];
}

/** Returns the sums of the discounts of lines and of the discount of the whole. */
function listDiscounts({ line_items, currency, discount_amount }: PricedLines): [isWhole: boolean, discount: Amount][] {
  const whole = Money.sum(
    line_items.filter(isCounted).map(({ allocated_discount }) => allocated_discount),
    Money.currencyDecimals(currency),
  );
  return [
    [false, Money.subtract(discount_amount, whole)],
    [true, whole],
  ];
}

/** Returns the tax of each rate, the lowest rate first. */
function sumTaxes({ line_items, currency }: PricedLines): [percent: string, tax: Amount][] {
  const taxed = line_items.filter((line) => isCounted(line) && !Money.isZero(line.tax_percent));
  const rates = [...Map.groupBy(taxed, ({ tax_percent }) => tax_percent)];
  return rates
    .sort(([a], [b]) => Money.compare(a, b))
    .map(([percent, lines]) => [
      percent,
      Money.sum(
        lines.map(({ tax_amount }) => tax_amount),
        Money.currencyDecimals(currency),
      ),
    ]);
}

const buildOptions = (table: readonly Block[], { words }: Locale): Block[] =>
  table.length === 0 ? [] : [buildHeading(words.options), plainParagraph(words.not_in_total), ...table];

function buildTerms({ payment_terms, delivery_terms }: PricedLines, locale: Locale): Block[] {
  const { words } = locale;
  const lines = [
    ...(payment_terms ? [`${words.payment}${words.colon}${formatPaymentTerms(payment_terms, locale)}`] : []),
    ...(delivery_terms ? [`${words.delivery}${words.colon}${delivery_terms}`] : []),
  ];
  return lines.length === 0 ? [] : [buildHeading(words.terms), plainParagraph(lines.join("\n"))];
}
