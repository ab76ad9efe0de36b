import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Clocks, onClock } from "../../storage/jobs/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { Tickets } from "../ticket.entity.ts";
import { type SurveyRecord, Surveys } from "./survey.entity.ts";
import type { Cause } from "./survey.rules.ts";
import { Survey } from "./survey.ts";

/** What becomes of a survey when one of its clocks is due; mails follow from the change (mail.ts). */

type Act = (survey: SurveyRecord, tx: Transaction) => SurveyRecord | Promise<SurveyRecord>;

const at = (clock: "sending" | "reminder" | "expiry", act: Act) =>
  onClock((id, due_at) => Tenant.asConfigured(() => Clocks.attend(Surveys, id, clock, due_at, act)));

/** What is asked by then is what the ticket was resolved with, if it still is. */
const send = at("sending", async (survey, tx) => {
  const ticket = await Records.leadingTo(Tickets, survey.ticket_id);
  if (ticket?.id !== survey.ticket_id || ticket.deleted_at) return cancelled(survey, "TICKET_GONE");
  tx.unchanged(ticket);
  const { resolved_at, personal_key_id, is_resolved } = ticket;
  // Another resolution schedules it anew, by its own event.
  if (!is_resolved || resolved_at !== survey.resolved_at) return cancelled(survey, "REOPENED");
  if (!useSettings().survey_is_sent) return cancelled(survey, "SWITCHED_OFF");
  if (personal_key_id === null) return cancelled(survey, "NO_ADDRESS");
  const to = await Survey.reached(personal_key_id);
  if (typeof to === "string") return cancelled(survey, to);
  const now = Survey.planned(ticket, personal_key_id, resolved_at, survey.send_at);
  return { ...survey, ...Survey.sent(now, survey.version + 1) };
});

const cancelled = (survey: SurveyRecord, cancelled_because: Cause): SurveyRecord => ({
  ...survey,
  status: "CANCELLED",
  cancelled_because,
});

/** Once; late, when nobody may answer any more, it ends as it would have ended. */
const remind = at("reminder", (survey) =>
  survey.expires_at !== null && survey.expires_at <= Clock.now() ? expired(survey) : { ...survey, reminded_at: Clock.now() },
);

const expired = (survey: SurveyRecord): SurveyRecord => ({ ...survey, status: "EXPIRED" });
const expire = at("expiry", expired);

const acts: Readonly<Record<string, (event: DomainEvent) => Promise<void>>> = {
  "ticket_survey.sending_due": send,
  "ticket_survey.reminder_due": remind,
  "ticket_survey.expiry_due": expire,
};

export const onDue = async (event: DomainEvent): Promise<void> => acts[event.type]?.(event);
