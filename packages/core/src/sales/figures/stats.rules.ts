import { type Cell, decodeText, dimensions, type State, states } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MultiCurrencySum } from "./multi-currency-sum.rules.ts";

/** Groups that depend on the owner's present position in the organisation. */
export const ownerGroups = ["owner", "manager", "team", "region"] as const;
export type OwnerGroup = (typeof ownerGroups)[number];
export const groups = [...ownerGroups, "period", ...dimensions.filter((dimension) => dimension !== "total")] as const;
export type Group = (typeof groups)[number];

/** Totals of opportunities: numbers, amounts, and the days from creation to closing. */
export class Tally {
  readonly count: Record<State, number> = { open: 0, won: 0, lost: 0 };
  readonly sums: Record<State, MultiCurrencySum> = {
    open: new MultiCurrencySum(),
    won: new MultiCurrencySum(),
    lost: new MultiCurrencySum(),
  };
  /** The sums of the days from creation to closing. */
  readonly cycle: Record<State, number> = { open: 0, won: 0, lost: 0 };

  /** Adds a cell. A closed amount in a foreign currency keeps its day, to be converted at the rate of that day. */
  add({ state, count, minor, cycle, currency, day }: Cell, baseCurrency: string): void {
    this.count[state] += count;
    this.cycle[state] += cycle;
    this.sums[state].add(currency, state === "open" || currency === baseCurrency ? undefined : day, minor);
  }

  join(tally: Tally, sign: 1 | -1 = 1): this {
    for (const state of states) {
      this.count[state] += sign * tally.count[state];
      this.sums[state].join(tally.sums[state], sign === 1 ? 1n : -1n);
      this.cycle[state] += sign * tally.cycle[state];
    }
    return this;
  }

  get total(): number {
    return this.count.open + this.count.won + this.count.lost;
  }
}

export const tallyCells = (cells: readonly Cell[], baseCurrency: string): Tally => {
  const tally = new Tally();
  for (const cell of cells) tally.add(cell, baseCurrency);
  return tally;
};

/** Sums cells by a key. */
export function groupTallies(cells: readonly Cell[], baseCurrency: string, readKey: (cell: Cell) => string): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const cell of cells) {
    const key = readKey(cell);
    const tally = tallies.get(key) ?? new Tally();
    tallies.set(key, tally);
    tally.add(cell, baseCurrency);
  }
  return tallies;
}

/** Chooses the name of each free-text value. Spellings that differ only in form are one value; the most frequent spelling is its name. */
export function chooseTextNames(cells: readonly Cell[]): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const { value, count } of cells) {
    const text = decodeText(value);
    if (!text) continue;
    const labels = counts.get(text.same) ?? new Map<string, number>();
    counts.set(text.same, labels.set(text.label, (labels.get(text.label) ?? 0) + count));
  }
  const chooseLabel = (labels: ReadonlyMap<string, number>): string =>
    [...labels].sort(([a, leftCount], [b, rightCount]) => rightCount - leftCount || (a < b ? -1 : 1))[0]?.[0] ?? "";
  return new Map([...counts].map(([textKey, labels]) => [textKey, chooseLabel(labels)]));
}

export const intervals = ["month", "quarter", "year"] as const;
type Interval = (typeof intervals)[number];

/** Returns the period of a day or month: `2026-11`, `2026-Q4` or `2026`. */
export function toPeriod(day: string, interval: Interval): string {
  if (interval === "year") return day.slice(0, 4);
  return interval === "month" ? day.slice(0, 7) : `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}

/** Returns won / (won + lost) to four decimals; null if nothing is closed. */
export function computeWinRate({ count: { won, lost } }: Tally): number | null {
  return won + lost === 0 ? null : divideRounded(won, won + lost);
}

/** Returns the average days from creation to closing of won or lost opportunities, to four decimals; null if there are none. */
export const computeAverageCycle = ({ count, cycle }: Tally, state: "won" | "lost" = "won"): number | null =>
  count[state] === 0 ? null : divideRounded(cycle[state], count[state]);

/** Divides two whole numbers, rounded half up to `decimals` places. */
export function divideRounded(part: number, divisor: number, decimals = 4): number {
  const unit = 10 ** decimals;
  return Number((2n * BigInt(part) * BigInt(unit) + BigInt(divisor)) / (2n * BigInt(divisor))) / unit;
}
