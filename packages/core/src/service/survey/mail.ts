import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { sanitizeName, stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { sendThrottled } from "../../platform/auth/throttled-send.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { translationsFor } from "./i18n.ts";
import { buildToken, type OpenSurvey, requireOpenSurvey } from "./resolve-token.ts";
import { resolveLanguage, toLastDay } from "./survey.rules.ts";
import { Survey } from "./survey.ts";

/**
 * The mails of a survey, behind the change that sends or reminds. The number of a mail is that of its event, so the mail port sends it once,
 * however often the event comes; one that comes late tells of what can still be answered, or is none.
 */

/** Mails in an hour to one address, of one tenant. */
const MAX_MAILS_PER_HOUR = 10;
/** Characters of a ticket's subject. */
const MAX_SUBJECT_LENGTH = 120;

export const onSurveySent = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendSurveyMail(event));

async function sendSurveyMail({ id, type, version, record_id }: DomainEvent): Promise<void> {
  const held = await findOpenSurvey(record_id);
  const isReminder = type === "ticket_survey.reminded";
  if (held?.survey.status !== "SENT" || !held.ticket.is_resolved) return;
  // One that was sent again meanwhile has the mail of that.
  if (!isReminder && version !== held.survey.sent_version) return;
  const [tenant, to] = await Promise.all([Tenant.get({}), Survey.resolveRecipient(held.survey.personal_key_id)]);
  if (tenant.status === "SUSPENDED" || typeof to === "string") return;
  const url = `${usePorts().origin}/survey/${await buildToken(record_id)}`;
  const { subject, text } = buildMail(held, tenant.name, isReminder);
  const message = { id, to: to.email, subject, text: `${text}\n\n${url}\n` };
  await sendThrottled(message, [`survey of ${useTenant()} to ${normalizeAddress(to.email)}`, MAX_MAILS_PER_HOUR]);
}

/** Nothing where its page would show nothing. */
async function findOpenSurvey(id: string): Promise<OpenSurvey | undefined> {
  try {
    return await requireOpenSurvey(id);
  } catch (error) {
    if (isFailure(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** A tenant may be called anything, and a stranger may have written the subject: neither leads anywhere. */
function buildMail({ survey, ticket }: OpenSurvey, name: string, isReminder: boolean): { subject: string; text: string } {
  const settings = useSettings();
  const language = resolveLanguage(survey, settings);
  const words = translationsFor(language);
  const said = {
    from: sanitizeName(name) || ticket.ticket_number,
    subject: [...stripLinks(ticket.subject)].slice(0, MAX_SUBJECT_LENGTH).join(""),
    number: ticket.ticket_number,
    day: createLocaleFormat(language).day(toLastDay(survey.expires_at ?? survey.send_at, settings.timezone)),
  };
  const text = [words.greeting, isReminder ? words.reminder_text : words.mail_text, words.mail_until, words.mail_link];
  return {
    subject: fillPlaceholders(isReminder ? words.reminder_subject : words.mail_subject, said),
    text: text.map((line) => fillPlaceholders(line, said)).join("\n\n"),
  };
}
