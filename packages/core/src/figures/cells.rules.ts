import { idIn, selfOf } from "../kernel/id.ts";
import { digitsOf, Money } from "../kernel/money.ts";
import { fold } from "../kernel/text.ts";
import { daysBetween } from "../kernel/zone.ts";
import { kindId } from "../masters/id.ts";
import { MASTER } from "../masters/masters.domain.ts";
import type { ForecastCategory } from "../masters/stage.rules.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import { NONE, type Sums } from "../storage/table/collection.ts";
import { hashed } from "../storage/table/key.ts";

/**
 * What opportunities add to the counters that pipeline, forecast and statistics are made of (docs/pipeline.md). Of each dimension there
 * is a counter for a value, a month and a currency, with numbers for each day: once for the owner, and once for all. So who
 * sees some owners adds up theirs, and who sees all reads as much with a thousand owners as with one. Without a currency or a
 * month in its name a counter would grow; as it is it holds a month's days and no more.
 */
export const dimensions = [
  "total",
  "stage",
  "source",
  "type",
  "territory",
  "reason",
  "product",
  "competitor",
  "campaign",
] as const;
export type Dimension = (typeof dimensions)[number];

/** What of an opportunity is counted. */
export interface Counted {
  owner_id: string | null;
  stage_id: string;
  is_closed: boolean;
  is_won: boolean | null;
  closed_date: string | null;
  created_at: string;
  /** In the tenant's time zone; of records that do not say it, the day in UTC. */
  created_day?: string | null;
  amount: string | null;
  currency: string;
  probability: number;
  close_date: string | null;
  forecast_category: ForecastCategory;
  territory_id: string | null;
  type: string | null;
  lead_source_id?: string | null;
  source_campaign_id: string | null;
  win_loss_reason_id: string | null;
  products?: readonly { product_id?: string | null; name?: string | null; total_price: string | null }[] | null;
  competitors?: readonly { competitor_name: string }[] | null;
}

/** In place of an owner: of all of them. */
export const EVERYBODY = "*";
/** The only value of the dimension `total`. */
const WHOLE = "all";
/** Of what can have several values: once what has any. */
export const ANY = "any";
/** What a record has beyond as many values as it is counted under by name. */
export const OTHER = "other";
/** The month, and the day, of what is not expected to close on any. */
const NEVER = NONE;

/**
 * Values that one record is counted under, the rest of them as one: a change moves its counters of before and after in one
 * transaction of 100 actions, with all else that follows from it.
 */
export const MOST = { products: 7, competitors: 3 } as const;

const cellScope = (dimension: Dimension, owner: string, month: string, value: string, currency: string): string =>
  `by@${dimension}@${owner}@${month}@${value}@${currency}`;

/** Between which names the counters of a dimension are that an owner, or everybody, has in some months. */
export const cellsBetween = (dimension: Dimension, owner: string, from = "", to = "~"): [from: string, to: string] => [
  `by@${dimension}@${owner}@${from}`,
  `by@${dimension}@${owner}@${to}@~`,
];
/** As `cellsBetween`, of every owner apart: ids begin with letters, and `*` comes before them. */
export const cellsOfEach = (dimension: Dimension): [from: string, to: string] => [`by@${dimension}@A`, `by@${dimension}@~`];

export const pipeBetween = (owner?: string): [from: string, to: string] =>
  owner === undefined ? ["pipe@", "pipe@~"] : [`pipe@${owner}@`, `pipe@${owner}@~`];
export const bornBetween = (owner: string, from: string, to = "~"): [from: string, to: string] => [
  `born@${owner}@${from}`,
  `born@${owner}@${to}`,
];
/** As `bornBetween`, of every owner apart. */
export const bornOfEach = (): [from: string, to: string] => ["born@A", "born@~"];

/** Parts of an amount stand apart, so that sums of millions of the largest stay exact. */
const HIGH = 1_000_000_000n;

export const states = ["open", "won", "lost"] as const;
export type State = (typeof states)[number];
const stateOf = ({ is_closed, is_won }: Counted): State => (is_closed ? (is_won ? "won" : "lost") : "open");

export const minorOf = (amount: string, currency: string): bigint => Money.toMinor(Money.convert(amount, 1, digitsOf(currency)));

function inParts(name: string, [low, high]: readonly [string, string], units: bigint): Record<string, number> {
  const counts = { [name + low]: Number(units % HIGH), [name + high]: Number(units / HIGH) };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

const AMOUNT = ["l", "h"] as const;
const WEIGHTED = ["v", "u"] as const;

/** What an opportunity adds to the counters. */
export function cellsOf(record: Counted): Sums {
  const { currency, amount } = record;
  const owner = record.owner_id ?? NONE;
  const created = record.created_day ?? record.created_at.slice(0, 10);
  const state = stateOf(record);
  const day = state === "open" ? created : (record.closed_date ?? created);
  const [month, name] = [day.slice(0, 7), `${day.slice(8)}${state[0]}`];
  const cycle = state === "won" ? Math.max(0, daysBetween(created, day)) : 0;
  const numbers = (of: string | null) => ({
    [`${name}n`]: 1,
    ...(of === null ? {} : inParts(name, AMOUNT, minorOf(of, currency))),
    ...(cycle === 0 ? {} : { [`${name}c`]: cycle }),
  });
  const under = (dimension: Dimension, value: string): string[] =>
    [owner, EVERYBODY].map((each) => cellScope(dimension, each, month, value, currency));
  const several = (dimension: Dimension, values: ReadonlyMap<string, string | null>): Sums[] =>
    values.size === 0
      ? []
      : [...values, [ANY, amount] as const].map(([value, of]) => ({ scopes: under(dimension, value), counts: numbers(of) }));
  return joined(
    {
      scopes: Object.entries(singleOf(record)).flatMap(([of, value]) => (value ? under(of as Dimension, value) : [])),
      counts: numbers(amount),
    },
    ...several("product", productsOf(record)),
    ...several("competitor", competitorsOf(record)),
    {
      scopes: [owner, EVERYBODY].map((each) => `born@${each}@${created.slice(0, 7)}`),
      counts: Object.fromEntries(
        ["n", ...(state === "won" ? ["w"] : [])].map((part) => [`${created.slice(8)}.${selfOf(record.stage_id)}.${part}`, 1]),
      ),
    },
    ...(state === "open"
      ? [{ scopes: [`pipe@${owner}@${record.close_date?.slice(0, 7) ?? NEVER}`], counts: openNumbers(record) }]
      : []),
  );
}

/** The dimensions of which a record has one value; what has none is the total without those that have one. */
const singleOf = (record: Counted): Partial<Record<Dimension, string | null | undefined>> => ({
  total: WHOLE,
  stage: record.stage_id,
  source: record.lead_source_id,
  type: record.type,
  territory: record.territory_id,
  reason: record.is_closed ? record.win_loss_reason_id : null,
  campaign: record.source_campaign_id,
});

/** The numbers of an open one: its amount, and that times its probability, in hundredths of minor units. */
function openNumbers({ stage_id, forecast_category, currency, amount, probability }: Counted): Record<string, number> {
  const name = `${selfOf(stage_id)}.${forecast_category[0]}.${currency}.`;
  if (amount === null) return { [`${name}n`]: 1 };
  const minor = minorOf(amount, currency);
  return {
    [`${name}n`]: 1,
    ...inParts(name, AMOUNT, minor),
    ...inParts(name, WEIGHTED, minor * BigInt(probability)),
  };
}

/** A value of free text: what it is told apart by, and how it was written first, so that nobody has to be asked for its label. */
const LABEL = 80;
const TEXT = "t.";
/** Characters up to where the label begins. */
const SAME = TEXT.length + 16 + 1;
const textValue = (given: string): string => {
  const text = given.trim();
  return `${TEXT}${hashed(fold(text)).slice(0, 16)}.${Buffer.from([...text].slice(0, LABEL).join("")).toString("base64url")}`;
};

/** Of a value of free text its label, and what is the same however it is written; undefined of other values. */
export function textOf(value: string): { same: string; label: string } | undefined {
  const [, same, label] = /^(t\.[^.]+)\.(.*)$/.exec(value) ?? [];
  return same === undefined ? undefined : { same, label: Buffer.from(label ?? "", "base64url").toString() };
}

/** What the lines of a record come to by product. */
function productsOf({ products, currency }: Counted): ReadonlyMap<string, string | null> {
  const sums = new Map<string, string | null>();
  for (const { product_id, name, total_price } of products ?? []) {
    const value = product_id ?? (name?.trim() ? textValue(name) : NONE);
    sums.set(sameIn(sums, value), plus(sums.get(sameIn(sums, value)) ?? null, total_price, currency));
  }
  const minor = (of: string | null): bigint => (of === null ? -1n : minorOf(of, currency));
  const ordered = [...sums].sort(([a, one], [b, other]) => {
    const [less, more] = [minor(one), minor(other)];
    return less === more ? (a < b ? -1 : 1) : more > less ? 1 : -1;
  });
  return bounded(ordered, MOST.products, (rest) => rest.reduce((sum: string | null, [, of]) => plus(sum, of, currency), null));
}

function competitorsOf({ competitors, amount }: Counted): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const { competitor_name } of competitors ?? []) found.set(sameIn(found, textValue(competitor_name)), amount);
  return bounded([...found], MOST.competitors, () => amount);
}

/** The value under which what is the same is there already. */
const sameIn = (known: ReadonlyMap<string, unknown>, value: string): string =>
  value.startsWith(TEXT) ? ([...known.keys()].find((each) => each.startsWith(value.slice(0, SAME))) ?? value) : value;

const plus = (one: string | null, other: string | null, currency: string): string | null => {
  const [a, b] = [one, other].map((each) => (each === null ? null : Money.convert(each, 1, digitsOf(currency))));
  return a && b ? Money.add(a, b) : (a ?? b ?? null);
};

function bounded(
  values: readonly (readonly [string, string | null])[],
  most: number,
  sumOf: (rest: readonly (readonly [string, string | null])[]) => string | null,
): ReadonlyMap<string, string | null> {
  if (values.length <= most) return new Map(values);
  return new Map([...values.slice(0, most - 1), [OTHER, sumOf(values.slice(most - 1))]]);
}

/** What a record adds to counters, of several makers. */
export function joined(...all: readonly Sums[]): Sums {
  const each = all.flatMap(alone).filter(({ scopes }) => scopes.length > 0);
  return each.reduceRight<Sums>(
    (beside, { scopes, counts }) => ({ scopes, counts, ...(beside.scopes.length > 0 ? { beside } : {}) }),
    {
      scopes: [],
      counts: {},
    },
  );
}

const alone = ({ beside, ...sums }: Sums): Sums[] => [sums, ...(beside ? alone(beside) : [])];

/** Numbers of a day, of what is in one state, in a currency. */
export interface Cell {
  owner: string;
  value: string;
  currency: string;
  /** `YYYY-MM-DD`. */
  day: string;
  state: State;
  count: number;
  minor: bigint;
  cycle: number;
}

type Counter = Readonly<Record<string, unknown>>;

/** What a counter of a dimension says by day. */
export function cellsIn({ sk, ...counter }: Counter): Cell[] {
  const [, , owner = "", month = "", value = "", currency = ""] = String(sk).split("@");
  const cells = new Map<string, Cell>();
  for (const [name, number] of Object.entries(counter)) {
    const [, day, letter, part] = /^(\d\d)([owl])([nlhc])$/.exec(name) ?? [];
    if (!day) continue;
    const state = states.find(([first]) => first === letter) as State;
    const cell = cells.get(day + state) ?? {
      owner,
      value,
      currency,
      day: `${month}-${day}`,
      state,
      count: 0,
      minor: 0n,
      cycle: 0,
    };
    cells.set(day + state, cell);
    if (part === "n") cell.count = Number(number);
    else if (part === "c") cell.cycle = Number(number);
    else cell.minor += BigInt(Number(number)) * (part === "h" ? HIGH : 1n);
  }
  return [...cells.values()].filter(({ count, minor, cycle }) => count !== 0 || minor !== 0n || cycle !== 0);
}

/** What is open of an owner, expected to close in a month, in a stage and a currency. */
export interface Open {
  owner: string;
  /** `none` of what has no day. */
  month: string;
  stage: string;
  category: ForecastCategory;
  currency: string;
  count: number;
  minor: bigint;
  /** Hundredths of minor units. */
  weighted: bigint;
}

const categories = { P: "PIPELINE", B: "BEST_CASE", C: "COMMIT", O: "OMITTED" } as const;

export function openIn({ sk, ...counter }: Counter): Open[] {
  const [, owner = "", month = ""] = String(sk).split("@");
  const found = new Map<string, Open>();
  for (const [name, number] of Object.entries(counter)) {
    const [, self = "", letter = "", currency = "", part] = /^(\w+)\.([PBCO])\.([A-Z]{3})\.([nlhvu])$/.exec(name) ?? [];
    if (!part) continue;
    const key = `${self}.${letter}.${currency}`;
    const category = categories[letter as keyof typeof categories];
    const open = found.get(key) ?? { owner, month, stage: stageIn(self), category, currency, count: 0, minor: 0n, weighted: 0n };
    found.set(key, open);
    const units = BigInt(Number(number)) * (part === "h" || part === "u" ? HIGH : 1n);
    if (part === "n") open.count = Number(number);
    else if (part === "l" || part === "h") open.minor += units;
    else open.weighted += units;
  }
  return [...found.values()].filter(({ count, minor, weighted }) => count !== 0 || minor !== 0n || weighted !== 0n);
}

const stageIn = (self: string): string => idIn(kindId(OPPORTUNITY_STAGES), MASTER, self);

/** How many opportunities of a day stand in a stage now, and how many of them are won. */
export interface Born {
  owner: string;
  day: string;
  stage: string;
  created: number;
  won: number;
}

export function bornIn({ sk, ...counter }: Counter): Born[] {
  const [, owner = "", month = ""] = String(sk).split("@");
  return Object.entries(counter).flatMap(([name, number]): Born[] => {
    const [, day, self = "", part] = /^(\d\d)\.(\w+)\.([nw])$/.exec(name) ?? [];
    const [created, won] = part === "n" ? [Number(number), 0] : [0, Number(number)];
    return day ? [{ owner, day: `${month}-${day}`, stage: stageIn(self), created, won }] : [];
  });
}

export * as Cells from "./cells.rules.ts";
