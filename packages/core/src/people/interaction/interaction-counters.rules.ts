import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MASTER } from "../../platform/master-data/master-data.kind.ts";
import { kindId } from "../../platform/master-data/master-id.ts";
import { type CounterSums, NONE } from "../../storage/table/collection.ts";
import { INTERACTION_TYPES } from "./interaction.masters.ts";
import type { directions, feedbackTypes, sentiments } from "./interaction.rules.ts";

/**
 * Counters of interactions by month, with numbers for each day: `talk@<dimension>@<owner or *>@<month>@<value>`. The owner is the responsible user, and
 * a type is named by its own part (docs/analytics/interactions.md). Pure.
 */

export const dimensions = ["total", "type", "channel"] as const;
export type Dimension = (typeof dimensions)[number];

/** The only value of the dimension `total`. */
const TOTAL_VALUE = "all";

interface CountedInteraction {
  owner_id: string | null;
  interaction_type_id: string;
  channel: string | null;
  direction: (typeof directions)[number] | null;
  outcome: string | null;
  duration_minutes: number | null;
  sentiment: (typeof sentiments)[number] | null;
  sentiment_score: number | null;
  feedback_type: (typeof feedbackTypes)[number] | null;
  follow_up_activity_id: string | null;
}

/** The numbers of a counter, each with the letter that names it. */
const letters = {
  count: "n",
  inbound: "i",
  outbound: "o",
  positive: "p",
  neutral: "u",
  negative: "g",
  scored: "c",
  score_units: "s",
  timed: "t",
  minutes: "m",
  with_outcome: "r",
  followed_up: "f",
  complaints: "k",
} as const;

export type InteractionTally = Record<keyof typeof letters, number>;
const tallyNames = Object.keys(letters) as (keyof InteractionTally)[];
const nameByLetter = new Map(tallyNames.map((name) => [letters[name] as string, name]));

export const emptyTally = (): InteractionTally => Object.fromEntries(tallyNames.map((name) => [name, 0])) as InteractionTally;

/** A score from −1 to 1 has this many units, so that sums are whole numbers. */
export const SCORE_UNITS = 10_000;

const counterScope = (dimension: Dimension, owner: string, month: string, value: string): string =>
  `talk@${dimension}@${owner}@${month}@${value}`;

/** Returns the range of a dimension's counters of an owner, or of all owners together, in some months. */
export const counterRange = (dimension: Dimension, owner: string, from: string, to: string): [from: string, to: string] => [
  `talk@${dimension}@${owner}@${from}`,
  `talk@${dimension}@${owner}@${to}@~`,
];
/** The same range for each owner separately: ids begin with letters, and `*` sorts before them. */
export const counterRangeByOwner = (dimension: Dimension): [from: string, to: string] => [
  `talk@${dimension}@A`,
  `talk@${dimension}@~`,
];

function tallyInteraction(interaction: CountedInteraction): InteractionTally {
  const { direction, sentiment, sentiment_score, duration_minutes } = interaction;
  return {
    count: 1,
    inbound: Number(direction === "INBOUND"),
    outbound: Number(direction === "OUTBOUND"),
    positive: Number(sentiment === "POSITIVE"),
    neutral: Number(sentiment === "NEUTRAL"),
    negative: Number(sentiment === "NEGATIVE"),
    scored: Number(sentiment_score !== null),
    score_units: Math.round((sentiment_score ?? 0) * SCORE_UNITS),
    timed: Number(duration_minutes !== null),
    minutes: duration_minutes ?? 0,
    with_outcome: Number(Boolean(interaction.outcome)),
    followed_up: Number(interaction.follow_up_activity_id !== null),
    complaints: Number(interaction.feedback_type === "COMPLAINT"),
  };
}

/** Returns what an interaction of a day adds to the counters: for its owner and for all owners, in total, by type and by channel. */
export function buildInteractionSums(interaction: CountedInteraction, day: string): CounterSums {
  const tally = tallyInteraction(interaction);
  const values: Record<Dimension, string | null> = {
    total: TOTAL_VALUE,
    type: ownPart(interaction.interaction_type_id),
    channel: interaction.channel,
  };
  return {
    scopes: [interaction.owner_id ?? NONE, ALL_OWNERS].flatMap((owner) =>
      dimensions.flatMap((dimension) => {
        const value = values[dimension];
        return value ? [counterScope(dimension, owner, day.slice(0, 7), value)] : [];
      }),
    ),
    counts: Object.fromEntries(
      tallyNames.flatMap((name) => (tally[name] === 0 ? [] : [[`${day.slice(8)}${letters[name]}`, tally[name]]])),
    ),
  };
}

/** The interactions of an owner on one day, with a value of the dimension. */
export interface InteractionCell {
  owner: string;
  value: string;
  day: string;
  tally: InteractionTally;
}

/** Returns the days of a counter. Days without interactions are left out. */
export function parseInteractionCells({ sk, ...counter }: Readonly<Record<string, unknown>>): InteractionCell[] {
  const [, dimension, owner = "", month = "", stored = ""] = String(sk).split("@");
  const value = dimension === "type" ? buildOwnedId(kindId(INTERACTION_TYPES), MASTER, stored) : stored;
  const cells = new Map<string, InteractionCell>();
  for (const [key, number] of Object.entries(counter)) {
    const [, dayOfMonth = "", letter = ""] = /^(\d\d)([a-z])$/.exec(key) ?? [];
    const name = nameByLetter.get(letter);
    if (name === undefined) continue;
    const cell = cells.get(dayOfMonth) ?? { owner, value, day: `${month}-${dayOfMonth}`, tally: emptyTally() };
    cells.set(dayOfMonth, cell);
    cell.tally[name] += Number(number);
  }
  return [...cells.values()].filter(({ tally }) => tally.count !== 0);
}

/** Adds up the tallies of cells. */
export function sumTallies(cells: readonly { tally: InteractionTally }[]): InteractionTally {
  const sum = emptyTally();
  for (const { tally } of cells) for (const name of tallyNames) sum[name] += tally[name];
  return sum;
}
