import { instantToDay } from "../../kernel/time-zone.ts";
import { type CounterSums, noCounterSums } from "../../storage/table/collection.ts";

/** Pure rules: the counters of messages by day and channel, which the stream maintains (docs/platform/daily-figures.md). */

export const datedEvents = ["held", "tried", "sent", "delivered", "failed", "received", "opened", "clicked"] as const;
type DatedEvent = (typeof datedEvents)[number];

/** When each event first happened to a message, and the day of it in the tenant's time zone of that time. */
export type EventDays = Partial<Record<DatedEvent, { at: string; day: string }>>;

interface EventTimes {
  status: string;
  held_reason: string | null;
  tried_at: string | null;
  sent_at: string | null;
  delivered_at: string | null;
  failed_at: string | null;
  received_at: string | null;
  opened_at?: string | null;
  clicked_at?: string | null;
}

/** Adds the days of new events. A stored day stays, even if the tenant's time zone changes. */
export function computeDays(message: EventTimes & { days: EventDays }, { zone, now }: { zone: string; now: string }): EventDays {
  const { days: storedDays, status, held_reason, tried_at, sent_at, delivered_at, failed_at, received_at } = message;
  const heldAt = storedDays.held?.at ?? (status === "queued" && held_reason !== null ? now : null);
  const instants = {
    held: heldAt,
    tried: tried_at,
    sent: sent_at,
    delivered: delivered_at,
    failed: failed_at,
    received: received_at,
    opened: message.opened_at ?? null,
    clicked: message.clicked_at ?? null,
  };
  const days: EventDays = {};
  for (const datedEvent of datedEvents) {
    const [instant, storedDay] = [instants[datedEvent], storedDays[datedEvent]];
    if (instant !== null)
      days[datedEvent] = storedDay?.at === instant ? storedDay : { at: instant, day: instantToDay(zone, instant) };
  }
  return days;
}

const counterNames = [
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "refused",
  "cancelled",
  "unknown",
  "held",
  "received",
] as const;
type CounterName = (typeof counterNames)[number];

interface CountedMessage {
  channel: string;
  purpose: string | null;
  status: string;
  held_reason: string | null;
  error_code: string | null;
  sent_at?: string | null;
  opened_at?: string | null;
  clicked_at?: string | null;
  is_tracked?: boolean | null;
  counted_for?: string | null;
  ab_test_id?: string | null;
  ab_variant?: string | null;
  days: EventDays;
}

/** Lists the counted events of a message, with their days. */
export function listDailyEvents({ status, held_reason, error_code, days }: CountedMessage): [figure: CounterName, day: string][] {
  const isCancelled = isCancelledMessage({ status, error_code });
  const isFailed = status === "failed" || isCancelled;
  const all: [CounterName, string | undefined, boolean][] = [
    ["sent", days.sent?.day, true],
    ["delivered", days.delivered?.day, status === "delivered"],
    ["undelivered", days.failed?.day, status === "undelivered"],
    ["failed", days.failed?.day, isFailed],
    ["refused", days.failed?.day, isFailed && held_reason !== null && !isCancelled],
    ["cancelled", days.failed?.day, isCancelled],
    ["unknown", days.tried?.day, status === "unknown"],
    ["held", days.held?.day, true],
    ["received", days.received?.day, status === "received"],
  ];
  return all.flatMap(([number, day, isSo]): [CounterName, string][] => (day !== undefined && isSo ? [[number, day]] : []));
}

/** The error code of a message that was cancelled. */
export const CANCELLED = "canceled";

/** Whether a user cancelled a message. Versions up to 0.2.0 stored this as `failed` with the error code. */
const isCancelledMessage = ({ status, error_code }: Pick<CountedMessage, "status" | "error_code">): boolean =>
  status === "cancelled" || (status === "failed" && error_code === CANCELLED);

/** The counter of a channel on a day. Names of its numbers begin with the purpose. */
export const dayScope = (day: string, channel: string): string => `day@${day}@${channel}`;
export const parseDay = (scope: string): string | undefined => (scope.startsWith("day@") ? scope.slice(4, 14) : undefined);

/** The outcomes of the messages that one record sent to many recipients, counted independent of days. */
export const outcomes = [
  "written",
  "queued",
  "sent",
  "delivered",
  "tracked",
  "opened",
  "clicked",
  "undelivered",
  "failed",
  "refused",
  "recalled",
  "unknown",
] as const;
export type Outcome = (typeof outcomes)[number];

/** The counter of the outcomes of all messages for one record. */
export const recordScope = (id: string): string => `for@${id}`;

/** The part of a test's messages that have a variant. Its outcomes are counted as if it were a record. */
export const variantPart = (testId: string, variant: string): string => `${testId}@${variant}`;

/** Returns the outcomes in which a message counts. */
export function deriveOutcomes({ status, held_reason, error_code, sent_at = null, ...message }: CountedMessage): Outcome[] {
  const isRecalled = isCancelledMessage({ status, error_code }) || (status === "failed" && held_reason === RECALLED);
  const isRefused = status === "failed" && held_reason !== null && !isRecalled;
  const all: Record<Outcome, boolean> = {
    written: true,
    queued: status === "queued" || status === "sending",
    sent: sent_at !== null,
    delivered: status === "delivered",
    tracked: message.is_tracked ?? false,
    opened: (message.opened_at ?? null) !== null,
    clicked: (message.clicked_at ?? null) !== null,
    undelivered: status === "undelivered",
    failed: status === "failed" && !isRecalled && !isRefused,
    refused: isRefused,
    recalled: isRecalled,
    unknown: status === "unknown",
  };
  return outcomes.filter((outcome) => all[outcome]);
}

/** The hold reason of a message that is no longer wanted. */
const RECALLED = "recalled";

/** The purpose under which inbound messages count: they have none. */
const INBOUND_PURPOSE = "in";

export function buildSums(message: CountedMessage): CounterSums {
  const purpose = message.purpose ?? INBOUND_PURPOSE;
  const days = Map.groupBy(listDailyEvents(message), ([, day]) => day);
  const { counted_for = null, ab_test_id = null, ab_variant = null } = message;
  const part = ab_test_id === null || ab_variant === null ? [] : [recordScope(variantPart(ab_test_id, ab_variant))];
  const recordSums: CounterSums =
    counted_for === null
      ? noCounterSums
      : {
          scopes: [recordScope(counted_for), ...part],
          counts: Object.fromEntries(deriveOutcomes(message).map((deriveOutcome) => [deriveOutcome, 1])),
        };
  return [...days].reduce<CounterSums>(
    (sums, [day, dailyEvents]) => ({
      scopes: [dayScope(day, message.channel)],
      counts: Object.fromEntries(dailyEvents.map(([number]) => [`${purpose}.${number}`, 1])),
      ...(sums === noCounterSums ? {} : { beside: sums }),
    }),
    recordSums,
  );
}

type DailyCounts = Record<CounterName, number>;

const createZeroCounts = (): DailyCounts => Object.fromEntries(counterNames.map((number) => [number, 0])) as DailyCounts;

/** Adds up counters, for one purpose or for all. */
export function sumCounters(counters: readonly Readonly<Record<string, unknown>>[], purpose?: string): DailyCounts {
  const sum = createZeroCounts();
  for (const counter of counters)
    for (const [name, value] of Object.entries(counter)) {
      const [counterPurpose, number = ""] = name.split(".");
      if (Object.hasOwn(sum, number) && (purpose === undefined || counterPurpose === purpose))
        sum[number as CounterName] += Number(value);
    }
  return sum;
}
