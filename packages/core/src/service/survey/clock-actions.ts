import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Tickets } from "../ticket/ticket.entity.ts";
import { type SurveyRecord, Surveys } from "./survey.entity.ts";
import type { Cause } from "./survey.rules.ts";
import { Survey } from "./survey.ts";

/** Changes a survey when one of its clocks is due. The change triggers the mails (mail.ts). */

type ClockAction = (survey: SurveyRecord, tx: Transaction) => SurveyRecord | Promise<SurveyRecord>;

const createClockHandler = (clock: "sending" | "reminder" | "expiry", act: ClockAction) =>
  createClockListener((id, due_at) => Tenant.runWithSettings(() => Clocks.runDue(Surveys, id, clock, due_at, act)));

/** Sends the survey, if its ticket still has the resolution that it asks about. */
const onSendingDue = createClockHandler("sending", async (survey, tx) => {
  const ticket = await Records.resolveMerged(Tickets, survey.ticket_id);
  if (ticket?.id !== survey.ticket_id || ticket.deleted_at) return cancelSurvey(survey, "TICKET_GONE");
  tx.requireUnchanged(ticket);
  const { resolved_at, personal_key_id, is_resolved } = ticket;
  // The event of another resolution schedules the survey again.
  if (!is_resolved || resolved_at !== survey.resolved_at) return cancelSurvey(survey, "REOPENED");
  if (!useSettings().survey_is_sent) return cancelSurvey(survey, "SWITCHED_OFF");
  if (personal_key_id === null) return cancelSurvey(survey, "NO_ADDRESS");
  const to = await Survey.resolveRecipient(personal_key_id);
  if (typeof to === "string") return cancelSurvey(survey, to);
  const now = Survey.buildPlan(ticket, personal_key_id, resolved_at, survey.send_at);
  return { ...survey, ...Survey.markSent(now, survey.version + 1) };
});

const cancelSurvey = (survey: SurveyRecord, cancelled_because: Cause): SurveyRecord => ({
  ...survey,
  status: "CANCELLED",
  cancelled_because,
});

/** Reminds once. If the event is so late that the survey has expired, the survey expires instead. */
const onReminderDue = createClockHandler("reminder", (survey) =>
  survey.expires_at !== null && survey.expires_at <= Clock.now() ? expireSurvey(survey) : { ...survey, reminded_at: Clock.now() },
);

const expireSurvey = (survey: SurveyRecord): SurveyRecord => ({ ...survey, status: "EXPIRED" });
const onExpiryDue = createClockHandler("expiry", expireSurvey);

const handlers: Readonly<Record<string, (event: DomainEvent) => Promise<void>>> = {
  "ticket_survey.sending_due": onSendingDue,
  "ticket_survey.reminder_due": onReminderDue,
  "ticket_survey.expiry_due": onExpiryDue,
};

export const onClockDue = async (event: DomainEvent): Promise<void> => handlers[event.type]?.(event);
