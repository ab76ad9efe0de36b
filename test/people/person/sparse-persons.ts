import { createSeededRandom } from "../../support/random.ts";
import type { SyntheticPerson } from "./synthetic-persons.ts";

/**
 * Synthetic persons with little data: names, town, postal code and birth year. A person has several records, many fields are empty or
 * misspelt, and first names may be short forms. The same seed gives the same persons.
 */
export interface SparseOptions {
  humans: number;
  /** Records of each person. */
  each: number;
  /** The probability that a town, a postal code or a birth year is missing. */
  empty: number;
  /** The probability of a typo in a field. */
  typo: number;
  /** The probability of a short form, if the first name has one. */
  short: number;
  seed: number;
}

export const defaultSparseOptions = { each: 5, empty: 0.5, typo: 0.12, short: 0.25 } satisfies Partial<SparseOptions>;

type Random = () => number;

/** First names with their short forms, most frequent first. */
const firstNames = (
  "james jim jimmy|mary molly|robert bob rob|patricia pat trish|john jack johnny|jennifer jen jenny|michael mike mick|linda|david dave|" +
  "elizabeth liz beth|william bill will|barbara barb|richard dick rick|susan sue|joseph joe|jessica jess|thomas tom|sarah|charles charlie|" +
  "karen|christopher chris|lisa|daniel dan|nancy|matthew matt|betty|anthony tony|margaret maggie peggy|mark|sandra sandy|donald don|ashley|" +
  "steven steve|kimberly kim|andrew andy|emily|kenneth ken|donna|joshua josh|michelle|kevin|carol|brian|amanda mandy|george|dorothy dot|" +
  "timothy tim|melissa|ronald ron|deborah debbie|edward ed ted|stephanie|jason|rebecca becky|jeffrey jeff|laura|ryan|sharon|jacob jake|" +
  "cynthia cindy|nicholas nick|kathleen|gary|amy|eric|angela|jonathan jonny|shirley|stephen steve|anna|larry|brenda|justin|pamela pam|" +
  "scott|emma|brandon|nicole|benjamin ben|helen|samuel sam|samantha sam|gregory greg|katherine kate kathy|alexander alex|christine chris|" +
  "patrick pat|debra|frank|rachel|raymond ray|carolyn|jack|janet|dennis|maria|jerry|olivia|tyler|heather|aaron|diane|jose pepe|julie|adam|" +
  "joyce|nathan|victoria vicky|henry harry|ruth|zachary zach|virginia ginny|douglas|lauren|peter pete|kelly|kyle|christina tina|noah|joan|" +
  "ethan|evelyn|jeremy|judith judy|walter walt|andrea|christian|hannah|keith|megan|roger|cheryl|terry|jacqueline jackie|austin|martha|sean|" +
  "madison|gerald gerry|teresa|carl|gloria|harold|sara|dylan|janice|arthur|ann|lawrence larry|kathryn kate|jordan|abigail abby|jesse|sophia"
)
  .split("|")
  .map((names) => names.split(" "));

const nameStarts =
  "ab bar ben bren car col cor dal dan del el fer fran gar gol gran hal har hol jen kel kir lam lan lor mac mar mer mil mor nel nor os par pet quin ram ren rob san sel ste tan tor vel wal wes yor zim".split(
    " ",
  );
const nameMiddles = "a ber ca den der e el en er i in ka ler ma men na ner o ra ro se si ta ter ti va".split(" ");
const nameEnds =
  "berg by dale don er es ford ham ington ins ith land ley man mann more ner o off owski sen ski smith son stein ston ton tt well wood worth y".split(
    " ",
  );
const commonLastNames =
  "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson martin lee".split(
    " ",
  );

const pickItem = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

/** A random rank below `count`; low ranks are more likely. */
const skewedRank = (random: Random, count: number, flat: number): number =>
  Math.floor(flat * ((count / flat + 1) ** random() - 1));

function buildWord(rank: number, salt: number): string {
  const random = createSeededRandom(rank * 7919 + salt * 104_729 + 17);
  for (let warm = 0; warm < 5; warm++) random();
  return pickItem(random, nameStarts) + (random() < 0.5 ? pickItem(random, nameMiddles) : "") + pickItem(random, nameEnds);
}

interface Human {
  names: readonly string[];
  last: string;
  town: string;
  postal: string;
  year: string;
}

function generateHuman(random: Random): Human {
  const names = firstNames[skewedRank(random, firstNames.length, 25)] ?? [];
  const rank = skewedRank(random, 12_000, 25);
  const town = skewedRank(random, 250, 10);
  return {
    names,
    last: commonLastNames[rank] ?? buildWord(rank, 2),
    town: buildWord(town, 6),
    postal: String(10_000 + town * 30 + Math.floor(8 * random())),
    year: String(1930 + Math.floor(75 * random())),
  };
}

/** Changes, adds, removes or swaps one letter or digit. */
function addTypo(random: Random, text: string): string {
  const index = Math.floor(random() * text.length);
  const digits = /^\d+$/.test(text);
  const replacement = digits ? String(Math.floor(10 * random())) : pickItem(random, [..."abcdefghijklmnopqrstuvwxyz"]);
  const kind = Math.floor(random() * (digits ? 2 : 4));
  if (kind === 0) return text.slice(0, index) + replacement + text.slice(index + 1);
  if (kind === 1) return text.slice(0, index) + (text[index + 1] ?? "") + (text[index] ?? "") + text.slice(index + 2);
  return kind === 2 ? text.slice(0, index) + text.slice(index + 1) : text.slice(0, index) + replacement + text.slice(index);
}

export function generateSparsePersons({ humans, each, empty, typo, short, seed }: SparseOptions): SyntheticPerson[] {
  const random = createSeededRandom(seed);
  const made: SyntheticPerson[] = [];
  const typed = (text: string): string => (random() < typo ? addTypo(random, text) : text);
  const maybe = (text: string): string => (random() < empty ? "" : typed(text));
  for (let at = 0; at < humans; at++) {
    const { names, last, town, postal, year } = generateHuman(random);
    for (let n = 0; n < each; n++) {
      const [whole = "", ...others] = names;
      const first = others.length > 0 && random() < short ? pickItem(random, others) : whole;
      made.push({
        human: at,
        first_name: typed(first),
        last_name: typed(last),
        number: "",
        street: "",
        line2: "",
        city: maybe(town),
        postal_code: maybe(postal),
        birth_date: maybe(year),
        document_number: "",
      });
    }
  }
  for (let at = made.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [made[at], made[other]] = [made[other] as SyntheticPerson, made[at] as SyntheticPerson];
  }
  return made;
}
