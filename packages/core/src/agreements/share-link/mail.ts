import { useTenant } from "../../kernel/context.ts";
import { stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { type Translations, translationsFor } from "./i18n.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { loadOfferable, type Offer } from "./offerable.ts";
import { resolveOfferLanguage } from "./resolve-token.ts";
import { OfferToken } from "./token.ts";

/** Mails to customers about offers. The mail id is the event id, so the mail port sends a mail once even if the event is delivered again. */

/** Maximum mails in an hour to one address, for each tenant. */
const MAX_MAILS_PER_HOUR = 30;

export const onOfferEvent = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendOfferMail(event));

async function sendOfferMail({ id, type, version, record_id }: DomainEvent): Promise<void> {
  const offer = await Records.load(Offers, record_id, { live: true });
  if (!offer || offer.revoked_at !== null) return;
  const isReminder = type === "offer.reminded";
  // If the record was sent again meanwhile, only the mail of the last sending goes out.
  if (!isReminder && version !== offer.sent_version) return;
  const tenant = await Tenant.get({});
  if (tenant.status === "SUSPENDED") return;
  const language = resolveOfferLanguage(offer);
  const offerable = await loadOfferable(offer.record_kind);
  if (offerable.sendsOwnMails) return;
  const currentOffer = await offerable.read(offer.record_id, { language, isBrief: true });
  if (currentOffer?.state !== "open" && currentOffer?.state !== "shown") return;
  const [owner] = currentOffer.owner_id ? await Directory.loadActive([currentOffer.owner_id]) : [];
  const mail = composeMail(offer, currentOffer, { words: translationsFor(language), from: tenant.name, isReminder });
  const url = await OfferToken.buildLink(offer);
  const message = {
    id,
    to: offer.to,
    cc: isReminder ? [] : (offer.cc ?? []),
    subject: mail.subject,
    text: `${mail.text}\n\n${url}\n`,
  };
  const branded = withBrand({ ...message, ...(owner ? { reply_to: owner.email } : {}) }, tenant, language);
  await TransactionalMail.sendMail(branded, [`offer of ${useTenant()} to ${normalizeAddress(offer.to)}`, MAX_MAILS_PER_HOUR]);
}

interface MailOptions {
  words: Translations;
  from: string;
  isReminder: boolean;
}

function composeMail(
  { subject, message }: OfferRecord,
  { document, day, state }: Offer,
  { words, from, isReminder }: MailOptions,
) {
  const placeholders = { title: document.title, from, day: createLocaleFormat(document.language).day(day) };
  const until = fillPlaceholders(words.mail_until, placeholders);
  if (isReminder)
    return {
      subject: stripLinks(fillPlaceholders(words.reminder_subject, placeholders)),
      text: [words.greeting, fillPlaceholders(words.reminder_text, placeholders), words.mail_link].join("\n\n"),
    };
  const usual = fillFirstMail(words, placeholders);
  return {
    subject: subject ?? usual.subject,
    text: [message || usual.message, ...(state === "shown" ? [words.mail_open] : [until, words.mail_link])].join("\n\n"),
  };
}

/** Subject and first lines of a mail whose sender wrote none. */
const fillFirstMail = (words: Translations, placeholders: { title: string; from: string }) => ({
  subject: stripLinks(fillPlaceholders(words.mail_subject, placeholders)),
  message: [words.greeting, fillPlaceholders(words.mail_text, placeholders)].join("\n\n"),
});

/** Returns what the mail says if its sender writes nothing, for the preview of a sending. */
export const composeFirstMail = ({ language, ...placeholders }: { title: string; from: string; language: string }) =>
  fillFirstMail(translationsFor(language), placeholders);
