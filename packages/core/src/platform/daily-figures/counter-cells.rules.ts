import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { currencyDecimals, Money } from "../../kernel/money.ts";
import { fold } from "../../kernel/text.ts";
import { daysBetween } from "../../kernel/time-zone.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { hashTexts } from "../../storage/table/key.ts";
import { MASTER } from "../master-data/master-data.domain.ts";
import { kindId } from "../master-data/master-id.ts";
import type { ForecastCategory } from "../master-data/stage.rules.ts";

/**
 * What opportunities add to the counters that pipeline, forecast and statistics are made of (docs/sales/pipeline.md). Of each dimension there
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
export interface CountedOpportunity {
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
export const ALL_OWNERS = "*";
/** The only value of the dimension `total`. */
const TOTAL_VALUE = "all";
/** Of what can have several values: once what has any. */
export const ANY_VALUE = "any";
/** What a record has beyond as many values as it is counted under by name. */
export const OTHER_VALUES = "other";
/** The month, and the day, of what is not expected to close on any. */
const NO_CLOSE_DATE = NONE;

/**
 * Values that one record is counted under, the rest of them as one: a change moves its counters of before and after in one
 * transaction of 100 actions, with all else that follows from it.
 */
export const MAX_VALUES = { products: 7, competitors: 3 } as const;

const cellScope = (dimension: Dimension, owner: string, month: string, value: string, currency: string): string =>
  `by@${dimension}@${owner}@${month}@${value}@${currency}`;

/** Between which names the counters of a dimension are that an owner, or everybody, has in some months. */
export const cellRange = (dimension: Dimension, owner: string, from = "", to = "~"): [from: string, to: string] => [
  `by@${dimension}@${owner}@${from}`,
  `by@${dimension}@${owner}@${to}@~`,
];
/** As `cellsBetween`, of every owner apart: ids begin with letters, and `*` comes before them. */
export const cellRangeByOwner = (dimension: Dimension): [from: string, to: string] => [`by@${dimension}@A`, `by@${dimension}@~`];

export const pipelineRange = (owner?: string): [from: string, to: string] =>
  owner === undefined ? ["pipe@", "pipe@~"] : [`pipe@${owner}@`, `pipe@${owner}@~`];
export const createdRange = (owner: string, from: string, to = "~"): [from: string, to: string] => [
  `born@${owner}@${from}`,
  `born@${owner}@${to}`,
];
/** As `bornBetween`, of every owner apart. */
export const createdRangeByOwner = (): [from: string, to: string] => ["born@A", "born@~"];

/** Parts of an amount stand apart, so that sums of millions of the largest stay exact. */
const HIGH_UNIT = 1_000_000_000n;

export const states = ["open", "won", "lost"] as const;
export type State = (typeof states)[number];
const toState = ({ is_closed, is_won }: CountedOpportunity): State => (is_closed ? (is_won ? "won" : "lost") : "open");

export const toMinorUnits = (amount: string, currency: string): bigint =>
  Money.toMinor(Money.convert(amount, 1, currencyDecimals(currency)));

function splitUnits(name: string, [low, high]: readonly [string, string], units: bigint): Record<string, number> {
  const counts = { [name + low]: Number(units % HIGH_UNIT), [name + high]: Number(units / HIGH_UNIT) };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

const AMOUNT_PARTS = ["l", "h"] as const;
const WEIGHTED_PARTS = ["v", "u"] as const;

/** What an opportunity adds to the counters. */
export function buildCellSums(record: CountedOpportunity): CounterSums {
  const { currency, amount } = record;
  const owner = record.owner_id ?? NONE;
  const created = record.created_day ?? record.created_at.slice(0, 10);
  const state = toState(record);
  const day = state === "open" ? created : (record.closed_date ?? created);
  const [month, name] = [day.slice(0, 7), `${day.slice(8)}${state[0]}`];
  const cycle = state === "won" ? Math.max(0, daysBetween(created, day)) : 0;
  const numbers = (of: string | null) => ({
    [`${name}n`]: 1,
    ...(of === null ? {} : splitUnits(name, AMOUNT_PARTS, toMinorUnits(of, currency))),
    ...(cycle === 0 ? {} : { [`${name}c`]: cycle }),
  });
  const under = (dimension: Dimension, value: string): string[] =>
    [owner, ALL_OWNERS].map((each) => cellScope(dimension, each, month, value, currency));
  const several = (dimension: Dimension, values: ReadonlyMap<string, string | null>): CounterSums[] =>
    values.size === 0
      ? []
      : [...values, [ANY_VALUE, amount] as const].map(([value, of]) => ({
          scopes: under(dimension, value),
          counts: numbers(of),
        }));
  return joinSums(
    {
      scopes: Object.entries(singleValues(record)).flatMap(([of, value]) => (value ? under(of as Dimension, value) : [])),
      counts: numbers(amount),
    },
    ...several("product", sumByProduct(record)),
    ...several("competitor", sumByCompetitor(record)),
    {
      scopes: [owner, ALL_OWNERS].map((each) => `born@${each}@${created.slice(0, 7)}`),
      counts: Object.fromEntries(
        ["n", ...(state === "won" ? ["w"] : [])].map((part) => [`${created.slice(8)}.${ownPart(record.stage_id)}.${part}`, 1]),
      ),
    },
    ...(state === "open"
      ? [{ scopes: [`pipe@${owner}@${record.close_date?.slice(0, 7) ?? NO_CLOSE_DATE}`], counts: buildOpenNumbers(record) }]
      : []),
  );
}

/** The dimensions of which a record has one value; what has none is the total without those that have one. */
const singleValues = (record: CountedOpportunity): Partial<Record<Dimension, string | null | undefined>> => ({
  total: TOTAL_VALUE,
  stage: record.stage_id,
  source: record.lead_source_id,
  type: record.type,
  territory: record.territory_id,
  reason: record.is_closed ? record.win_loss_reason_id : null,
  campaign: record.source_campaign_id,
});

/** The numbers of an open one: its amount, and that times its probability, in hundredths of minor units. */
function buildOpenNumbers({
  stage_id,
  forecast_category,
  currency,
  amount,
  probability,
}: CountedOpportunity): Record<string, number> {
  const name = `${ownPart(stage_id)}.${forecast_category[0]}.${currency}.`;
  if (amount === null) return { [`${name}n`]: 1 };
  const minor = toMinorUnits(amount, currency);
  return {
    [`${name}n`]: 1,
    ...splitUnits(name, AMOUNT_PARTS, minor),
    ...splitUnits(name, WEIGHTED_PARTS, minor * BigInt(probability)),
  };
}

/** A value of free text: what it is told apart by, and how it was written first, so that nobody has to be asked for its label. */
const MAX_LABEL_LENGTH = 80;
const TEXT_PREFIX = "t.";
/** Characters up to where the label begins. */
const LABEL_OFFSET = TEXT_PREFIX.length + 16 + 1;
const encodeText = (given: string): string => {
  const text = given.trim();
  return `${TEXT_PREFIX}${hashTexts(fold(text)).slice(0, 16)}.${Buffer.from([...text].slice(0, MAX_LABEL_LENGTH).join("")).toString("base64url")}`;
};

/** Of a value of free text its label, and what is the same however it is written; undefined of other values. */
export function decodeText(value: string): { same: string; label: string } | undefined {
  const [, same, label] = /^(t\.[^.]+)\.(.*)$/.exec(value) ?? [];
  return same === undefined ? undefined : { same, label: Buffer.from(label ?? "", "base64url").toString() };
}

/** What the lines of a record come to by product. */
function sumByProduct({ products, currency }: CountedOpportunity): ReadonlyMap<string, string | null> {
  const sums = new Map<string, string | null>();
  for (const { product_id, name, total_price } of products ?? []) {
    const value = product_id ?? (name?.trim() ? encodeText(name) : NONE);
    sums.set(findSameValue(sums, value), addAmounts(sums.get(findSameValue(sums, value)) ?? null, total_price, currency));
  }
  const minor = (of: string | null): bigint => (of === null ? -1n : toMinorUnits(of, currency));
  const ordered = [...sums].sort(([a, one], [b, other]) => {
    const [less, more] = [minor(one), minor(other)];
    return less === more ? (a < b ? -1 : 1) : more > less ? 1 : -1;
  });
  return limitValues(ordered, MAX_VALUES.products, (rest) =>
    rest.reduce((sum: string | null, [, of]) => addAmounts(sum, of, currency), null),
  );
}

function sumByCompetitor({ competitors, amount }: CountedOpportunity): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const { competitor_name } of competitors ?? []) found.set(findSameValue(found, encodeText(competitor_name)), amount);
  return limitValues([...found], MAX_VALUES.competitors, () => amount);
}

/** The value under which what is the same is there already. */
const findSameValue = (known: ReadonlyMap<string, unknown>, value: string): string =>
  value.startsWith(TEXT_PREFIX)
    ? ([...known.keys()].find((each) => each.startsWith(value.slice(0, LABEL_OFFSET))) ?? value)
    : value;

const addAmounts = (one: string | null, other: string | null, currency: string): string | null => {
  const [a, b] = [one, other].map((each) => (each === null ? null : Money.convert(each, 1, currencyDecimals(currency))));
  return a && b ? Money.add(a, b) : (a ?? b ?? null);
};

function limitValues(
  values: readonly (readonly [string, string | null])[],
  most: number,
  sumOf: (rest: readonly (readonly [string, string | null])[]) => string | null,
): ReadonlyMap<string, string | null> {
  if (values.length <= most) return new Map(values);
  return new Map([...values.slice(0, most - 1), [OTHER_VALUES, sumOf(values.slice(most - 1))]]);
}

/** What a record adds to counters, of several makers. */
export function joinSums(...all: readonly CounterSums[]): CounterSums {
  const each = all.flatMap(flattenSums).filter(({ scopes }) => scopes.length > 0);
  return each.reduceRight<CounterSums>(
    (beside, { scopes, counts }) => ({ scopes, counts, ...(beside.scopes.length > 0 ? { beside } : {}) }),
    {
      scopes: [],
      counts: {},
    },
  );
}

const flattenSums = ({ beside, ...sums }: CounterSums): CounterSums[] => [sums, ...(beside ? flattenSums(beside) : [])];

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

type CounterItem = Readonly<Record<string, unknown>>;

/** What a counter of a dimension says by day. */
export function parseCells({ sk, ...counter }: CounterItem): Cell[] {
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
    else cell.minor += BigInt(Number(number)) * (part === "h" ? HIGH_UNIT : 1n);
  }
  return [...cells.values()].filter(({ count, minor, cycle }) => count !== 0 || minor !== 0n || cycle !== 0);
}

/** What is open of an owner, expected to close in a month, in a stage and a currency. */
export interface OpenCell {
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

const categoryByLetter = { P: "PIPELINE", B: "BEST_CASE", C: "COMMIT", O: "OMITTED" } as const;

export function parseOpenCells({ sk, ...counter }: CounterItem): OpenCell[] {
  const [, owner = "", month = ""] = String(sk).split("@");
  const found = new Map<string, OpenCell>();
  for (const [name, number] of Object.entries(counter)) {
    const [, self = "", letter = "", currency = "", part] = /^(\w+)\.([PBCO])\.([A-Z]{3})\.([nlhvu])$/.exec(name) ?? [];
    if (!part) continue;
    const key = `${self}.${letter}.${currency}`;
    const category = categoryByLetter[letter as keyof typeof categoryByLetter];
    const open = found.get(key) ?? {
      owner,
      month,
      stage: toStageId(self),
      category,
      currency,
      count: 0,
      minor: 0n,
      weighted: 0n,
    };
    found.set(key, open);
    const units = BigInt(Number(number)) * (part === "h" || part === "u" ? HIGH_UNIT : 1n);
    if (part === "n") open.count = Number(number);
    else if (part === "l" || part === "h") open.minor += units;
    else open.weighted += units;
  }
  return [...found.values()].filter(({ count, minor, weighted }) => count !== 0 || minor !== 0n || weighted !== 0n);
}

const toStageId = (self: string): string => buildOwnedId(kindId(OPPORTUNITY_STAGES), MASTER, self);

/** How many opportunities of a day stand in a stage now, and how many of them are won. */
export interface CreatedCell {
  owner: string;
  day: string;
  stage: string;
  created: number;
  won: number;
}

export function parseCreatedCells({ sk, ...counter }: CounterItem): CreatedCell[] {
  const [, owner = "", month = ""] = String(sk).split("@");
  return Object.entries(counter).flatMap(([name, number]): CreatedCell[] => {
    const [, day, self = "", part] = /^(\d\d)\.(\w+)\.([nw])$/.exec(name) ?? [];
    const [created, won] = part === "n" ? [Number(number), 0] : [0, Number(number)];
    return day ? [{ owner, day: `${month}-${day}`, stage: toStageId(self), created, won }] : [];
  });
}

export * as Cells from "./counter-cells.rules.ts";
