import { dayIn } from "../kernel/zone.ts";
import { noSums, type Sums } from "../storage/table/collection.ts";

/** What became of messages, by day and channel, in counters that the stream keeps (docs/daily-figures.md). Pure. */

export const happenings = ["held", "tried", "sent", "delivered", "failed", "received"] as const;
type Happening = (typeof happenings)[number];

/** When something happened with a message first, and the day that it was then in the tenant's time zone. */
export type Days = Partial<Record<Happening, { at: string; day: string }>>;

interface Dated {
  status: string;
  held_reason: string | null;
  tried_at: string | null;
  sent_at: string | null;
  delivered_at: string | null;
  failed_at: string | null;
  received_at: string | null;
}

/** With what is new; a day that was written stays, whatever the tenant's time zone is by now. */
export function daysOf(message: Dated & { days: Days }, { zone, now }: { zone: string; now: string }): Days {
  const { days: known, status, held_reason, tried_at, sent_at, delivered_at, failed_at, received_at } = message;
  const held = known.held?.at ?? (status === "queued" && held_reason !== null ? now : null);
  const instants = { held, tried: tried_at, sent: sent_at, delivered: delivered_at, failed: failed_at, received: received_at };
  const days: Days = {};
  for (const each of happenings) {
    const [at, had] = [instants[each], known[each]];
    if (at !== null) days[each] = had?.at === at ? had : { at, day: dayIn(zone, at) };
  }
  return days;
}

export const numbers = [
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
export type Figure = (typeof numbers)[number];

interface Counted {
  channel: string;
  purpose: string | null;
  status: string;
  held_reason: string | null;
  error_code: string | null;
  sent_at?: string | null;
  opened_at?: string | null;
  clicked_at?: string | null;
  counted_for?: string | null;
  days: Days;
}

/** What happened with a message, and on which day. */
export function happened({ status, held_reason, error_code, days }: Counted): [figure: Figure, day: string][] {
  const isCancelled = error_code === CANCELLED;
  const all: [Figure, string | undefined, boolean][] = [
    ["sent", days.sent?.day, true],
    ["delivered", days.delivered?.day, status === "delivered"],
    ["undelivered", days.failed?.day, status === "undelivered"],
    ["failed", days.failed?.day, status === "failed"],
    ["refused", days.failed?.day, status === "failed" && held_reason !== null && !isCancelled],
    ["cancelled", days.failed?.day, status === "failed" && isCancelled],
    ["unknown", days.tried?.day, status === "unknown"],
    ["held", days.held?.day, true],
    ["received", days.received?.day, status === "received"],
  ];
  return all.flatMap(([number, day, isSo]): [Figure, string][] => (day !== undefined && isSo ? [[number, day]] : []));
}

/** What says of a message that it was taken back. */
export const CANCELLED = "canceled";

/** The counter of a channel on a day; its numbers have the purpose before their names. */
export const onDay = (day: string, channel: string): string => `day@${day}@${channel}`;
export const dayOf = (scope: string): string | undefined => (scope.startsWith("day@") ? scope.slice(4, 14) : undefined);

/** What becomes of messages that one record has written to many, beside their days. */
export const outcomes = [
  "written",
  "queued",
  "sent",
  "delivered",
  "opened",
  "clicked",
  "undelivered",
  "failed",
  "refused",
  "recalled",
  "unknown",
] as const;
export type Outcome = (typeof outcomes)[number];

/** The counter of what became of all messages for one record. */
export const forOne = (id: string): string => `for@${id}`;

/** Where a message stands among these. */
export function outcomesOf({ status, held_reason, error_code, sent_at = null, ...message }: Counted): Outcome[] {
  const isRecalled = status === "failed" && (held_reason === RECALLED || error_code === CANCELLED);
  const isRefused = status === "failed" && held_reason !== null && !isRecalled;
  const all: Record<Outcome, boolean> = {
    written: true,
    queued: status === "queued" || status === "sending",
    sent: sent_at !== null,
    delivered: status === "delivered",
    opened: (message.opened_at ?? null) !== null,
    clicked: (message.clicked_at ?? null) !== null,
    undelivered: status === "undelivered",
    failed: status === "failed" && !isRecalled && !isRefused,
    refused: isRefused,
    recalled: isRecalled,
    unknown: status === "unknown",
  };
  return outcomes.filter((each) => all[each]);
}

/** Why a message was refused that is wanted no more. */
const RECALLED = "recalled";

/** What stands for the purpose of what came in, which has none. */
const INBOUND = "in";

export function counted(message: Counted): Sums {
  const of = message.purpose ?? INBOUND;
  const days = Map.groupBy(happened(message), ([, day]) => day);
  const { counted_for = null } = message;
  const own: Sums =
    counted_for === null
      ? noSums
      : { scopes: [forOne(counted_for)], counts: Object.fromEntries(outcomesOf(message).map((each) => [each, 1])) };
  return [...days].reduce<Sums>(
    (beside, [day, some]) => ({
      scopes: [onDay(day, message.channel)],
      counts: Object.fromEntries(some.map(([number]) => [`${of}.${number}`, 1])),
      ...(beside === noSums ? {} : { beside }),
    }),
    own,
  );
}

export type Numbers = Record<Figure, number>;

export const none = (): Numbers => Object.fromEntries(numbers.map((number) => [number, 0])) as Numbers;

/** What counters say, added up: of one purpose, or of all. */
export function summed(counters: readonly Readonly<Record<string, unknown>>[], purpose?: string): Numbers {
  const sum = none();
  for (const counter of counters)
    for (const [name, value] of Object.entries(counter)) {
      const [of, number = ""] = name.split(".");
      if (Object.hasOwn(sum, number) && (purpose === undefined || of === purpose)) sum[number as Figure] += Number(value);
    }
  return sum;
}
