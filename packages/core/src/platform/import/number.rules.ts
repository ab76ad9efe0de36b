import { fold } from "../../kernel/text.ts";

/**
 * Numbers as people write them: `1.234,56 €`, `$1,234.56`, `1 234,56`, `1'234.56`, `12,34,567.00`. What can be read in two
 * ways is read in neither, unless the decimal mark is known.
 */

export type DecimalMark = "." | ",";

/** What stands there in plain digits; `seen` is the decimal mark, where the text alone tells it. */
export type Numeral = { plain: string; currencies: readonly (readonly string[])[]; seen?: DecimalMark } | { reason: string };

/** Longer ones are no numbers; also what keeps the expressions below from long work. */
const MAX_NUMBER_LENGTH = 64;

/** Of signs that several currencies share, all those that may be meant. */
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

/** The currencies that a sign may mean, none for one that is no sign of money. */
const findCurrencies = (text: string): readonly string[] | undefined => {
  const code = text.toUpperCase();
  return (
    (Object.hasOwn(currencySigns, fold(text)) ? currencySigns[fold(text)] : undefined) ??
    (currencyCodes.has(code) ? [code] : isSign(text) ? [] : undefined)
  );
};

const BODY = /^(?<before>\D*?)(?<body>[.,]?\d(?:[\d.,' ]*\d)?)(?<after>\D*)$/u;

/** Reads a number, with signs of money where `money` says so. */
export function parseNumeral(text: string, mark: DecimalMark | undefined, money = false): Numeral {
  const no = { reason: `Not ${money ? "an amount" : "a number"}` };
  // Compatible forms are made plain (full width, narrow spaces), but `²` and `½` are no digits.
  if (text.length > MAX_NUMBER_LENGTH || /\p{No}/u.test(text)) return no;
  const plain = text
    .normalize("NFKC")
    .replace(/\s+/g, " ")
    .replace(/[’‘´`]/g, "'")
    .replace(/[−–—]/g, "-");
  const { before = "", body = "", after = "" } = BODY.exec(plain.trim())?.groups ?? {};
  if (body === "") return no;
  // `Rs.500`: that point ends a word. `50,-` has no cents.
  const words = /\p{L}$/u.test(before) && /^[.,]/.test(body) ? body.slice(1) : body;
  const tail = money ? after.replace(/^[.,]\s*--?/, "") : after;
  const sides = [before, tail].map((side) =>
    side
      .replace(/[-+()]/g, "")
      .trim()
      .replace(/\.$/, ""),
  );
  const currencies = sides.filter((side) => side !== "").map((side) => (money ? findCurrencies(side) : undefined));
  if (!currencies.every((each) => each !== undefined)) return no;
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

/** The decimal mark that a text tells by itself: both marks stand there, or one that cannot part thousands. */
export function detectDecimalMark(text: string): DecimalMark | undefined {
  const read = parseNumeral(text.trim(), undefined, true);
  return "seen" in read ? read.seen : undefined;
}

const toPlainNumber = (whole: string, decimals = ""): string => {
  const digits = whole.replace(/\D/g, "").replace(/^0+(?=\d)/, "") || "0";
  const rest = decimals.replace(/0+$/, "");
  return rest ? `${digits}.${rest}` : digits;
};

/** Three by three, or as in India: two by two before the last three. */
const isGrouped = (whole: string): boolean =>
  /^\d{1,3}(?:([., '])\d{3})(?:\1\d{3})*$/.test(whole) || /^\d{1,2}(?:,\d{2})+,\d{3}$/.test(whole);

/** Digits with what stands between them; an empty reason says that it is no number at all. */
function parseDigits(body: string, mark: DecimalMark | undefined): { plain: string; seen?: DecimalMark } | { reason: string } {
  const marks = [...body.replace(/[\d' ]/g, "")] as DecimalMark[];
  const last = marks.at(-1);
  const [whole = "", decimals = ""] = last
    ? [body.slice(0, body.lastIndexOf(last)), body.slice(body.lastIndexOf(last) + 1)]
    : [body];
  const other = last === "." ? "," : ".";
  const wrong = { reason: `Is not written with "${mark}" before the decimals` };
  const decimal = (): { plain: string; seen?: DecimalMark } | { reason: string } => {
    if (!/^\d*$/.test(decimals) || !(/^\d*$/.test(whole) || isGrouped(whole))) return { reason: "" };
    return mark && mark !== last ? wrong : { plain: toPlainNumber(whole, decimals), ...(last && { seen: last }) };
  };
  if (!last) return /^\d+$/.test(body) || isGrouped(body) ? { plain: toPlainNumber(body) } : { reason: "" };
  // Spaces, apostrophes or the other mark part the thousands: this one stands before the decimals.
  if (marks.length > 1 && marks.every((each) => each === last)) {
    if (!isGrouped(body)) return { reason: "" };
    return mark === last ? wrong : { plain: toPlainNumber(body), seen: other };
  }
  if (marks.length > 1 || /[' ]/.test(whole)) return decimal();
  if (decimals.length !== 3 || !/^[1-9]\d{0,2}$/.test(whole) || mark === last) return decimal();
  if (mark) return { plain: toPlainNumber(body) };
  const [large, small] = [toPlainNumber(body), toPlainNumber(whole, decimals)];
  return { reason: `"${body}" can be ${large} or ${small}: say decimal_mark` };
}
