import { computeTotals, isCounted, type QuoteCharges } from "@crm/core/agreements/quote/totals.rules.ts";
import { Failure } from "@crm/core/kernel/error.ts";
import { Money } from "@crm/core/kernel/money.ts";

/** Rules of the lines of a document that is edited. Amounts are computed by the code of the API. */

/** Documents with lines. Only lines of quotes are optional, only those of orders are delivered. */
export type LineDocument = "quote" | "order";

/** A line as the editor has it for every document. */
export interface LineInput {
  readonly product_id: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly quantity: string;
  /** Null: the price from price book and pricing rules. */
  readonly unit_price: string | null;
  readonly discount_percent: string;
  readonly tax_percent: string;
  readonly section: string | null;
  readonly bundle: string | null;
  readonly optional: boolean;
  readonly chosen: boolean;
  readonly requires_delivery: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly is_preorder: boolean;
  readonly preorder_release_at: string | null;
  readonly preorder_notes: string | null;
}

/** A line in the editor. Its key stays while it is changed and moved. */
export interface EditedLine extends LineInput {
  readonly key: string;
}

/** Fields that the lines of some documents have. */
type DocumentField =
  | ("bundle" | "optional" | "chosen")
  | ("requires_delivery" | "properties" | "is_preorder" | "preorder_release_at" | "preorder_notes");

/** What a stored line has besides its input. */
export interface StoredLine extends Omit<LineInput, DocumentField>, Partial<Pick<LineInput, DocumentField>> {
  readonly id: string;
  readonly unit_price: string;
  readonly unit_price_is_manual: boolean;
  readonly list_price: string | null;
}

/** The price of a product that is known in the editor: without typing, a line has it. */
export interface ListPrice {
  readonly list_price: string | null;
  /** What explains the price: the name of each rule with the price after it. */
  readonly rules: readonly { readonly name: string; readonly price: string }[];
}

const emptyLine: LineInput = {
  product_id: null,
  name: null,
  description: null,
  quantity: "1",
  unit_price: null,
  discount_percent: "0",
  tax_percent: "0",
  section: null,
  bundle: null,
  optional: false,
  chosen: false,
  requires_delivery: true,
  properties: {},
  is_preorder: false,
  preorder_release_at: null,
  preorder_notes: null,
};

const inputNames = Object.keys(emptyLine) as (keyof LineInput)[];

const foreignNames: Readonly<Record<LineDocument, ReadonlySet<DocumentField>>> = {
  quote: new Set(["requires_delivery", "properties", "is_preorder", "preorder_release_at", "preorder_notes"]),
  order: new Set(["bundle", "optional", "chosen"]),
};

/** Leaves out what the lines of the document lack. */
const toDocumentInput = (line: LineInput, document: LineDocument): Partial<LineInput> =>
  Object.fromEntries(Object.entries(line).filter(([name]) => !foreignNames[document].has(name as DocumentField)));

const pickInput = (line: Partial<LineInput>): LineInput =>
  Object.fromEntries(inputNames.map((name) => [name, line[name] ?? emptyLine[name]])) as unknown as LineInput;

/** Returns a stored line as the editor has it. A price that the API found is found again when the line changes. */
export const toEdited = (line: StoredLine): EditedLine => ({
  ...pickInput(line),
  unit_price: line.unit_price_is_manual ? line.unit_price : null,
  key: line.id,
});

/** Returns a line without values, in the section and with the tax of the last one. */
export const createLine = (key: string, lines: readonly EditedLine[]): EditedLine => {
  const last = lines.at(-1);
  return { ...emptyLine, key, section: last?.section ?? null, tax_percent: last?.tax_percent ?? "0" };
};

const isSameInput = (left: LineInput, right: LineInput): boolean =>
  inputNames.every((name) => JSON.stringify(left[name]) === JSON.stringify(right[name]));

/** Whether nothing was entered. */
const isBlank = ({ product_id, name, description, unit_price }: LineInput): boolean =>
  product_id === null && unit_price === null && !name?.trim() && !description?.trim();

/** Leaves out lines without any value, such as the one that a user began last. */
const listFilled = (lines: readonly EditedLine[]): EditedLine[] => lines.filter((line) => !isBlank(line));

/** Whether the line is as it is stored. The API then keeps its id and price. */
const isStored = (line: EditedLine, stored: StoredLine | undefined): boolean =>
  stored !== undefined && isSameInput(line, toEdited(stored));

/** Returns the lines of a request. Stored ones have their id, so they stay the same lines; those that did not change also have their price. */
export function toLineInputs(
  lines: readonly EditedLine[],
  stored: readonly StoredLine[] = [],
  document: LineDocument = "quote",
): (Partial<LineInput> & { readonly id?: string })[] {
  const byId = new Map(stored.map((line) => [line.id, line]));
  return listFilled(lines).map((line) => {
    const before = byId.get(line.key);
    return {
      ...toDocumentInput(pickInput(line), document),
      ...(before ? { id: before.id } : {}),
      ...(before && isStored(line, before) ? { unit_price: before.unit_price } : {}),
    };
  });
}

/** Returns the lines with one of them at another place. It joins the section of the line above it, or of the one below if it is the first. */
export function moveLine(lines: readonly EditedLine[], key: string, place: number): EditedLine[] {
  const moved = lines.find((line) => line.key === key);
  if (!moved) return [...lines];
  const others = lines.filter((line) => line !== moved);
  const index = Math.max(0, Math.min(place, others.length));
  const section = (others[index - 1] ?? others[index] ?? moved).section;
  return [...others.slice(0, index), { ...moved, section }, ...others.slice(index)];
}

/** Returns the lines with another heading above those that follow each other from a place on. An empty one goes. */
export function renameSection(lines: readonly EditedLine[], place: number, name: string): EditedLine[] {
  const before = lines[place]?.section;
  const end = lines.findIndex((line, index) => index > place && line.section !== before);
  const section = name === "" ? null : name;
  return lines.map((line, index) => (index >= place && (end < 0 || index < end) ? { ...line, section } : line));
}

/** Returns the place of a dragged line: before the first line whose middle is below the pointer. `places` are without the dragged one. */
export const findPlace = (middles: readonly number[], y: number): number => {
  const index = middles.findIndex((middle) => middle > y);
  return index < 0 ? middles.length : index;
};

/** Lists the lines with the heading that begins at each. A heading stands once above lines that follow each other. */
export const listHeadings = (lines: readonly Pick<LineInput, "section">[]): (string | null)[] =>
  lines.map(({ section }, index) => (section !== null && section !== lines[index - 1]?.section ? section : null));

/** Returns the price of one piece: the typed one, that of the stored line if it did not change, or that of the catalog. */
export function readUnitPrice(
  line: EditedLine,
  stored: StoredLine | undefined,
  price: ListPrice | undefined,
): string | null | undefined {
  if (line.unit_price !== null) return line.unit_price;
  if (stored && isStored(line, stored)) return stored.unit_price;
  if (line.product_id === null) return null;
  return price?.list_price;
}

/** An amount in the decimals of its currency. Null for none, or for one that the API refuses. */
export function normalizeAmount(amount: string | null | undefined, currency: string): string | null {
  const parsed = amount ? Money.parse(amount, Money.currencyDecimals(currency)) : undefined;
  return parsed && "value" in parsed ? parsed.value : null;
}

export interface Charges {
  readonly discount_percent: string | null;
  readonly fixed_discount: string | null;
  readonly shipping_amount: string | null;
}

/** A line with the price of one piece. */
export interface PricedLine extends EditedLine {
  /** Undefined while it loads, null for none. */
  readonly price: string | null | undefined;
}

interface Sums {
  readonly subtotal: string;
  readonly discount_amount: string;
  readonly net_amount: string;
  readonly tax_amount: string;
  readonly total_amount: string;
}

export interface DocumentTotals {
  readonly sums: Sums;
  /** The net amount of each line by its key. A line without a price has none. */
  readonly amounts: ReadonlyMap<string, string>;
  /** What the API would refuse, by field. */
  readonly errors: Readonly<Record<string, string>>;
  /** Whether a price is still loading. */
  readonly isPending: boolean;
}

const PERCENT = /^(?:100(?:\.0{1,2})?|\d{1,2}(?:\.\d{1,2})?)$/;
const QUANTITY = /^(?=.*[1-9])\d{1,9}(?:\.\d{1,4})?$/;

export const toPercent = (percent: string | null): string => (percent !== null && PERCENT.test(percent) ? percent : "0");

/** Lists the lines that have an amount: with a price and a quantity, and with percentages that the API takes. */
export const listPriced = (lines: readonly PricedLine[], currency: string) =>
  lines.flatMap((line) => {
    const unit_price = normalizeAmount(line.price, currency);
    if (isBlank(line) || unit_price === null || !QUANTITY.test(line.quantity)) return [];
    const percents = { discount_percent: toPercent(line.discount_percent), tax_percent: toPercent(line.tax_percent) };
    return [{ ...line, ...percents, chosen: line.optional && line.chosen, unit_price }];
  });

/** Computes the amounts of a document as the API does. */
export function computeDocument(lines: readonly PricedLine[], charges: Charges, currency: string): DocumentTotals {
  const places = Money.currencyDecimals(currency);
  const counted = listPriced(lines, currency);
  const shipping_amount = normalizeAmount(charges.shipping_amount, currency) ?? Money.zero(places);
  const fixed_discount = normalizeAmount(charges.fixed_discount, currency);
  const full: QuoteCharges = { shipping_amount, fixed_discount, discount_percent: toPercent(charges.discount_percent) };
  const isPending = lines.some(({ price }) => price === undefined);
  const settle = (amountCharges: QuoteCharges, errors: DocumentTotals["errors"]): DocumentTotals => {
    const { lines: settled, totals } = computeTotals(counted, amountCharges, currency);
    return { sums: totals, amounts: new Map(settled.map(({ key, line_total }) => [key, line_total])), errors, isPending };
  };
  try {
    return settle(full, {});
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const errors = Object.fromEntries(error.details.map(({ field, message }) => [field, message]));
    try {
      return settle({ ...full, fixed_discount: null, discount_percent: "0" }, errors);
    } catch {
      const zero = Money.zero(places);
      const sums = { subtotal: zero, discount_amount: zero, net_amount: zero, tax_amount: zero, total_amount: zero };
      return { sums, amounts: new Map(), errors, isPending };
    }
  }
}

export interface ProductCost {
  readonly cost: string | null;
  readonly currency: string;
}

export interface Margin {
  /** The net amount less the costs. */
  readonly amount: string;
  /** Of the net amount, with one decimal. Null without a net amount. */
  readonly percent: string | null;
  /** Lines whose cost is not known. They have no part in the margin. */
  readonly unknown: number;
}

/** Computes what is left of the net amount after the costs of the products. Undefined if no cost is known. */
export function computeMargin(
  lines: readonly PricedLine[],
  { amounts }: Pick<DocumentTotals, "amounts">,
  costs: ReadonlyMap<string, ProductCost>,
  currency: string,
): Margin | undefined {
  const places = Money.currencyDecimals(currency);
  const counted = lines.filter((line) => isCounted(line) && amounts.has(line.key));
  const known = counted.flatMap((line) => {
    const product = line.product_id === null ? undefined : costs.get(line.product_id);
    const cost = product?.currency === currency ? normalizeAmount(product.cost, currency) : null;
    return cost === null ? [] : [{ net: amounts.get(line.key) ?? Money.zero(places), cost: Money.multiply(cost, line.quantity) }];
  });
  if (known.length === 0) return undefined;
  const net = Money.sum(
    known.map((line) => line.net),
    places,
  );
  const amount = Money.subtract(
    net,
    Money.sum(
      known.map((line) => line.cost),
      places,
    ),
  );
  const netMinor = Money.toMinor(net);
  const percent = netMinor === 0n ? null : Money.fromMinor(roundedRatio(Money.toMinor(amount) * 1000n, netMinor), 1);
  return { amount, percent, unknown: counted.length - known.length };
}

/** Divides, rounded half away from zero. */
const roundedRatio = (part: bigint, whole: bigint): bigint => {
  const size = (2n * (part < 0n ? -part : part) + whole) / (2n * whole);
  return part < 0n ? -size : size;
};

/** Lists the errors of a line by its field: `line_items[2].quantity` is `quantity` of the third filled line. */
export function listLineErrors(
  errors: Readonly<Record<string, string>>,
  lines: readonly EditedLine[],
  key: string,
): Readonly<Record<string, string>> {
  const place = listFilled(lines).findIndex((line) => line.key === key);
  const start = `line_items[${place}]`;
  return Object.fromEntries(
    Object.entries(errors).flatMap(([path, message]) =>
      place >= 0 && (path === start || path.startsWith(`${start}.`)) ? [[path.slice(start.length + 1), message]] : [],
    ),
  );
}

/** Statuses in which the content of a document can be changed. Later the customer has it, or it has ended. */
const OPEN_STATUSES: readonly unknown[] = ["DRAFT", "PENDING_APPROVAL", "APPROVED"];

export const isOpenDocument = ({ status }: Readonly<Record<string, unknown>>): boolean => OPEN_STATUSES.includes(status);
