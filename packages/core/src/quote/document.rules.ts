import type { Block, Cell, Column, Row, Total } from "../document/document.ts";
import type { Speech } from "../document/speech.ts";
import { type Amount, Money } from "../kernel/money.ts";
import type { LineRecord, QuoteRecord } from "./quote.entity.ts";
import { isOpen } from "./status.rules.ts";
import { counts } from "./totals.rules.ts";
import type { Words } from "./words.ts";

/**
 * What a quote says to the customer, as blocks of a document. Prices are as they stand: nothing is computed but sums of what is shown.
 * Notes, list prices, their explanations, approvals, tags and own fields are for the house, and no part of it.
 */

/** The languages of it: how numbers are written, and what is said around them. */
export interface Tongue {
  speech: Speech;
  words: Words;
}

export const blocksOf = (quote: QuoteRecord, tongue: Tongue): Block[] => [
  ...introOf(quote, tongue),
  ...offeredBy(quote, tongue),
  ...(quote.requires_signature ? signatureOf(tongue) : []),
];

/** What is offered, for how much and on which terms, wherever it stands. */
export function offeredBy(quote: QuoteRecord, tongue: Tongue): Block[] {
  const { line_items } = quote;
  const table = tableOf(line_items, quote.currency, tongue);
  return [
    ...table(line_items.filter(counts), ({ section }) => section),
    { kind: "totals", lines: totalsOf(quote, tongue) },
    ...optionsOf(
      table(line_items.filter(isLeft), ({ bundle }) => bundle),
      tongue,
    ),
    ...termsOf(quote, tongue),
  ];
}

const isLeft = (line: LineRecord): boolean => !counts(line);

/** `Q-2030-000017-2` says which version it is; how it is called, and until when it holds, stands first. */
const introOf = (quote: QuoteRecord, tongue: Tongue): Block[] => [
  ...draftOf(quote, tongue),
  ...(quote.name === quote.quote_number ? [] : [strong(quote.name)]),
  factsOf({ ...quote, day: quote.quote_date }, tongue),
  ...(quote.description ? [plain(quote.description)] : []),
];

/** Of one that nobody has approved yet. */
export const draftOf = ({ status }: Pick<QuoteRecord, "status">, { words }: Tongue): Block[] =>
  isOpen(status) && status !== "APPROVED" ? [strong(words.draft)] : [];

/** Of which day it is, until when it holds, and which version it is of several. */
export function factsOf(
  { day, expiration_date, version_number }: Pick<QuoteRecord, "expiration_date" | "version_number"> & { day: string },
  { speech, words }: Tongue,
): Block {
  const facts = [
    [words.date, speech.day(day)],
    [words.valid_until, speech.day(expiration_date)],
    ...(version_number > 1 ? [[words.version, speech.number(String(version_number))]] : []),
  ];
  return plain(facts.map(([what = "", said = ""]) => `${what}${words.colon}${said}`).join("\n"));
}

export const plain = (text: string): Block => ({ kind: "paragraph", text });
const strong = (text: string): Block => ({ kind: "paragraph", text, strong: true });

/** What is taken off a line: its own discount, and its share of that of the whole. */
const takenOff = ({ discount_amount, allocated_discount }: LineRecord): Amount => Money.add(discount_amount, allocated_discount);

/** A column, and what it says of a line; of several lines what they come to, where it says that. */
interface Told extends Column {
  line(line: LineRecord): Cell;
  sum?(lines: readonly LineRecord[]): string;
}

/** What is in none of the lines of the quote has no column in any of its tables. */
function columnsOf(all: readonly LineRecord[], currency: string, { speech, words }: Tongue): Told[] {
  const money = (amount: Amount): string => speech.money(amount, currency);
  const sumOf = (lines: readonly LineRecord[], of: (line: LineRecord) => Amount): Amount =>
    Money.sum(lines.map(of), Money.digitsOf(currency));
  const off: Told = {
    head: words.discount,
    share: 3,
    align: "end",
    line: (line) => ({ text: negative(takenOff(line), money), note: percentOff(line, speech) }),
  };
  const tax: Told = { head: words.tax, share: 2, align: "end", line: ({ tax_percent }) => speech.percent(tax_percent) };
  return [
    { head: "#", share: 1, align: "end", line: ({ sequence }) => speech.number(String(sequence)) },
    { head: words.description, share: 7, line: (line) => described(line, words) },
    { head: words.quantity, share: 2, align: "end", line: ({ quantity }) => speech.number(quantity) },
    { head: words.unit_price, share: 3, align: "end", line: ({ unit_price }) => money(unit_price) },
    ...(all.some((line) => !Money.isZero(takenOff(line))) ? [off] : []),
    ...(all.some(({ tax_percent }) => !Money.isZero(tax_percent)) ? [tax] : []),
    {
      head: words.net,
      share: 3,
      align: "end",
      line: ({ line_total }) => money(line_total),
      sum: (lines) => money(sumOf(lines, ({ line_total }) => line_total)),
    },
  ];
}

const negative = (amount: Amount, money: (amount: Amount) => string): string =>
  Money.isZero(amount) ? "" : money(Money.negate(amount));

const percentOff = ({ discount_percent }: LineRecord, speech: Speech): string =>
  Money.isZero(discount_percent) ? "" : speech.percent(discount_percent);

function described(line: LineRecord, words: Words): Cell {
  const { name, description, optional } = line;
  const notes = [name ? description : null, optional && counts(line) ? words.chosen : null].filter((note) => note);
  return { text: name ?? description ?? "", note: notes.join("\n") };
}

/** A table of lines below headings of their own, each with what it comes to; one without a heading begins it. */
const tableOf = (all: readonly LineRecord[], currency: string, tongue: Tongue) => {
  const told = columnsOf(all, currency, tongue);
  const columns = told.map(({ head, share, align }): Column => ({ head, share, ...(align ? { align } : {}) }));
  return (lines: readonly LineRecord[], headingOf: (line: LineRecord) => string | null): Block[] => {
    const groups = Map.groupBy(lines, headingOf);
    const inOrder = [...groups].sort(([one], [other]) => Number(one !== null) - Number(other !== null));
    const rows = inOrder.flatMap(([heading, within]) => [
      ...(heading === null ? [] : [headRow(told, heading, within)]),
      ...within.map((line): Row => told.map((column) => column.line(line))),
    ]);
    return rows.length === 0 ? [] : [{ kind: "table", columns, rows }];
  };
};

const headRow = (told: readonly Told[], heading: string, lines: readonly LineRecord[]): Row =>
  told.map(({ sum }, at) => ({ text: at === 1 ? heading : (sum?.(lines) ?? ""), strong: true }));

/** subtotal − discount = net; net, the tax of each rate, and shipping are the total. */
function totalsOf(quote: QuoteRecord, { speech, words }: Tongue): Total[] {
  const money = (amount: Amount): string => speech.money(amount, quote.currency);
  const has = (amount: Amount, label: string, shown = amount): Total[] =>
    Money.isZero(amount) ? [] : [{ label, amount: money(shown) }];
  const off = Money.isZero(quote.discount_amount)
    ? []
    : [
        { label: words.subtotal, amount: money(quote.subtotal) },
        ...has(quote.discount_amount, words.discount, Money.negate(quote.discount_amount)),
      ];
  return [
    ...off,
    { label: words.net_total, amount: money(quote.net_amount) },
    ...taxesOf(quote).map(([percent, tax]) => ({ label: `${words.tax} ${speech.percent(percent)}`, amount: money(tax) })),
    ...has(quote.shipping_amount, words.shipping),
    { label: words.total, amount: money(quote.total_amount), strong: true },
  ];
}

/** What is charged by each rate, the lowest first. */
function taxesOf({ line_items, currency }: QuoteRecord): [percent: string, tax: Amount][] {
  const taxed = line_items.filter((line) => counts(line) && !Money.isZero(line.tax_percent));
  const rates = [...Map.groupBy(taxed, ({ tax_percent }) => tax_percent)];
  return rates
    .sort(([one], [other]) => Money.compare(one, other))
    .map(([percent, lines]) => [
      percent,
      Money.sum(
        lines.map(({ tax_amount }) => tax_amount),
        Money.digitsOf(currency),
      ),
    ]);
}

const optionsOf = (table: readonly Block[], { words }: Tongue): Block[] =>
  table.length === 0 ? [] : [{ kind: "heading", level: 1, text: words.options }, plain(words.not_in_total), ...table];

function termsOf({ payment_terms, delivery_terms }: QuoteRecord, { words }: Tongue): Block[] {
  const said = [
    ...(payment_terms ? [`${words.payment}${words.colon}${payment_terms}`] : []),
    ...(delivery_terms ? [`${words.delivery}${words.colon}${delivery_terms}`] : []),
  ];
  return said.length === 0 ? [] : [{ kind: "heading", level: 1, text: words.terms }, plain(said.join("\n"))];
}

/** Room to write by hand, below what is to be written. */
export const signatureOf = ({ words }: Tongue): Block[] => [
  { kind: "heading", level: 1, text: words.acceptance },
  {
    kind: "table",
    columns: [words.place_and_date, words.name, words.signature].map((head) => ({ head, share: 1 })),
    rows: [["", "", ""].map(() => "\n\n")],
  },
];
