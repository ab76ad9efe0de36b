import { formatInstant } from "../../kernel/date-bounds.ts";
import { matchLanguage } from "../../kernel/language.ts";
import type { Settings } from "../../kernel/settings.ts";
import { addDays, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import type { TicketRecord } from "../ticket/ticket.entity.ts";

/** When the requester of a ticket gets a survey, and until when they can answer (docs/service/surveys.md). Pure. */

export const surveyStatuses = ["SCHEDULED", "SENT", "ANSWERED", "EXPIRED", "CANCELLED"] as const;

/**
 * Why a survey was cancelled: the ticket was reopened or is gone, the requester has no address or refuses mails, or the tenant switched surveys
 * off.
 */
export const causes = ["REOPENED", "TICKET_GONE", "NO_ADDRESS", "REFUSED", "SWITCHED_OFF"] as const;
export type Cause = (typeof causes)[number];

const HOUR_MS = 60 * 60 * 1000;
/** Days after the survey was sent: when a reminder is sent, and the last day to answer. */
export const [REMINDER_DAYS, LIFETIME_DAYS] = [3, 14];

const addHours = (instant: string, hours: number): string => formatInstant(Date.parse(instant) + hours * HOUR_MS);

/** Returns the end of the last day, in the tenant's time zone. */
export const computeExpiry = (sent_at: string, zone: string): string =>
  startOfDay(zone, addDays(instantToDay(zone, sent_at), LIFETIME_DAYS + 1));

/** Returns the last day on which an answer is possible, from the expiry instant. */
export const toLastDay = (end: string, zone: string): string => instantToDay(zone, formatInstant(Date.parse(end) - 1));

/** The fields that decide the state of a survey. */
interface SurveyState {
  status: (typeof surveyStatuses)[number];
  cancelled_because: Cause | null;
  resolved_at: string;
  send_at: string;
  sent_at: string | null;
  reminded_at: string | null;
  expires_at: string | null;
}

type ClockFields = Pick<SurveyState, "status" | "send_at" | "sent_at" | "reminded_at" | "expires_at">;

export function computeClocks({ status, send_at, sent_at, reminded_at, expires_at }: ClockFields) {
  const isWaiting = status === "SENT" && sent_at !== null;
  return {
    sending: status === "SCHEDULED" ? send_at : null,
    reminder: isWaiting && reminded_at === null ? addHours(sent_at, REMINDER_DAYS * 24) : null,
    expiry: isWaiting ? expires_at : null,
  };
}

/** Returns whether the survey can be answered. The expiry instant is exact, even if the clock event comes late. */
export const isOpen = ({ status, expires_at }: Pick<SurveyState, "status" | "expires_at">, now: string): boolean =>
  (status === "SENT" || status === "ANSWERED") && expires_at !== null && now < expires_at;

/** Returns whether the assignee is notified of the rating. */
export const isLow = ({ rating }: { rating: number | null }): boolean => rating !== null && rating <= 2;

type ResolvableTicket = Pick<TicketRecord, "is_resolved" | "resolved_at" | "personal_key_id">;

/** The next step of a survey. */
type Step = { to: "SCHEDULED"; resolved_at: string; send_at: string } | { to: "CANCELLED"; because: Cause };

/**
 * Returns the next step of a ticket's survey; undefined if it stays as it is. The result follows from the current ticket and survey, so repeated,
 * late and reordered calls are safe. An answered survey is not sent again. Of several resolutions, the newest counts.
 */
export function computeNextStep(
  { is_resolved, resolved_at, personal_key_id }: ResolvableTicket,
  survey: Pick<SurveyState, "status" | "resolved_at" | "cancelled_because"> | undefined,
  { survey_is_sent, survey_after_hours }: Pick<Settings, "survey_is_sent" | "survey_after_hours">,
): Step | undefined {
  if (survey?.status === "ANSWERED") return undefined;
  if (!is_resolved || resolved_at === null) {
    const isUnderWay = survey?.status === "SCHEDULED" || survey?.status === "SENT";
    return isUnderWay ? { to: "CANCELLED", because: "REOPENED" } : undefined;
  }
  // A ticket that was deleted when the survey was due and was restored since gets its survey again.
  const isKnown = survey?.resolved_at === resolved_at && survey.cancelled_because !== "TICKET_GONE";
  if (isKnown || !survey_is_sent || personal_key_id === null) return undefined;
  return { to: "SCHEDULED", resolved_at, send_at: addHours(resolved_at, survey_after_hours) };
}

/** Returns the language of the mail: the one chosen at sending, else that of the letterhead. */
export const resolveLanguage = ({ language }: { language: string | null }, { letterhead }: Settings): string =>
  [language, letterhead.language].find((tag) => tag && matchLanguage(tag)) ?? "en";
