import { addDays, instantToDay } from "@crm/core/kernel/time-zone.ts";
import Big from "big.js";

/** The figures of interactions and completed activities, computed slowly from all records that count for a caller. */

export interface PlainInteraction {
  owner_id: string | null;
  interaction_type_id: string;
  channel: string | null;
  direction: string | null;
  outcome: string | null;
  sentiment: string | null;
  sentiment_score: number | null;
  feedback_type: string | null;
  duration_minutes: number | null;
  follow_up_activity_id: string | null;
  interaction_date: string;
}

export interface PlainActivity {
  assigned_to_id: string | null;
  /** Codes of the type and of the outcome of a call. */
  type: string;
  outcome: string | null;
  is_private: boolean;
  completed_datetime: string | null;
}

export interface Range {
  from: string;
  to: string;
}

type Value = number | null;

const divide = (part: Big, divisor: number, decimals: number): Value =>
  divisor === 0 ? null : Number(part.div(divisor).round(decimals, Big.roundHalfUp));
const add = (numbers: readonly number[]): Big => numbers.reduce((sum, number) => sum.plus(number), new Big(0));
const present = <T>(values: readonly (T | null)[]): T[] => values.filter((value): value is T & {} => value !== null);

export const selectInteractions = (all: readonly PlainInteraction[], zone: string, { from, to }: Range): PlainInteraction[] =>
  all.filter(({ interaction_date }) => {
    const day = instantToDay(zone, interaction_date);
    return from <= day && day <= to;
  });

export const selectCompleted = (all: readonly PlainActivity[], zone: string, { from, to }: Range): PlainActivity[] =>
  all.filter(({ completed_datetime, is_private }) => {
    const day = completed_datetime && instantToDay(zone, completed_datetime);
    return day && !is_private && from <= day && day <= to;
  });

export function computeInteractions(records: readonly PlainInteraction[]): Record<string, Value> {
  const count = (isMeant: (record: PlainInteraction) => boolean): number => records.filter(isMeant).length;
  const scores = present(records.map(({ sentiment_score }) => sentiment_score));
  const minutes = present(records.map(({ duration_minutes }) => duration_minutes));
  const share = (part: number): Value => divide(new Big(part), records.length, 4);
  return {
    interactions: records.length,
    inbound_interactions: count(({ direction }) => direction === "INBOUND"),
    outbound_interactions: count(({ direction }) => direction === "OUTBOUND"),
    positive_interactions: count(({ sentiment }) => sentiment === "POSITIVE"),
    neutral_interactions: count(({ sentiment }) => sentiment === "NEUTRAL"),
    negative_interactions: count(({ sentiment }) => sentiment === "NEGATIVE"),
    average_sentiment: divide(add(scores), scores.length, 2),
    average_interaction_minutes: divide(add(minutes), minutes.length, 1),
    interaction_outcome_rate: share(count(({ outcome }) => Boolean(outcome))),
    interaction_follow_up_rate: share(count(({ follow_up_activity_id }) => follow_up_activity_id !== null)),
    complaints: count(({ feedback_type }) => feedback_type === "COMPLAINT"),
  };
}

export function computeActivities(records: readonly PlainActivity[]): Record<string, Value> {
  const count = (code: string): number => records.filter(({ type }) => type === code).length;
  const calls = records.filter(({ outcome }) => outcome !== null);
  return {
    activities_completed: records.length,
    calls_completed: count("call"),
    call_answer_rate: divide(new Big(calls.filter(({ outcome }) => outcome === "connected").length), calls.length, 4),
    meetings_completed: count("meeting"),
    emails_completed: count("email"),
    tasks_completed: count("task"),
  };
}

/** The number of records of each key, without keys that have none. */
export const countKeys = <T>(records: readonly T[], readKey: (record: T) => string | null): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const record of records) {
    const key = readKey(record);
    if (key !== null) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

/** The weekday of an instant in a zone, found with `Intl`. */
export const weekdayOf = (zone: string, at: string): string =>
  new Intl.DateTimeFormat("en", { weekday: "short", timeZone: zone }).format(new Date(at)).toUpperCase();

export const lastDays = (zone: string, now: string, days: number): Range => {
  const to = instantToDay(zone, now);
  return { from: addDays(to, 1 - days), to };
};
