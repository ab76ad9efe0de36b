import { matchLanguage } from "../../kernel/language.ts";
import type { Settings } from "../../kernel/settings.ts";
import { addDays, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import type { TicketRecord } from "../ticket/ticket.entity.ts";

/** When the requester of a ticket is asked how they liked it, and until when they may answer (docs/service/surveys.md). Pure. */

export const surveyStatuses = ["SCHEDULED", "SENT", "ANSWERED", "EXPIRED", "CANCELLED"] as const;

/** Why nobody was asked: its ticket went on, or is gone; there is no address, or no wish for mail; the tenant asks nobody any more. */
export const causes = ["REOPENED", "TICKET_GONE", "NO_ADDRESS", "REFUSED", "SWITCHED_OFF"] as const;
export type Cause = (typeof causes)[number];

const HOUR_MS = 60 * 60 * 1000;
/** Days after the sending: after so many who has not answered is reminded, and with the last it ends. */
export const [REMINDER_DAYS, LIFETIME_DAYS] = [3, 14];

const addHours = (instant: string, hours: number): string => new Date(Date.parse(instant) + hours * HOUR_MS).toISOString();

/** The end of the last day in the tenant's zone. */
export const computeExpiry = (sent_at: string, zone: string): string =>
  startOfDay(zone, addDays(instantToDay(zone, sent_at), LIFETIME_DAYS + 1));

/** The last day, of an end. */
export const toLastDay = (end: string, zone: string): string => instantToDay(zone, new Date(Date.parse(end) - 1).toISOString());

/** What of a survey its course goes by. */
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

/** Whether it can be answered: the end holds to the instant, whenever the clock is attended to. */
export const isOpen = ({ status, expires_at }: Pick<SurveyState, "status" | "expires_at">, now: string): boolean =>
  (status === "SENT" || status === "ANSWERED") && expires_at !== null && now < expires_at;

/** A rating that whoever had the ticket is told of. */
export const isLow = ({ rating }: { rating: number | null }): boolean => rating !== null && rating <= 2;

type ResolvableTicket = Pick<TicketRecord, "is_resolved" | "resolved_at" | "personal_key_id">;

/** What becomes of a survey that its ticket has to be asked of. */
export type Step = { to: "SCHEDULED"; resolved_at: string; send_at: string } | { to: "CANCELLED"; because: Cause };

/**
 * Where the survey of a ticket that is there should be, by what both are now: so it does not matter how often, how late and in which
 * order it is asked. Undefined where it stays. What was answered is asked no more; of several resolutions the newest counts.
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
  // A ticket that was deleted when it was to be asked about, and came back.
  const isKnown = survey?.resolved_at === resolved_at && survey.cancelled_because !== "TICKET_GONE";
  if (isKnown || !survey_is_sent || personal_key_id === null) return undefined;
  return { to: "SCHEDULED", resolved_at, send_at: addHours(resolved_at, survey_after_hours) };
}

/** In which mail and page are: as whoever sent it chose, or as the letterhead is. */
export const resolveLanguage = ({ language }: { language: string | null }, { letterhead }: Settings): string =>
  [language, letterhead.language].find((tag) => tag && matchLanguage(tag)) ?? "en";
