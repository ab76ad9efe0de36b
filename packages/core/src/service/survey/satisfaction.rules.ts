import { type CounterSums, NONE, noCounterSums } from "../../storage/table/collection.ts";

/**
 * The counters behind the satisfaction report (docs/service/surveys.md, Figures). Each month has a counter for the total, for each agent, and for
 * each team and category, both over all agents and by agent. So a user who can see only some agents gets the sums of those. A counter holds the
 * days of one month only. Pure.
 */

const RATINGS = [1, 2, 3, 4, 5] as const;

/** The fields of a survey that are counted. */
interface CountedSurvey {
  agent_id?: string | null | undefined;
  team_id?: string | null | undefined;
  category_id?: string | null | undefined;
  rating: number | null;
  nps?: number | null | undefined;
  answered_day: string | null;
}

/** Stands for all agents in place of an agent id. */
const ALL_AGENTS = "*";

/** 9 and 10 are promoters, 0 to 6 detractors (Reichheld, 2003). */
const npsLetter = (nps: number): string => (nps >= 9 ? "p" : nps >= 7 ? "s" : "d");

/** Returns what a survey adds to the counters; nothing before it is answered. */
export function buildSatisfactionSums({ agent_id, team_id, category_id, rating, nps, answered_day }: CountedSurvey): CounterSums {
  if (rating === null || answered_day === null) return noCounterSums;
  const [month, day] = [answered_day.slice(0, 7), answered_day.slice(8)];
  const agent = agent_id ?? NONE;
  const buildScopes = (group: string, value: string): string[] =>
    [ALL_AGENTS, agent].map((agentId) => `csat@${group}@${month}@${agentId}@${value}`);
  return {
    scopes: [
      `csat@all@${month}@${ALL_AGENTS}`,
      `csat@agent@${month}@${agent}`,
      ...buildScopes("team", team_id ?? NONE),
      ...buildScopes("category", category_id ?? NONE),
    ],
    counts: { [`${day}r${rating}`]: 1, ...(nps == null ? {} : { [`${day}${npsLetter(nps)}`]: 1 }) },
  };
}

export type CellGroup = "all" | "agent" | "team" | "category";

type Range = readonly [from: string, to: string];

/** The range of counter names from the first to the last month, over all agents. */
export const cellRange = (group: CellGroup, first: string, last: string): Range => [
  `csat@${group}@${first}`,
  `csat@${group}@${last}@~`,
];

/** The range of counter names of one month in total, not by agent. */
export const totalCellRange = (group: CellGroup, month: string): Range => [
  `csat@${group}@${month}@${ALL_AGENTS}`,
  `csat@${group}@${month}@${ALL_AGENTS}@~`,
];

/** The answers of one day. */
export interface Cell {
  agent: string;
  /** The team or category; the agent in counters that have neither. */
  value: string;
  day: string;
  tally: Tally;
}

/** Parses the days of a counter. Days without remaining answers are left out. */
export function parseCells({ sk, ...counter }: Record<string, unknown>): Cell[] {
  const [, , month = "", agent = "", value = agent] = String(sk).split("@");
  const cells = new Map<string, Cell>();
  for (const [name, number] of Object.entries(counter)) {
    const [, day = "", code = ""] = /^(\d\d)(r[1-5]|[psd])$/.exec(name) ?? [];
    if (day === "") continue;
    const cell = cells.get(day) ?? { agent, value, day: `${month}-${day}`, tally: new Tally() };
    cells.set(day, cell);
    cell.tally.add(code, Number(number));
  }
  return [...cells.values()].filter(({ tally }) => tally.answers !== 0);
}

/** Sums of answers, in whole numbers. */
export class Tally {
  /** The number of answers for each rating, 1 to 5. */
  readonly ratings = RATINGS.map(() => 0);
  promoters = 0;
  passives = 0;
  detractors = 0;

  add(code: string, count: number): void {
    if (code === "p") this.promoters += count;
    else if (code === "s") this.passives += count;
    else if (code === "d") this.detractors += count;
    else this.ratings[Number(code.slice(1)) - 1] = this.#at(Number(code.slice(1))) + count;
  }

  join(tally: Tally): this {
    for (const rating of RATINGS) this.ratings[rating - 1] = this.#at(rating) + tally.#at(rating);
    this.promoters += tally.promoters;
    this.passives += tally.passives;
    this.detractors += tally.detractors;
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

  /** The mean rating with four decimals, rounded half up; null without answers. */
  get mean(): string | null {
    const sum = RATINGS.reduce<number>((total, rating) => total + rating * this.#at(rating), 0);
    return this.answers === 0 ? null : formatRatio(sum, this.answers);
  }

  /** The share of ratings 4 and 5 with four decimals, rounded half up; null without answers. */
  get csat(): string | null {
    return this.answers === 0 ? null : formatRatio(this.#at(4) + this.#at(5), this.answers);
  }

  /** The percentage of promoters minus that of detractors, rounded to a whole number, halves away from zero; null without NPS answers. */
  get nps(): number | null {
    if (this.npsAnswers === 0) return null;
    const net = this.promoters - this.detractors;
    const size = Math.floor((200 * Math.abs(net) + this.npsAnswers) / (2 * this.npsAnswers));
    return net < 0 ? -size : size;
  }
}

const DIGITS = 4;

/** Divides whole numbers and returns decimal text, rounded half up, without floating-point arithmetic. */
export function formatRatio(part: number, total: number): string {
  const scaled = (2n * BigInt(part) * 10n ** BigInt(DIGITS) + BigInt(total)) / (2n * BigInt(total));
  const text = String(scaled).padStart(DIGITS + 1, "0");
  return `${text.slice(0, -DIGITS)}.${text.slice(-DIGITS)}`;
}
