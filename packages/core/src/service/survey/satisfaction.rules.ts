import { type CounterSums, NONE, noCounterSums } from "../../storage/table/collection.ts";

/**
 * What answers add to the counters that the report of satisfaction is made of (docs/service/surveys.md, Figures). Of each month there is a counter of
 * all, of each agent, and of each team and category, once for everybody and once for each agent: so who sees some agents adds up theirs.
 * A counter has numbers for each day, and holds a month's and no more. Pure.
 */

export const RATINGS = [1, 2, 3, 4, 5] as const;

/** What of a survey is counted. */
export interface CountedSurvey {
  agent_id?: string | null | undefined;
  team_id?: string | null | undefined;
  category_id?: string | null | undefined;
  rating: number | null;
  nps?: number | null | undefined;
  answered_day: string | null;
}

/** In place of an agent: of all of them. */
const ALL_AGENTS = "*";

/** From 9 on they are promoters, up to 6 detractors (Reichheld, 2003). */
const npsLetter = (nps: number): string => (nps >= 9 ? "p" : nps >= 7 ? "s" : "d");

/** What a survey adds to the counters; nothing before it is answered. */
export function buildSatisfactionSums({ agent_id, team_id, category_id, rating, nps, answered_day }: CountedSurvey): CounterSums {
  if (rating === null || answered_day === null) return noCounterSums;
  const [month, day] = [answered_day.slice(0, 7), answered_day.slice(8)];
  const agent = agent_id ?? NONE;
  const both = (group: string, value: string): string[] =>
    [ALL_AGENTS, agent].map((each) => `csat@${group}@${month}@${each}@${value}`);
  return {
    scopes: [
      `csat@all@${month}@${ALL_AGENTS}`,
      `csat@agent@${month}@${agent}`,
      ...both("team", team_id ?? NONE),
      ...both("category", category_id ?? NONE),
    ],
    counts: { [`${day}r${rating}`]: 1, ...(nps == null ? {} : { [`${day}${npsLetter(nps)}`]: 1 }) },
  };
}

export type CellGroup = "all" | "agent" | "team" | "category";

type Range = readonly [from: string, to: string];

/** Between which names the counters of some months lie, of each agent. */
export const cellRange = (group: CellGroup, first: string, last: string): Range => [
  `csat@${group}@${first}`,
  `csat@${group}@${last}@~`,
];

/** Those of a month of everybody together. */
export const totalCellRange = (group: CellGroup, month: string): Range => [
  `csat@${group}@${month}@${ALL_AGENTS}`,
  `csat@${group}@${month}@${ALL_AGENTS}@~`,
];

/** Answers of a day. */
export interface Cell {
  agent: string;
  /** The team or category; of what is counted by neither, the agent. */
  value: string;
  day: string;
  tally: Tally;
}

/** The days of a counter; days whose answers were all moved elsewhere are none. */
export function parseCells({ sk, ...counter }: Record<string, unknown>): Cell[] {
  const [, , month = "", agent = "", value = agent] = String(sk).split("@");
  const cells = new Map<string, Cell>();
  for (const [name, number] of Object.entries(counter)) {
    const [, day = "", what = ""] = /^(\d\d)(r[1-5]|[psd])$/.exec(name) ?? [];
    if (day === "") continue;
    const cell = cells.get(day) ?? { agent, value, day: `${month}-${day}`, tally: new Tally() };
    cells.set(day, cell);
    cell.tally.add(what, Number(number));
  }
  return [...cells.values()].filter(({ tally }) => tally.answers !== 0);
}

/** Answers, added up in whole numbers. */
export class Tally {
  /** How many gave 1, 2, 3, 4 and 5. */
  readonly ratings = RATINGS.map(() => 0);
  promoters = 0;
  passives = 0;
  detractors = 0;

  add(what: string, count: number): void {
    if (what === "p") this.promoters += count;
    else if (what === "s") this.passives += count;
    else if (what === "d") this.detractors += count;
    else this.ratings[Number(what.slice(1)) - 1] = this.#at(Number(what.slice(1))) + count;
  }

  join(other: Tally): this {
    for (const rating of RATINGS) this.ratings[rating - 1] = this.#at(rating) + other.#at(rating);
    this.promoters += other.promoters;
    this.passives += other.passives;
    this.detractors += other.detractors;
    return this;
  }

  #at(rating: number): number {
    return this.ratings[rating - 1] ?? 0;
  }

  get answers(): number {
    return this.ratings.reduce((sum, count) => sum + count, 0);
  }

  get npsAnswers(): number {
    return this.promoters + this.passives + this.detractors;
  }

  /** The mean rating to four decimals, half up; null without answers. */
  get mean(): string | null {
    const sum = RATINGS.reduce<number>((total, rating) => total + rating * this.#at(rating), 0);
    return this.answers === 0 ? null : formatRatio(sum, this.answers);
  }

  /** The share of 4 and 5 to four decimals, half up; null without answers. */
  get csat(): string | null {
    return this.answers === 0 ? null : formatRatio(this.#at(4) + this.#at(5), this.answers);
  }

  /** Percent of promoters less that of detractors, a whole number, halves away from zero; null where nobody was asked. */
  get nps(): number | null {
    if (this.npsAnswers === 0) return null;
    const net = this.promoters - this.detractors;
    const size = Math.floor((200 * Math.abs(net) + this.npsAnswers) / (2 * this.npsAnswers));
    return net < 0 ? -size : size;
  }
}

const DIGITS = 4;

/** One whole number over another as decimal text, half up: no floating-point number is between them. */
export function formatRatio(part: number, whole: number): string {
  const scaled = (2n * BigInt(part) * 10n ** BigInt(DIGITS) + BigInt(whole)) / (2n * BigInt(whole));
  const text = String(scaled).padStart(DIGITS + 1, "0");
  return `${text.slice(0, -DIGITS)}.${text.slice(-DIGITS)}`;
}
