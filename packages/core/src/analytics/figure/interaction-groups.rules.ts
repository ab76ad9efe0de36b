import { type InteractionTally, SCORE_UNITS } from "../../people/interaction/interaction-counters.rules.ts";
import { NONE } from "../../storage/table/collection.ts";
import { divide } from "./rounding.rules.ts";

/** The groups of interactions in an answer (docs/analytics/interactions.md). Pure. */

/** The number of interactions of a group, and their share of all in percent with two decimals; null without interactions. */
interface Share {
  key: string;
  label: string | null;
  count: number;
  share: number | null;
}

/** A group with its directions, sentiments, average score (−1 to 1, two decimals) and average minutes (one decimal). */
interface Group extends Share {
  inbound: number;
  outbound: number;
  positive: number;
  neutral: number;
  negative: number;
  average_sentiment: number | null;
  average_minutes: number | null;
}

const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;

/** Returns the weekday of a day, `MON` to `SUN`. */
export const toWeekday = (day: string): string => weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] as string;

const presentShare = (key: string, count: number, all: number, label: string | null = null): Share => ({
  ...{ key, label, count },
  share: divide(count, all, { factor: 100 }),
});

function presentGroup(key: string, tally: InteractionTally, all: number, label: string | null): Group {
  const { inbound, outbound, positive, neutral, negative } = tally;
  return {
    ...presentShare(key, tally.count, all, label),
    ...{ inbound, outbound, positive, neutral, negative },
    average_sentiment: divide(tally.score_units, tally.scored * SCORE_UNITS),
    average_minutes: divide(tally.minutes, tally.timed, { decimals: 1 }),
  };
}

/** Returns the groups of a dimension, those with the most interactions first. */
export const presentGroups = (
  tallies: ReadonlyMap<string, InteractionTally>,
  all: number,
  labels: ReadonlyMap<string, string>,
): Group[] =>
  [...tallies]
    .sort(([a, left], [b, right]) => right.count - left.count || (a < b ? -1 : 1))
    .map(([key, tally]) => presentGroup(key, tally, all, labels.get(key) ?? null));

/** Returns the groups of the weekdays that have interactions, from Monday to Sunday. */
export const presentWeekdays = (tallies: ReadonlyMap<string, InteractionTally>, all: number): Group[] =>
  weekdays.flatMap((day) => {
    const tally = tallies.get(day);
    return tally ? [presentGroup(day, tally, all, null)] : [];
  });

export const presentDirections = ({ count, inbound, outbound }: InteractionTally): Share[] =>
  presentShares(count, { INBOUND: inbound, OUTBOUND: outbound });

export const presentSentiments = ({ count, positive, neutral, negative }: InteractionTally): Share[] =>
  presentShares(count, { POSITIVE: positive, NEUTRAL: neutral, NEGATIVE: negative });

/** Interactions without a value are `none`. */
function presentShares(all: number, counts: Readonly<Record<string, number>>): Share[] {
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.entries({ ...counts, [NONE]: all - known }).map(([key, count]) => presentShare(key, count, all));
}

export * as InteractionGroups from "./interaction-groups.rules.ts";
