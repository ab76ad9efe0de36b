import * as z from "zod";
import { hasPermission, useContext, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { type Amount, Money } from "../../kernel/money.ts";
import type { DayRange } from "../../kernel/period.ts";
import { currency, oneOf } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import { convertSum, presentUnconverted, type RateLookup, roundAmount } from "../../sales/figures/multi-currency-sum.rules.ts";
import { opens, type RowRequest } from "../../sales/figures/row-request.rules.ts";
import { NONE } from "../../storage/table/collection.ts";
import { type Interval, listBuckets } from "./bucket.rules.ts";
import { type Comparison, computeChange, findComparedRange } from "./comparison.rules.ts";
import { type ComputedValue, type MoneyValue, units } from "./figure.ts";
import { FigureData } from "./figure-data.ts";
import { type FigureName, figureNames, findFigure } from "./figure-registry.ts";
import { listRowRequests, type RowOwners } from "./figure-rows.rules.ts";

/** Reads figures with their comparison, as rows of owners or of periods. All values of an answer are converted with one set of rates. */

/** The most owners in an answer. */
const MAX_OWNERS = 100;

const Value = z
  .union([z.number(), z.string()])
  .nullable()
  .describe("An amount as text, another value as a number. null if the divisor is 0");

export const FigureValue = z
  .object({
    name: oneOf(figureNames),
    label: z.string(),
    unit: oneOf(units),
    value: Value,
    previous: Value.describe("The value of the period of comparison; null without a comparison, and for figures of now"),
    change_percent: z.string().nullable().describe("Change from `previous` in percent, with two decimals"),
    unconverted: z
      .array(z.object({ currency: currency(), value: z.string() }))
      .describe("Amounts without an exchange rate, which are not in the value"),
    opens,
    previous_opens: opens.describe("The requests that list the rows behind `previous`"),
  })
  .meta({ id: "FigureValue" });

export const Row = z
  .object({
    key: z.string().describe("Id of the owner, or `none`; or the period, such as `2026-11`, `2026-W47` or `2026-Q4`"),
    label: z.string().nullable(),
    values: z.record(z.string(), Value).describe("Values by the name of the figure"),
    opens: z.record(z.string(), opens).describe("The requests that list the rows behind each value, by the name of the figure"),
  })
  .meta({ id: "FigureGroup" });

interface Scope extends RowOwners {
  range: DayRange;
  comparison?: Comparison | undefined;
  /** Whether figures of each owner can be read from the data. */
  isByOwner?: boolean | undefined;
}

/** The data of one scope, and of the period with which it is compared. Several reads of figures share what was loaded. */
export interface FigureSource {
  readonly current: FigureData;
  readonly compared: FigureData | undefined;
  readonly comparedRange: DayRange | null;
  readonly rowOwners: RowOwners;
}

/** Creates the source of the figures of a scope. Nothing is read before a figure needs it. */
export function createSource({ owners, isNarrowed, range, comparison, isByOwner = false }: Scope): FigureSource {
  const scope = { owners, range, today: today(), isByOwner };
  const comparedRange = comparison ? findComparedRange(range, comparison) : null;
  return {
    current: FigureData.create(scope),
    compared: comparedRange ? FigureData.create({ ...scope, range: comparedRange }) : undefined,
    comparedRange,
    rowOwners: { owners, isNarrowed },
  };
}

interface Division {
  names: readonly FigureName[];
  interval?: Interval | undefined;
  isByOwner?: boolean | undefined;
}

/** Returns the figures that the caller may read. */
export const selectReadable = (names: readonly FigureName[]): FigureName[] =>
  names.filter((name) => findFigure(name).access.every(hasPermission));

type Computed = Map<FigureName, ComputedValue>;

async function computeAll(names: readonly FigureName[], data: FigureData): Promise<Computed> {
  const values = await Promise.all(names.map(async (name) => await findFigure(name).compute(data)));
  return new Map(names.map((name, index) => [name, values[index] as ComputedValue]));
}

const isMoney = (value: ComputedValue | undefined): value is MoneyValue => typeof value === "object" && value !== null;

const listSums = (all: readonly Computed[]) =>
  all.flatMap((computed) => [...computed.values()].flatMap((value) => (isMoney(value) ? [value.sum] : [])));

/** Reads figures of a scope. Figures without the caller's permission are left out. */
export const readFigures = ({ names, interval, ...scope }: Scope & Division) =>
  readFrom(createSource(scope), { names, interval, isByOwner: scope.isByOwner });

/** Reads figures from a source. Figures without the caller's permission are left out. */
export async function readFrom(
  { current: data, compared, comparedRange, rowOwners }: FigureSource,
  { names: wanted, interval, isByOwner = false }: Division,
) {
  const names = selectReadable(wanted);
  const periodNames = names.filter((name) => findFigure(name).time === "period");
  const [current, previous, byPeriod, byOwner] = await Promise.all([
    computeAll(names, data),
    compared ? computeAll(periodNames, compared) : new Map(),
    interval ? computePeriods(names, data, interval) : [],
    isByOwner ? computeOwners(names, data) : [],
  ]);
  const groups = [...byPeriod, ...byOwner];
  const findRate = await loadRates(listSums([current, previous, ...groups.map(({ computed }) => computed)]));
  const seesAll = (await useContext().visibleOwners()) === "all";
  const listRows = (name: FigureName, range: DayRange, of = rowOwners): RowRequest[] =>
    listRowRequests([name], { range, today: data.today, seesAll }, of);
  const present = (computed: Computed) =>
    Object.fromEntries([...computed].map(([name, value]) => [name, presentValue(name, value, findRate)]));
  return {
    currency: useSettings().currency,
    from: data.range.from,
    to: data.range.to,
    compared: comparedRange,
    figures: names.map((name) => ({
      ...presentFigure(name, current.get(name) ?? null, previous.get(name) ?? null, findRate),
      opens: listRows(name, data.range),
      previous_opens: comparedRange && previous.has(name) ? listRows(name, comparedRange) : [],
    })),
    by_period: byPeriod.map(({ key, range, computed }) => ({
      ...{ key, label: null, values: present(computed) },
      opens: listOpens([...computed.keys()], (name) => listRows(name, range)),
    })),
    by_owner: (await labelOwners(byOwner.map(({ key, computed }) => ({ key, label: null, values: present(computed) })))).map(
      ({ values, ...row }) => {
        const of = { owners: new Set([row.key]), isNarrowed: true };
        return {
          ...row,
          values,
          opens: listOpens(Object.keys(values) as FigureName[], (name) => listRows(name, data.range, of)),
        };
      },
    ),
    as_of: data.as_of,
  };
}

const listOpens = (names: readonly FigureName[], list: (name: FigureName) => RowRequest[]): Record<string, RowRequest[]> =>
  Object.fromEntries(names.map((name) => [name, list(name)]));

interface Group {
  key: string;
  computed: Computed;
}

interface PeriodGroup extends Group {
  range: DayRange;
}

const computePeriods = (names: readonly FigureName[], data: FigureData, interval: Interval): Promise<PeriodGroup[]> => {
  const divided = names.filter((name) => findFigure(name).groups.includes("period"));
  return Promise.all(
    listBuckets(data.range, interval).map(async ({ key, from, to }) => ({
      key,
      range: { from, to },
      computed: await computeAll(divided, data.select({ range: { from, to } })),
    })),
  );
};

async function computeOwners(names: readonly FigureName[], data: FigureData): Promise<Group[]> {
  const divided = names.filter((name) => findFigure(name).groups.includes("owner"));
  // A part of its own knows which data these figures use, whichever other figures are read from the source at the same time.
  const whole = data.select({});
  await computeAll(divided, whole);
  return Promise.all(
    whole.owners.map(async (owner) => ({ key: owner, computed: await computeAll(divided, data.select({ owner })) })),
  );
}

type OwnerRow = Omit<z.output<typeof Row>, "opens">;

/** Names the owners, those with the highest first figure first. */
async function labelOwners(rows: readonly OwnerRow[]): Promise<OwnerRow[]> {
  const [first] = Object.keys(rows[0]?.values ?? {});
  const measure = ({ values }: OwnerRow): Amount => Money.normalizeDecimal(values[first ?? ""] ?? -1);
  const sorted = [...rows].sort((a, b) => Money.compare(measure(b), measure(a)) || (a.key < b.key ? -1 : 1)).slice(0, MAX_OWNERS);
  const labels = await Directory.loadNames(sorted.map(({ key }) => key).filter((key) => key !== NONE));
  return sorted.map((row) => ({ ...row, label: labels.get(row.key) ?? null }));
}

function presentFigure(name: FigureName, value: ComputedValue, previous: ComputedValue, findRate: RateLookup) {
  const [shown, before] = [presentValue(name, value, findRate), presentValue(name, previous, findRate)];
  const { label, unit } = findFigure(name);
  return {
    ...{ name, label, unit, value: shown, previous: before },
    change_percent: computeChange(shown, before),
    unconverted: isMoney(value) ? listUnconverted(value, findRate) : [],
  };
}

function presentValue(name: FigureName, value: ComputedValue, findRate: RateLookup): string | number | null {
  if (!isMoney(value)) return typeof value === "string" && findFigure(name).unit !== "money" ? Number(value) : value;
  const { currency: into } = useSettings();
  const { exact } = convertSum(value.sum, into, findRate, value.finer);
  return roundAmount(value.divisor === undefined ? exact : Money.divide(exact, value.divisor), into);
}

const listUnconverted = ({ sum, finer }: MoneyValue, findRate: RateLookup) =>
  [...convertSum(sum, useSettings().currency, findRate, finer).unconverted]
    .sort()
    .map(([code, minor]) => ({ currency: code, value: presentUnconverted(code, minor, finer) }));

export * as FigureReader from "./figure-reader.ts";
