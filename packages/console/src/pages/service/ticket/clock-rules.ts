import { dateFormat } from "../../../ui/i18n/formatters.ts";
import { formatDistance, formatLate, formatUntil } from "../../../ui/i18n/lateness.ts";
import { type Reader, readDay } from "../../../ui/i18n/time.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";

/**
 * What a ticket owes, and by when, in words. The API computes due times in working time (docs/service/sla.md); nothing here counts working hours.
 */

/** A ticket, or a row of their list: due times, `first_response_at`, `is_resolved`, `is_sla_paused` and `status`. Instants are RFC 3339. */
export type ClockFields = Readonly<Record<string, unknown>>;

export interface DeskClock {
  /** What is owed: an answer to the requester, or the solution. */
  readonly metric: "reply" | "resolution";
  readonly state: "running" | "breached" | "paused";
  /** Null while it is paused: the due time is known again when it continues. */
  readonly dueAt: string | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Days that a weekday alone names. From here on the date says more than the distance. */
const MAX_WEEKDAY_DAYS = 6;
/** A clock with less time than this is marked. */
const SOON_MS = HOUR_MS;

const readInstant = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Lists the clocks that run, the one that is due first at the front. A ticket without service levels, and one that is resolved, has none. */
export function listClocks(ticket: ClockFields, now: string): DeskClock[] {
  if (ticket.is_resolved === true) return [];
  if (ticket.is_sla_paused === true) return [{ metric: "resolution", state: "paused", dueAt: null }];
  const isUnanswered = readInstant(ticket.first_response_at) === null;
  const reply = readInstant(ticket.next_response_due_at) ?? (isUnanswered ? readInstant(ticket.first_response_due_at) : null);
  const due = [
    ["reply", reply],
    ["resolution", readInstant(ticket.resolution_due_at)],
  ] as const;
  return due
    .flatMap(([metric, dueAt]): (DeskClock & { readonly dueAt: string })[] =>
      dueAt === null ? [] : [{ metric, dueAt, state: Date.parse(dueAt) < Date.parse(now) ? "breached" : "running" }],
    )
    .toSorted((first, second) => Date.parse(first.dueAt) - Date.parse(second.dueAt));
}

/** Writes the day and the time of an instant as near as the reader needs it: `16:30`, `Mon 09:00`, `12 Dec, 09:00`. */
export function formatMoment(instant: string, now: string, { locale, timeZone }: Reader): string {
  const [day, today] = [readDay(instant, timeZone), readDay(now, timeZone)];
  const days = (Date.parse(day) - Date.parse(today)) / DAY_MS;
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: "numeric" } as const);
  const parts =
    days === 0
      ? {}
      : Math.abs(days) <= MAX_WEEKDAY_DAYS
        ? ({ weekday: "short" } as const)
        : ({ day: "numeric", month: "short", ...year } as const);
  return dateFormat(locale, { ...parts, hour: "numeric", minute: "2-digit", timeZone }).format(new Date(instant));
}

/** Writes a clock: `Reply due in 25 min`, `Resolution due in 3 days`, `Reply 2 hr late`, `Paused: waiting for the customer`. */
export function formatClock(
  { metric, state, dueAt }: DeskClock,
  ticket: ClockFields,
  now: string,
  reader: Reader,
  t: Translate,
): string {
  const isReply = metric === "reply";
  if (state === "paused" || dueAt === null)
    return ticket.status === "WAITING_ON_CUSTOMER" ? t("Paused: waiting for the customer") : t("Paused");
  const distance = Date.parse(dueAt) - Date.parse(now);
  if (state === "breached") {
    const time = formatDistance(-distance, reader.locale);
    if (-distance < MINUTE_MS) return isReply ? t("Reply late") : t("Resolution late");
    return isReply ? t("Reply {time} late", { time }) : t("Resolution {time} late", { time });
  }
  if (distance < MINUTE_MS) return isReply ? t("Reply due now") : t("Resolution due now");
  if (distance >= MAX_WEEKDAY_DAYS * DAY_MS) {
    const time = formatMoment(dueAt, now, reader);
    return isReply ? t("Reply due {time}", { time }) : t("Resolution due {time}", { time });
  }
  const time = formatDistance(distance, reader.locale);
  return isReply ? t("Reply due in {time}", { time }) : t("Resolution due in {time}", { time });
}

/** Writes a clock where there is no room for a sentence, in one form for all of a list: `in 25 min`, `in 3 days`, `2 hr late`, `Paused`. */
export function formatShortClock({ state, dueAt }: DeskClock, now: string, reader: Reader, t: Translate): string {
  if (state === "paused" || dueAt === null) return t("Paused");
  return state === "breached" ? formatLate(dueAt, now, reader.locale, t) : formatUntil(dueAt, now, reader.locale, t);
}

/** The hue of a clock: red is for what is overdue alone. */
export const findClockHue = ({ state, dueAt }: DeskClock, now: string): Hue =>
  state === "breached"
    ? "red"
    : state === "running" && dueAt !== null && Date.parse(dueAt) - Date.parse(now) < SOON_MS
      ? "yellow"
      : "gray";

/** Returns the milliseconds until the next full minute, when the words change. */
export const untilNextMinute = (nowMs: number): number => MINUTE_MS - (nowMs % MINUTE_MS);
