import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { currencyDecimals, Money } from "../../kernel/money.ts";
import { fold } from "../../kernel/text.ts";
import { daysBetween } from "../../kernel/time-zone.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { hashTexts } from "../../storage/table/key.ts";
import { MASTER } from "../master-data/master-data.kind.ts";
import { kindId } from "../master-data/master-id.ts";
import type { ForecastCategory } from "../master-data/stage.rules.ts";

/**
 * What opportunities add to the counters of pipeline, forecast and statistics (docs/sales/pipeline.md). Each dimension has a counter for a value, a
 * month and a currency, with numbers for each day: one counter for the owner, and one for all owners. A user who sees some owners adds up their
 * counters. A user who sees all reads the same amount with a thousand owners as with one. Because month and currency are in its name, a counter holds
 * only the days of one month and cannot grow without bound.
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

/** The fields of an opportunity that are counted. */
export interface CountedOpportunity {
  owner_id: string | null;
  stage_id: string;
  is_closed: boolean;
  is_won: boolean | null;
  closed_date: string | null;
  created_at: string;
  /** The day in the tenant's time zone; for records without it, the day in UTC is counted. */
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
  /** When an order of the opportunity was first confirmed. */
  ordered_at?: string | null;
}

/** In place of an owner: the counters of all owners. */
export const ALL_OWNERS = "*";
/** The only value of the dimension `total`. */
const TOTAL_VALUE = "all";
/** For dimensions with several values: counts each record with at least one value once. */
export const ANY_VALUE = "any";
/** Counts the values of a record beyond the limit in `MAX_VALUES`. */
export const OTHER_VALUES = "other";
/** The month and day of opportunities without an expected close date. */
const NO_CLOSE_DATE = NONE;

/**
 * Values under which one record is counted by name; further values are counted together. The limit keeps a change, which moves the counters of before
 * and after, within one transaction of 100 actions.
 */
export const MAX_VALUES = { products: 7, competitors: 3 } as const;

const cellScope = (dimension: Dimension, owner: string, month: string, value: string, currency: string): string =>
  `by@${dimension}@${owner}@${month}@${value}@${currency}`;

/** Returns the key range of a dimension's counters for an owner, or for all owners together, in a range of months. */
export const cellRange = (dimension: Dimension, owner: string, from = "", to = "~"): [from: string, to: string] => [
  `by@${dimension}@${owner}@${from}`,
  `by@${dimension}@${owner}@${to}@~`,
];
/** The same range as `cellRange`, for each owner separately: ids begin with letters, and `*` sorts before them. */
export const cellRangeByOwner = (dimension: Dimension): [from: string, to: string] => [`by@${dimension}@A`, `by@${dimension}@~`];

/** The counters of won opportunities with a confirmed order, whose revenue is that of their orders. */
export const orderedRange = (owner: string, from: string, to: string): [from: string, to: string] => [
  `ordered@total@${owner}@${from}`,
  `ordered@total@${owner}@${to}@~`,
];
/** The same range as `orderedRange`, for each owner separately. */
export const orderedRangeByOwner = (): [from: string, to: string] => ["ordered@total@A", "ordered@total@~"];

export const pipelineRange = (owner?: string): [from: string, to: string] =>
  owner === undefined ? ["pipe@", "pipe@~"] : [`pipe@${owner}@`, `pipe@${owner}@~`];
export const createdRange = (owner: string, from: string, to = "~"): [from: string, to: string] => [
  `born@${owner}@${from}`,
  `born@${owner}@${to}`,
];
/** The same range as `createdRange`, for each owner separately. */
export const createdRangeByOwner = (): [from: string, to: string] => ["born@A", "born@~"];

/** Amounts are stored in two parts, so that sums of millions of the largest amounts stay exact. */
export const HIGH_UNIT = 1_000_000_000n;

export const states = ["open", "won", "lost"] as const;
export type State = (typeof states)[number];
const toState = ({ is_closed, is_won }: CountedOpportunity): State => (is_closed ? (is_won ? "won" : "lost") : "open");

export const toMinorUnits = (amount: string, currency: string): bigint =>
  Money.toMinor(Money.convert(amount, 1, currencyDecimals(currency)));

/** Returns the two parts of an amount under a name with each suffix; parts of 0 are left out. */
export function splitUnits(name: string, [low, high]: readonly [string, string], units: bigint): Record<string, number> {
  const counts = { [name + low]: Number(units % HIGH_UNIT), [name + high]: Number(units / HIGH_UNIT) };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

const AMOUNT_PARTS = ["l", "h"] as const;
const WEIGHTED_PARTS = ["v", "u"] as const;

/** Returns what an opportunity adds to the counters. */
export function buildCellSums(record: CountedOpportunity): CounterSums {
  const { currency, amount } = record;
  const owner = record.owner_id ?? NONE;
  const created = record.created_day ?? record.created_at.slice(0, 10);
  const state = toState(record);
  const day = state === "open" ? created : (record.closed_date ?? created);
  const [month, name] = [day.slice(0, 7), `${day.slice(8)}${state[0]}`];
  const cycle = state === "open" ? 0 : Math.max(0, daysBetween(created, day));
  const numbers = (cellAmount: string | null) => ({
    [`${name}n`]: 1,
    ...(cellAmount === null ? {} : splitUnits(name, AMOUNT_PARTS, toMinorUnits(cellAmount, currency))),
    ...(cycle === 0 ? {} : { [`${name}c`]: cycle }),
  });
  const buildScopes = (dimension: Dimension, value: string): string[] =>
    [owner, ALL_OWNERS].map((scopeOwner) => cellScope(dimension, scopeOwner, month, value, currency));
  const several = (dimension: Dimension, values: ReadonlyMap<string, string | null>): CounterSums[] =>
    values.size === 0
      ? []
      : [...values, [ANY_VALUE, amount] as const].map(([value, cellAmount]) => ({
          scopes: buildScopes(dimension, value),
          counts: numbers(cellAmount),
        }));
  return joinSums(
    {
      scopes: Object.entries(singleValues(record)).flatMap(([dimension, value]) =>
        value ? buildScopes(dimension as Dimension, value) : [],
      ),
      counts: numbers(amount),
    },
    ...several("product", sumByProduct(record)),
    ...several("competitor", sumByCompetitor(record)),
    {
      scopes: [owner, ALL_OWNERS].map((scopeOwner) => `born@${scopeOwner}@${created.slice(0, 7)}`),
      counts: Object.fromEntries(
        ["n", ...(state === "won" ? ["w"] : [])].map((part) => [`${created.slice(8)}.${ownPart(record.stage_id)}.${part}`, 1]),
      ),
    },
    ...(state === "won" && record.ordered_at
      ? [
          {
            scopes: [owner, ALL_OWNERS].map((scopeOwner) => `ordered@total@${scopeOwner}@${month}@${TOTAL_VALUE}@${currency}`),
            counts: numbers(amount),
          },
        ]
      : []),
    ...(state === "open"
      ? [{ scopes: [`pipe@${owner}@${record.close_date?.slice(0, 7) ?? NO_CLOSE_DATE}`], counts: buildOpenNumbers(record) }]
      : []),
  );
}

/** The dimensions in which a record has at most one value. Records without a value are the total minus those with one. */
const singleValues = (record: CountedOpportunity): Partial<Record<Dimension, string | null | undefined>> => ({
  total: TOTAL_VALUE,
  stage: record.stage_id,
  source: record.lead_source_id,
  type: record.type,
  territory: record.territory_id,
  reason: record.is_closed ? record.win_loss_reason_id : null,
  campaign: record.source_campaign_id,
});

/** Returns the numbers of an open opportunity: its amount, and its amount times its probability, in hundredths of minor units. */
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

/** A free-text value is encoded as a hash of its folded form and the spelling first seen, so that its label needs no lookup. */
const MAX_LABEL_LENGTH = 80;
const TEXT_PREFIX = "t.";
/** Characters before the label. */
const LABEL_OFFSET = TEXT_PREFIX.length + 16 + 1;
const encodeText = (input: string): string => {
  const text = input.trim();
  return `${TEXT_PREFIX}${hashTexts(fold(text)).slice(0, 16)}.${Buffer.from([...text].slice(0, MAX_LABEL_LENGTH).join("")).toString("base64url")}`;
};

/** Returns the label of a free-text value, and the part that is equal for all spellings; undefined for other values. */
export function decodeText(value: string): { same: string; label: string } | undefined {
  const [, textKey, label] = /^(t\.[^.]+)\.(.*)$/.exec(value) ?? [];
  return textKey === undefined ? undefined : { same: textKey, label: Buffer.from(label ?? "", "base64url").toString() };
}

/** Returns the sum of a record's lines for each product. */
function sumByProduct({ products, currency }: CountedOpportunity): ReadonlyMap<string, string | null> {
  const sums = new Map<string, string | null>();
  for (const { product_id, name, total_price } of products ?? []) {
    const value = product_id ?? (name?.trim() ? encodeText(name) : NONE);
    sums.set(findSameValue(sums, value), addAmounts(sums.get(findSameValue(sums, value)) ?? null, total_price, currency));
  }
  const minor = (amount: string | null): bigint => (amount === null ? -1n : toMinorUnits(amount, currency));
  const sortedSums = [...sums].sort(([a, leftAmount], [b, rightAmount]) => {
    const [less, more] = [minor(leftAmount), minor(rightAmount)];
    return less === more ? (a < b ? -1 : 1) : more > less ? 1 : -1;
  });
  return limitValues(sortedSums, MAX_VALUES.products, (rest) =>
    rest.reduce((sum: string | null, [, amount]) => addAmounts(sum, amount, currency), null),
  );
}

function sumByCompetitor({ competitors, amount }: CountedOpportunity): ReadonlyMap<string, string | null> {
  const amountByCompetitor = new Map<string, string | null>();
  for (const { competitor_name } of competitors ?? [])
    amountByCompetitor.set(findSameValue(amountByCompetitor, encodeText(competitor_name)), amount);
  return limitValues([...amountByCompetitor], MAX_VALUES.competitors, () => amount);
}

/** Returns the known value with the same folded text, or the value itself. */
const findSameValue = (entries: ReadonlyMap<string, unknown>, value: string): string =>
  value.startsWith(TEXT_PREFIX)
    ? ([...entries.keys()].find((key) => key.startsWith(value.slice(0, LABEL_OFFSET))) ?? value)
    : value;

const addAmounts = (left: string | null, right: string | null, currency: string): string | null => {
  const [a, b] = [left, right].map((amount) => (amount === null ? null : Money.convert(amount, 1, currencyDecimals(currency))));
  return a && b ? Money.add(a, b) : (a ?? b ?? null);
};

function limitValues(
  values: readonly (readonly [string, string | null])[],
  limit: number,
  sumRest: (rest: readonly (readonly [string, string | null])[]) => string | null,
): ReadonlyMap<string, string | null> {
  if (values.length <= limit) return new Map(values);
  return new Map([...values.slice(0, limit - 1), [OTHER_VALUES, sumRest(values.slice(limit - 1))]]);
}

/** Joins what one record adds to counters from several sources. */
export function joinSums(...all: readonly CounterSums[]): CounterSums {
  const sums = all.flatMap(flattenSums).filter(({ scopes }) => scopes.length > 0);
  return sums.reduceRight<CounterSums>(
    (accumulator, { scopes, counts }) => ({ scopes, counts, ...(accumulator.scopes.length > 0 ? { beside: accumulator } : {}) }),
    {
      scopes: [],
      counts: {},
    },
  );
}

const flattenSums = ({ beside: extraSums, ...sums }: CounterSums): CounterSums[] => [
  sums,
  ...(extraSums ? flattenSums(extraSums) : []),
];

/** The numbers of one day, state and currency. */
export interface Cell {
  owner: string;
  value: string;
  currency: string;
  /** `YYYY-MM-DD`. */
  day: string;
  state: State;
  count: number;
  minor: bigint;
  /** The days from creation to closing; 0 for open opportunities. */
  cycle: number;
}

type CounterItem = Readonly<Record<string, unknown>>;

/** Returns the numbers of a dimension's counter by day. */
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

/** The open opportunities of an owner that are expected to close in one month, by stage and currency. */
export interface OpenCell {
  owner: string;
  /** `none` for opportunities without a close date. */
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
  const cellByKey = new Map<string, OpenCell>();
  for (const [name, number] of Object.entries(counter)) {
    const [, self = "", letter = "", currency = "", part] = /^(\w+)\.([PBCO])\.([A-Z]{3})\.([nlhvu])$/.exec(name) ?? [];
    if (!part) continue;
    const key = `${self}.${letter}.${currency}`;
    const category = categoryByLetter[letter as keyof typeof categoryByLetter];
    const open = cellByKey.get(key) ?? {
      owner,
      month,
      stage: toStageId(self),
      category,
      currency,
      count: 0,
      minor: 0n,
      weighted: 0n,
    };
    cellByKey.set(key, open);
    const units = BigInt(Number(number)) * (part === "h" || part === "u" ? HIGH_UNIT : 1n);
    if (part === "n") open.count = Number(number);
    else if (part === "l" || part === "h") open.minor += units;
    else open.weighted += units;
  }
  return [...cellByKey.values()].filter(({ count, minor, weighted }) => count !== 0 || minor !== 0n || weighted !== 0n);
}

const toStageId = (self: string): string => buildOwnedId(kindId(OPPORTUNITY_STAGES), MASTER, self);

/** How many opportunities created on a day are now in a stage, and how many of them are won. */
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
