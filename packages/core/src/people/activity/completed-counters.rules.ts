import { buildOwnedId, ownPart } from "../../kernel/id.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { MASTER } from "../../platform/master-data/master-data.kind.ts";
import { kindId } from "../../platform/master-data/master-id.ts";
import { type CounterSums, NONE, noCounterSums } from "../../storage/table/collection.ts";
import { ACTIVITY_TYPES, CALL_OUTCOMES } from "./activity.masters.ts";

/**
 * Counters of completed activities by month, with a number for each day: `done@<assignee or *>@<month>@<type>`, and `called@…@<outcome>` of calls with
 * an outcome. Types and outcomes are named by their own part. Private activities are not counted, because only some users may know of them
 * (docs/analytics/interactions.md). Pure.
 */

const prefixes = { type: "done", outcome: "called" } as const;
const masters = { type: ACTIVITY_TYPES, outcome: CALL_OUTCOMES } as const;
export type Dimension = keyof typeof prefixes;

interface CountedActivity {
  assigned_to_id: string | null;
  activity_type_id: string;
  call_outcome_id?: string | null;
  is_completed: boolean;
  completed_day: string | null;
  is_private: boolean;
}

const counterScope = (dimension: Dimension, owner: string, month: string, value: string): string =>
  `${prefixes[dimension]}@${owner}@${month}@${value}`;

/** Returns the range of the counters of an assignee, or of all together, in some months. */
export const completedRange = (dimension: Dimension, owner: string, from: string, to: string): [from: string, to: string] => [
  `${prefixes[dimension]}@${owner}@${from}`,
  `${prefixes[dimension]}@${owner}@${to}@~`,
];
/** The same range for each assignee separately: ids begin with letters, and `*` sorts before them. */
export const completedRangeByOwner = (dimension: Dimension): [from: string, to: string] => [
  `${prefixes[dimension]}@A`,
  `${prefixes[dimension]}@~`,
];

/** Returns what an activity adds to the counters; nothing before it is completed. */
export function buildCompletedSums(activity: CountedActivity): CounterSums {
  const { assigned_to_id, activity_type_id, call_outcome_id, is_completed, completed_day, is_private } = activity;
  if (!is_completed || is_private || !completed_day) return noCounterSums;
  const values = { type: activity_type_id, outcome: call_outcome_id };
  return {
    scopes: [assigned_to_id ?? NONE, ALL_OWNERS].flatMap((owner) =>
      (["type", "outcome"] as const).flatMap((dimension) => {
        const value = values[dimension];
        return value ? [counterScope(dimension, owner, completed_day.slice(0, 7), ownPart(value))] : [];
      }),
    ),
    counts: { [completed_day.slice(8)]: 1 },
  };
}

/** The completed activities of an assignee on one day, with a type or an outcome. */
export interface CompletedCell {
  owner: string;
  value: string;
  day: string;
  count: number;
}

/** Returns the days of a counter. */
export function parseCompletedCells({ sk, ...counter }: Readonly<Record<string, unknown>>): CompletedCell[] {
  const [prefix, owner = "", month = "", part = ""] = String(sk).split("@");
  const kind = masters[prefix === prefixes.type ? "type" : "outcome"];
  const value = buildOwnedId(kindId(kind), MASTER, part);
  return Object.entries(counter).flatMap(([day, count]) =>
    /^\d\d$/.test(day) && Number(count) !== 0 ? [{ owner, value, day: `${month}-${day}`, count: Number(count) }] : [],
  );
}
