import { fold } from "../../kernel/text.ts";

/**
 * Reads numbers as people write them: `1.234,56 €`, `$1,234.56`, `1 234,56`, `1'234.56`, `12,34,567.00`. An ambiguous number is refused, unless the
 * decimal mark is known.
 */

export type DecimalMark = "." | ",";

/** The number in plain digits; `seen` is the decimal mark, if the text alone reveals it. */
export type Numeral = { plain: string; currencies: readonly (readonly string[])[]; seen?: DecimalMark } | { reason: string };

/** Longer texts are no numbers; the bound also keeps the expressions below fast. */
const MAX_NUMBER_LENGTH = 64;

/** For signs that several currencies share, all those that it may mean. */
const currencySigns: Record<string, readonly string[]> = {
  $: ["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "BRL"],
  us$: ["USD"],
  r$: ["BRL"],
  "€": ["EUR"],
  euro: ["EUR"],
  "£": ["GBP", "EGP", "GIP", "FKP"],
  "¥": ["JPY", "CNY"],
  円: ["JPY"],
  元: ["CNY"],
  "₹": ["INR"],
  rs: ["INR", "PKR", "LKR", "NPR", "MUR"],
  "₺": ["TRY"],
  tl: ["TRY"],
  "₽": ["RUB"],
  руб: ["RUB"],
  zl: ["PLN"],
  kc: ["CZK"],
  kr: ["SEK", "NOK", "DKK", "ISK"],
  ft: ["HUF"],
  lei: ["RON", "MDL"],
  fr: ["CHF", "XAF", "XOF"],
  sfr: ["CHF"],
};

const currencyCodes = new Set(Intl.supportedValuesOf("currency"));

const isSign = (text: string): boolean => /^\p{Sc}$/u.test(text);

/** Returns the currencies that a sign may mean: empty for an unknown currency sign, undefined for other text. */
const findCurrencies = (text: string): readonly string[] | undefined => {
  const code = text.toUpperCase();
  return (
    (Object.hasOwn(currencySigns, fold(text)) ? currencySigns[fold(text)] : undefined) ??
    (currencyCodes.has(code) ? [code] : isSign(text) ? [] : undefined)
  );
};

const BODY = /^(?<before>\D*?)(?<body>[.,]?\d(?:[\d.,' ]*\d)?)(?<after>\D*)$/u;

/** Reads a number; currency signs are allowed if `money` is set. */
export function parseNumeral(text: string, mark: DecimalMark | undefined, money = false): Numeral {
  const no = { reason: `Must be ${money ? "an amount" : "a number"}` };
  // NFKC converts compatible forms (full width, narrow spaces), but `²` and `½` must not become digits.
  if (text.length > MAX_NUMBER_LENGTH || /\p{No}/u.test(text)) return no;
  const plain = text
    .normalize("NFKC")
    .replace(/\s+/g, " ")
    .replace(/[’‘´`]/g, "'")
    .replace(/[−–—]/g, "-");
  const { before = "", body = "", after = "" } = BODY.exec(plain.trim())?.groups ?? {};
  if (body === "") return no;
  // In `Rs.500` the point ends the word. `50,-` has no cents.
  const words = /\p{L}$/u.test(before) && /^[.,]/.test(body) ? body.slice(1) : body;
  const tail = money ? after.replace(/^[.,]\s*--?/, "") : after;
  const sides = [before, tail].map((side) =>
    side
      .replace(/[-+()]/g, "")
      .trim()
      .replace(/\.$/, ""),
  );
  const currencies = sides.filter((side) => side !== "").map((side) => (money ? findCurrencies(side) : undefined));
  if (!currencies.every((currency) => currency !== undefined)) return no;
  const brackets = before.replace(/[^(]/g, "") + tail.replace(/[^)]/g, "");
  const minus = `${before}${tail}`.replace(/[^-+]/g, "");
  if (!["", "()"].includes(brackets) || minus.length > 1 || /[()]/.test(before.replace("(", "") + tail.replace(")", "")))
    return no;
  if (tail.includes("+") || (brackets !== "" && minus !== "")) return no;
  const read = parseDigits(words, mark);
  if ("reason" in read) return read.reason === "" ? no : read;
  const negative = brackets !== "" || minus === "-";
  return { ...read, plain: negative && /[1-9]/.test(read.plain) ? `-${read.plain}` : read.plain, currencies };
}

/** Returns the decimal mark that a text reveals by itself: it has both marks, or one that cannot separate thousands. */
export function detectDecimalMark(text: string): DecimalMark | undefined {
  const read = parseNumeral(text.trim(), undefined, true);
  return "seen" in read ? read.seen : undefined;
}

const toPlainNumber = (integerPart: string, decimals = ""): string => {
  const digits = integerPart.replace(/\D/g, "").replace(/^0+(?=\d)/, "") || "0";
  const rest = decimals.replace(/0+$/, "");
  return rest ? `${digits}.${rest}` : digits;
};

/** Whether digits are grouped by three, or as in India: by two before the last three. */
const isGrouped = (integerPart: string): boolean =>
  /^\d{1,3}(?:([., '])\d{3})(?:\1\d{3})*$/.test(integerPart) || /^\d{1,2}(?:,\d{2})+,\d{3}$/.test(integerPart);

/** Reads digits with their separators; an empty reason means that it is no number at all. */
function parseDigits(body: string, mark: DecimalMark | undefined): { plain: string; seen?: DecimalMark } | { reason: string } {
  const marks = [...body.replace(/[\d' ]/g, "")] as DecimalMark[];
  const last = marks.at(-1);
  const [integerPart = "", decimals = ""] = last
    ? [body.slice(0, body.lastIndexOf(last)), body.slice(body.lastIndexOf(last) + 1)]
    : [body];
  const otherMark = last === "." ? "," : ".";
  const rejection = { reason: `Must be written with "${mark}" before the decimals` };
  const decimal = (): { plain: string; seen?: DecimalMark } | { reason: string } => {
    if (!/^\d*$/.test(decimals) || !(/^\d*$/.test(integerPart) || isGrouped(integerPart))) return { reason: "" };
    return mark && mark !== last ? rejection : { plain: toPlainNumber(integerPart, decimals), ...(last && { seen: last }) };
  };
  if (!last) return /^\d+$/.test(body) || isGrouped(body) ? { plain: toPlainNumber(body) } : { reason: "" };
  // A repeated mark separates thousands. Below, a single mark after spaces, apostrophes or the other mark precedes the decimals.
  if (marks.length > 1 && marks.every((each) => each === last)) {
    if (!isGrouped(body)) return { reason: "" };
    return mark === last ? rejection : { plain: toPlainNumber(body), seen: otherMark };
  }
  if (marks.length > 1 || /[' ]/.test(integerPart)) return decimal();
  if (decimals.length !== 3 || !/^[1-9]\d{0,2}$/.test(integerPart) || mark === last) return decimal();
  if (mark) return { plain: toPlainNumber(body) };
  const [large, small] = [toPlainNumber(body), toPlainNumber(integerPart, decimals)];
  return { reason: `"${body}" can be ${large} or ${small}: set decimal_mark` };
}
