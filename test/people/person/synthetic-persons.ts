import { createSeededRandom } from "../../support/random.ts";

/**
 * Synthetic persons with planted duplicates and realistic mistakes: by people, keyboards and scanners. The frequencies of names, cities
 * and streets are as uneven as real ones: a few are common, most are rare. The same seed gives the same persons.
 */
export interface SyntheticPerson {
  /** Records with the same number are the same person. */
  human: number;
  first_name: string;
  last_name: string;
  number: string;
  street: string;
  line2: string;
  city: string;
  postal_code: string;
  /** YYYYMMDD; it may not be a valid date. */
  birth_date: string;
  document_number: string;
}

export interface PopulationOptions {
  originals: number;
  duplicates: number;
  /** Maximum number of duplicates of an original. */
  each: number;
  /** Maximum number of mistakes in a duplicate, and in one of its fields. */
  mistakes: number;
  inField: number;
  seed: number;
}

type Random = () => number;
type Field = Exclude<keyof SyntheticPerson, "human">;

const commonNames = {
  first:
    "james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph jessica thomas sarah charles karen emma noah olivia liam sophie lucas anna paul laura daniel".split(
      " ",
    ),
  last: "smith johnson williams brown jones garcia miller davis rodriguez martinez wilson anderson taylor moore jackson martin lee thompson white harris clark lewis walker hall young king wright scott green baker".split(
    " ",
  ),
};
const syllables =
  "ba be bo bri cal car chel da del den dor el far fen gar gil ham har hol jas ka kel kin la lan len lo mar mel min mo na nor or pa per ran ri ro sal sha son ta tam ter tho va ver wa wen wil yor zan".split(
    " ",
  );
const streetTypes = "street road avenue place drive court lane crescent circuit close".split(" ");

/** A word of two to four syllables, determined by `n`; most words differ clearly. */
function buildWord(n: number, salt: number): string {
  const random = createSeededRandom(n * 7919 + salt * 104_729 + 17);
  for (let warm = 0; warm < 5; warm++) random();
  return Array.from({ length: 2 + Math.floor(random() * 2.4) }, () => pickItem(random, syllables)).join("");
}

const pickItem = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

/** A random rank from 0 to `count`, by Zipf's law: the k-th most frequent name is 1/k as frequent as the first. */
const skewedRank = (random: Random, count: number, flat = 10): number => Math.floor(flat * ((count / flat + 1) ** random() - 1));

const nameAtRank = (list: readonly string[], rank: number, salt: number): string => list[rank] ?? buildWord(rank, salt);

function generateOriginal(random: Random, human: number): SyntheticPerson {
  const city = skewedRank(random, 400, 4);
  const [year, month, day] = [1925 + Math.floor(80 * random()), 1 + Math.floor(12 * random()), 1 + Math.floor(28 * random())];
  const missing = (chance: number, value: string): string => (random() < chance ? "" : value);
  return {
    human,
    first_name: missing(0.02, nameAtRank(commonNames.first, skewedRank(random, 3000), 1)),
    last_name: missing(0.01, nameAtRank(commonNames.last, skewedRank(random, 20_000, 25), 2)),
    number: missing(0.04, String(1 + Math.floor(250 * random() ** 2))),
    street: missing(0.03, `${buildWord(skewedRank(random, 5000, 40), 3)} ${pickItem(random, streetTypes)}`),
    line2: missing(
      0.4,
      `${buildWord(skewedRank(random, 3000, 100), 4)} ${random() < 0.4 ? buildWord(skewedRank(random, 300), 5) : "park"}`,
    ),
    city: missing(0.02, buildWord(city, 6)),
    postal_code: String(1000 + city * 20 + Math.floor(Math.min(20, 200 / (city + 5)) * random())),
    birth_date: missing(0.06, `${year}${padTwoDigits(month)}${padTwoDigits(day)}`),
    document_number: missing(0.05, String(1_000_000 + Math.floor(8_999_999 * random()))),
  };
}

const padTwoDigits = (value: number): string => String(value).padStart(2, "0");

/** A relative at the same address with the same last name, but with another first name, birth date and document. */
const generateRelative = (random: Random, relative: SyntheticPerson, human: number): SyntheticPerson => {
  const person = generateOriginal(random, human);
  const { last_name, number, street, line2, city, postal_code } = relative;
  return { ...person, last_name, number, street, line2, city, postal_code };
};

const scanConfusions: Record<string, string> = {
  "0": "o",
  o: "0",
  "1": "l",
  l: "1",
  "5": "s",
  s: "5",
  m: "rn",
  b: "6",
  g: "9",
  i: "1",
  e: "c",
  u: "v",
};
const keyboardRows = "qwertyuiop asdfghjkl zxcvbnm 1234567890";

/** Adds one mistake of typing, hearing or scanning. */
function addTypo(random: Random, text: string): string {
  const index = Math.floor(random() * text.length);
  const digits = /^\d+$/.test(text);
  const letter = (): string => (digits ? String(Math.floor(10 * random())) : pickItem(random, [..."abcdefghijklmnopqrstuvwxyz"]));
  const [head, tail] = [text.slice(0, index), text.slice(index + 1)];
  const kind = Math.floor(random() * (digits ? 3 : 8));
  if (kind === 0) return head + letter() + tail;
  if (kind === 1) return head + (tail[0] ?? "") + (text[index] ?? "") + tail.slice(1);
  // Digits are replaced, not removed, because forms check the length of a number.
  if (kind === 2) return digits ? head + neighbourKey(random, text[index]) + tail : head + tail;
  if (kind === 3) return head + letter() + text.slice(index);
  if (kind === 4) return head + neighbourKey(random, text[index]) + tail;
  if (kind === 5) return head + (scanConfusions[text[index] ?? ""] ?? letter()) + tail;
  if (kind === 6) return text.includes(" ") ? text.replace(" ", "") : `${head} ${text.slice(index)}`;
  return head + (text[index] ?? "") + text.slice(index);
}

function neighbourKey(random: Random, letter = ""): string {
  const index = keyboardRows.indexOf(letter);
  return (random() < 0.5 ? keyboardRows[index - 1] : keyboardRows[index + 1])?.trim() || letter;
}

const abbreviations: Record<string, string> = {
  street: "st",
  road: "rd",
  avenue: "ave",
  place: "pl",
  drive: "dr",
  court: "ct",
  lane: "ln",
};
const nicknames: Record<string, string> = {
  robert: "bob",
  william: "bill",
  james: "jim",
  thomas: "tom",
  elizabeth: "liz",
  michael: "mike",
  jennifer: "jenny",
};

/** Fields for mistakes; a field that is listed twice gets twice as many. */
const mistakeFields: readonly Field[] = [
  ...(["first_name", "first_name", "last_name", "last_name", "street", "street", "line2", "line2", "city", "city"] as const),
  ...(["number", "postal_code", "birth_date", "document_number"] as const),
];

function addMistakes(random: Random, person: SyntheticPerson, { mistakes, inField }: PopulationOptions): SyntheticPerson {
  const next = { ...person };
  const mistakesByField = new Map<Field, number>();
  const count = 1 + Math.floor(mistakes * random());
  for (let n = 0; n < count; n++) {
    const field = pickItem(random, mistakeFields);
    if ((mistakesByField.get(field) ?? 0) >= inField) continue;
    mistakesByField.set(field, (mistakesByField.get(field) ?? 0) + 1);
    const value = next[field];
    const dice = random();
    if (dice < 0.04 && mistakesByField.get("first_name") === 1 && field === "first_name")
      [next.first_name, next.last_name] = [next.last_name, next.first_name];
    else if (dice < 0.06 && field === "street") [next.street, next.line2] = [next.line2, next.street];
    else if (dice < 0.16) next[field] = "";
    else if (value === "") continue;
    else if (dice < 0.24 && (field === "line2" || field === "city" || field === "number"))
      next[field] = generateOriginal(random, 0)[field];
    else if (dice < 0.34 && field === "street") next.street = value.replace(/\w+$/, (type) => abbreviations[type] ?? type);
    else if (dice < 0.3 && field === "first_name") next.first_name = nicknames[value] ?? addTypo(random, value);
    else if (dice < 0.5 && field === "birth_date") next.birth_date = value.slice(0, 4) + value.slice(6) + value.slice(4, 6);
    else next[field] = addTypo(random, value);
  }
  return next;
}

/** Generates persons in random order; one in fifty lives with a relative. */
export function generatePersons(making: PopulationOptions): SyntheticPerson[] {
  const random = createSeededRandom(making.seed);
  const made: SyntheticPerson[] = [];
  for (let human = 0; human < making.originals; human++) {
    const before = made.at(-1);
    made.push(before && random() < 0.02 ? generateRelative(random, before, human) : generateOriginal(random, human));
  }
  const taken = new Map<number, number>();
  const all = [...made];
  while (all.length < making.originals + making.duplicates) {
    const of = pickItem(random, made);
    const count = taken.get(of.human) ?? 0;
    if (count >= making.each) continue;
    taken.set(of.human, count + 1);
    all.push(addMistakes(random, of, making));
  }
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] as SyntheticPerson, all[at] as SyntheticPerson];
  }
  return all;
}
