import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { sanitizeName, stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { sendThrottled } from "../../platform/auth/throttled-send.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { translationsFor } from "./i18n.ts";
import { buildToken, type OpenSurvey, requireOpenSurvey } from "./resolve-token.ts";
import { resolveLanguage, toLastDay } from "./survey.rules.ts";
import { Survey } from "./survey.ts";

/**
 * Sends the mails of a survey after the change that sends it or reminds. A mail has the id of its event, so the mail port sends it once, even if
 * the event repeats. A late event sends a mail only if the survey can still be answered.
 */

/** Maximum number of survey mails of a tenant to one address, per hour. */
const MAX_MAILS_PER_HOUR = 10;
/** Maximum number of characters of the ticket's subject in a mail. */
const MAX_SUBJECT_LENGTH = 120;

export const onSurveySent = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendSurveyMail(event));

async function sendSurveyMail({ id, type, version, record_id }: DomainEvent): Promise<void> {
  const openSurvey = await findOpenSurvey(record_id);
  const isReminder = type === "ticket_survey.reminded";
  if (openSurvey?.survey.status !== "SENT" || !openSurvey.ticket.is_resolved) return;
  // A survey that was sent again since has its own mail.
  if (!isReminder && version !== openSurvey.survey.sent_version) return;
  const [tenant, to] = await Promise.all([Tenant.get({}), Survey.resolveRecipient(openSurvey.survey.personal_key_id)]);
  if (tenant.status === "SUSPENDED" || typeof to === "string") return;
  const url = `${usePorts().origin}/survey/${await buildToken(record_id)}`;
  const { subject, text } = buildMail(openSurvey, tenant.name, isReminder);
  const message = { id, to: to.email, subject, text: `${text}\n\n${url}\n` };
  const branded = withBrand(message, tenant, resolveLanguage(openSurvey.survey, useSettings()));
  await sendThrottled(branded, [`survey of ${useTenant()} to ${normalizeAddress(to.email)}`, MAX_MAILS_PER_HOUR]);
}

/** Returns undefined if the survey's page would not be found. */
async function findOpenSurvey(id: string): Promise<OpenSurvey | undefined> {
  try {
    return await requireOpenSurvey(id);
  } catch (error) {
    if (isFailure(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** Removes links from the tenant's name and the ticket's subject. A stranger may have written the subject. */
function buildMail({ survey, ticket }: OpenSurvey, name: string, isReminder: boolean): { subject: string; text: string } {
  const settings = useSettings();
  const language = resolveLanguage(survey, settings);
  const words = translationsFor(language);
  const placeholders = {
    from: sanitizeName(name) || ticket.ticket_number,
    subject: [...stripLinks(ticket.subject)].slice(0, MAX_SUBJECT_LENGTH).join(""),
    number: ticket.ticket_number,
    day: createLocaleFormat(language).day(toLastDay(survey.expires_at ?? survey.send_at, settings.timezone)),
  };
  const text = [words.greeting, isReminder ? words.reminder_text : words.mail_text, words.mail_until, words.mail_link];
  return {
    subject: fillPlaceholders(isReminder ? words.reminder_subject : words.mail_subject, placeholders),
    text: text.map((line) => fillPlaceholders(line, placeholders)).join("\n\n"),
  };
}
