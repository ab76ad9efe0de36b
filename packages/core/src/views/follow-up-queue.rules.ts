import { Money } from "../kernel/money.ts";
import { daysBetween } from "../kernel/time-zone.ts";

/** Points of the follow-up queue: which of a user's records come first, and why (docs/engagement/follow-up-queue.md). */

/** What a record is due for. */
const dueTopics = ["contact", "next_step", "activity", "ticket"] as const;
type DueTopic = (typeof dueTopics)[number];

export interface Due {
  readonly topic: DueTopic;
  /** The day in the user's time zone. */
  readonly day: string;
  readonly at: string;
  /** The activity that is due. */
  readonly activity?: { readonly id: string; readonly subject: string; readonly isPromise: boolean };
}

/** A record of the queue, with the facts that give points. */
export interface QueueFacts {
  readonly id: string;
  readonly dues: readonly Due[];
  readonly score: number | null;
  readonly urgency: string | null;
  readonly probability: number | null;
  /** The amount as stored, and in the currency of the tenant; null without an amount or a rate. */
  readonly value: { readonly amount: string; readonly currency: string; readonly converted: string } | null;
  readonly closeDay: string | null;
  /** The day of the last activity, or of the creation; null if silence gives no points. */
  readonly lastActivityDay: string | null;
}

export const reasonCodes = [
  "contact_overdue",
  "contact_due_today",
  "next_step_overdue",
  "next_step_due_today",
  "activity_overdue",
  "activity_due_today",
  "ticket_overdue",
  "ticket_due_today",
  "promise",
  "urgent",
  "score",
  "probability",
  "value",
  "closing_overdue",
  "closing_soon",
  "silent",
] as const;
type ReasonCode = (typeof reasonCodes)[number];

interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly points: number;
}

interface QueueEntry {
  readonly id: string;
  readonly priority: number;
  readonly reasons: readonly Reason[];
  readonly due_at: string | null;
  readonly activity_id: string | null;
}

const MAX_PRIORITY = 100;
const OVERDUE_POINTS = 30;
const POINTS_PER_DAY_OVERDUE = 2;
const MAX_OVERDUE_POINTS = 50;
const DUE_TODAY_POINTS = 25;
const PROMISE_POINTS = 15;
const URGENCY_POINTS: Readonly<Record<string, number>> = { URGENT: 15, HIGH: 10 };
const MAX_SCORE_POINTS = 20;
const MAX_PROBABILITY_POINTS = 20;
const MAX_VALUE_POINTS = 10;
const CLOSING_OVERDUE_POINTS = 15;
const CLOSING_SOON_POINTS = 10;
export const CLOSING_SOON_DAYS = 7;
/** A record without activity for this long is silent. Each two days of silence give a point. */
export const SILENT_DAYS = 14;
const MAX_SILENT_POINTS = 15;

const formatDays = (days: number): string => (days === 1 ? "1 day" : `${days} days`);

const overdueTexts: Readonly<Record<DueTopic, (due: Due, days: number) => string>> = {
  contact: (_, days) => `Contact was due ${formatDays(days)} ago`,
  next_step: (_, days) => `The next step was due ${formatDays(days)} ago`,
  activity: ({ activity }, days) => `"${activity?.subject ?? ""}" was due ${formatDays(days)} ago`,
  ticket: (_, days) => `The ticket was due ${formatDays(days)} ago`,
};

const todayTexts: Readonly<Record<DueTopic, (due: Due) => string>> = {
  contact: () => "Contact is due today",
  next_step: () => "The next step is due today",
  activity: ({ activity }) => `"${activity?.subject ?? ""}" is due today`,
  ticket: () => "The ticket is due today",
};

function explainDue(due: Due, today: string): Reason {
  const days = daysBetween(due.day, today);
  const subject: Readonly<Record<string, string>> = due.activity ? { subject: due.activity.subject } : {};
  if (days <= 0)
    return { code: `${due.topic}_due_today`, text: todayTexts[due.topic](due), values: subject, points: DUE_TODAY_POINTS };
  const points = Math.min(MAX_OVERDUE_POINTS, OVERDUE_POINTS + POINTS_PER_DAY_OVERDUE * days);
  return { code: `${due.topic}_overdue`, text: overdueTexts[due.topic](due, days), values: { days, ...subject }, points };
}

/** Explains what is due: one reason for each topic. Only the first reason with the most points counts; the others have none. */
function explainDues(dues: readonly Due[], today: string): Reason[] {
  const byTopic = dueTopics.flatMap((topic) => {
    const [first] = dues.filter((due) => due.topic === topic).sort(compareDues);
    return first ? [explainDue(first, today)] : [];
  });
  const most = byTopic.reduce((max, { points }) => Math.max(max, points), 0);
  const counted = byTopic.find(({ points }) => points === most);
  return byTopic.map((reason) => (reason === counted ? reason : { ...reason, points: 0 }));
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compareDues = (a: Due, b: Due): number =>
  compareTexts(a.at, b.at) || compareTexts(a.activity?.id ?? "", b.activity?.id ?? "");

function explainPromise(dues: readonly Due[]): Reason[] {
  const [promise] = dues.filter(({ activity }) => activity?.isPromise).sort(compareDues);
  if (!promise?.activity) return [];
  const { subject } = promise.activity;
  return [{ code: "promise", text: `Planned with the customer: "${subject}"`, values: { subject }, points: PROMISE_POINTS }];
}

function explainUrgency(urgency: string | null): Reason[] {
  const points = URGENCY_POINTS[urgency ?? ""];
  if (points === undefined || urgency === null) return [];
  return [{ code: "urgent", text: `The follow-up priority is ${urgency}`, values: { urgency }, points }];
}

const scalePercent = (percent: number, points: number): number => Math.floor((percent * points) / 100);

function explainScore(score: number | null): Reason[] {
  const points = scalePercent(score ?? 0, MAX_SCORE_POINTS);
  return score === null || points <= 0 ? [] : [{ code: "score", text: `The score is ${score}`, values: { score }, points }];
}

function explainProbability(probability: number | null): Reason[] {
  const points = scalePercent(probability ?? 0, MAX_PROBABILITY_POINTS);
  if (probability === null || points <= 0) return [];
  return [{ code: "probability", text: `The probability is ${probability} percent`, values: { probability }, points }];
}

/** The value counts in relation to the largest value in the queue. */
function explainValue(value: QueueFacts["value"], largest: string): Reason[] {
  if (!value || Money.compare(largest, 0) <= 0 || Money.compare(value.converted, 0) <= 0) return [];
  const share = Money.divide(Money.multiply(value.converted, MAX_VALUE_POINTS), largest, "down");
  const points = Math.floor(Number(share));
  const { amount, currency } = value;
  return [{ code: "value", text: `The value is ${amount} ${currency}`, values: { amount, currency }, points }];
}

function explainClosing(closeDay: string | null, today: string): Reason[] {
  if (closeDay === null) return [];
  const days = daysBetween(today, closeDay);
  if (days < 0) {
    const text = `The closing date passed ${formatDays(-days)} ago`;
    return [{ code: "closing_overdue", text, values: { days: -days }, points: CLOSING_OVERDUE_POINTS }];
  }
  if (days > CLOSING_SOON_DAYS) return [];
  const text = days === 0 ? "The closing date is today" : `The closing date is in ${formatDays(days)}`;
  return [{ code: "closing_soon", text, values: { days }, points: CLOSING_SOON_POINTS }];
}

function explainSilence(lastActivityDay: string | null, today: string): Reason[] {
  const days = lastActivityDay === null ? 0 : daysBetween(lastActivityDay, today);
  if (days < SILENT_DAYS) return [];
  const points = Math.min(MAX_SILENT_POINTS, Math.floor(days / 2));
  return [{ code: "silent", text: `No activity for ${formatDays(days)}`, values: { days }, points }];
}

function explainRecord(facts: QueueFacts, today: string, largest: string): QueueEntry {
  const reasons = [
    ...explainDues(facts.dues, today),
    ...explainPromise(facts.dues),
    ...explainUrgency(facts.urgency),
    ...explainScore(facts.score),
    ...explainProbability(facts.probability),
    ...explainValue(facts.value, largest),
    ...explainClosing(facts.closeDay, today),
    ...explainSilence(facts.lastActivityDay, today),
  ].sort((a, b) => b.points - a.points);
  const [first] = facts.dues.toSorted(compareDues);
  const activity = facts.dues.toSorted(compareDues).find((due) => due.activity)?.activity;
  const points = reasons.reduce((sum, reason) => sum + reason.points, 0);
  return {
    id: facts.id,
    priority: Math.min(MAX_PRIORITY, points),
    reasons,
    due_at: first?.at ?? null,
    activity_id: activity?.id ?? null,
  };
}

/** Sorts after every instant. */
const WITHOUT_DUE = "~";

/** Orders records by their priority. Equal priorities are in order of their due time, then of their id. */
export function rankRecords(records: readonly QueueFacts[], today: string): QueueEntry[] {
  const largest = records.reduce(
    (max, { value }) => (value && Money.compare(value.converted, max) > 0 ? value.converted : max),
    Money.zero(),
  );
  return records
    .map((facts) => explainRecord(facts, today, largest))
    .filter(({ reasons }) => reasons.length > 0)
    .sort(
      (a, b) =>
        b.priority - a.priority || compareTexts(a.due_at ?? WITHOUT_DUE, b.due_at ?? WITHOUT_DUE) || compareTexts(a.id, b.id),
    );
}
