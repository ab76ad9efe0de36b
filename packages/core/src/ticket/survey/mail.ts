import { sendSparingly } from "../../auth/sparing.ts";
import { speechOf } from "../../document/speech.ts";
import { addressOf } from "../../invitation/recipients.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { spoken, unlinked } from "../../kernel/mail-text.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { filled } from "../../kernel/text.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { type Held, holding, tokenOf } from "./entrance.ts";
import { languageIn, lastDayOf } from "./survey.rules.ts";
import { Survey } from "./survey.ts";
import { wordsOf } from "./words.ts";

/**
 * The mails of a survey, behind the change that sends or reminds. The number of a mail is that of its event, so the mail port sends it once,
 * however often the event comes; one that comes late tells of what can still be answered, or is none.
 */

/** Mails in an hour to one address, of one tenant. */
const MOST = 10;
/** Characters of a ticket's subject. */
const SUBJECT = 120;

export const tell = (event: DomainEvent): Promise<void> => Tenant.asConfigured(() => mailed(event));

async function mailed({ id, type, version, record_id }: DomainEvent): Promise<void> {
  const held = await heldNow(record_id);
  const isReminder = type === "ticket_survey.reminded";
  if (held?.survey.status !== "SENT" || !held.ticket.is_resolved) return;
  // One that was sent again meanwhile has the mail of that.
  if (!isReminder && version !== held.survey.sent_version) return;
  const [tenant, to] = await Promise.all([Tenant.get({}), Survey.reached(held.survey.personal_key_id)]);
  if (tenant.status === "SUSPENDED" || typeof to === "string") return;
  const url = `${usePorts().origin}/survey/${await tokenOf(record_id)}`;
  const { subject, text } = letterOf(held, tenant.name, isReminder);
  const message = { id, to: to.email, subject, text: `${text}\n\n${url}\n` };
  await sendSparingly(message, [`survey of ${useTenant()} to ${addressOf(to.email)}`, MOST]);
}

/** Nothing where its page would show nothing. */
async function heldNow(id: string): Promise<Held | undefined> {
  try {
    return await holding(id);
  } catch (error) {
    if (isFailure(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** A tenant may be called anything, and a stranger may have written the subject: neither leads anywhere. */
function letterOf({ survey, ticket }: Held, name: string, isReminder: boolean): { subject: string; text: string } {
  const settings = useSettings();
  const language = languageIn(survey, settings);
  const words = wordsOf(language);
  const said = {
    from: spoken(name) || ticket.ticket_number,
    subject: [...unlinked(ticket.subject)].slice(0, SUBJECT).join(""),
    number: ticket.ticket_number,
    day: speechOf(language).day(lastDayOf(survey.expires_at ?? survey.send_at, settings.timezone)),
  };
  const text = [words.greeting, isReminder ? words.reminder_text : words.mail_text, words.mail_until, words.mail_link];
  return {
    subject: filled(isReminder ? words.reminder_subject : words.mail_subject, said),
    text: text.map((line) => filled(line, said)).join("\n\n"),
  };
}
