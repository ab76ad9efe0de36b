import { speechOf } from "../document/speech.ts";
import { addressOf } from "../invitation/recipients.ts";
import { usePorts, useTenant } from "../kernel/context.ts";
import { unlinked } from "../kernel/mail-text.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { filled } from "../kernel/text.ts";
import { Records } from "../storage/write/records.ts";
import { Outward } from "../suppression/outward.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import { languageIn } from "./entrance.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { type Offer, offeredOf } from "./offered.ts";
import { OfferToken } from "./token.ts";
import { type Words, wordsOf } from "./words.ts";

/**
 * What customers are told by mail, behind the change that tells it. The number of a mail is that of its event, so the mail port sends it
 * once, however often the event comes.
 */

/** Mails in an hour to one address, of one tenant. */
const MOST = 30;

export const tell = (event: DomainEvent): Promise<void> => Tenant.asConfigured(() => mailed(event));

async function mailed({ id, type, version, record_id }: DomainEvent): Promise<void> {
  const offer = await Records.load(Offers, record_id, { live: true });
  if (!offer || offer.revoked_at !== null) return;
  const isReminder = type === "offer.reminded";
  // One that was sent once more meanwhile has the mail of that.
  if (!isReminder && version !== offer.sent_version) return;
  const tenant = await Tenant.get({});
  if (tenant.status === "SUSPENDED") return;
  const language = languageIn(offer);
  const found = await (await offeredOf(offer.record_kind)).read(offer.record_id, { language });
  if (found?.state !== "open") return;
  const [owner] = found.owner_id ? await Directory.activeNow([found.owner_id]) : [];
  const written = letterOf(offer, found, { words: wordsOf(language), from: tenant.name, isReminder });
  const url = `${usePorts().origin}/q/${await OfferToken.of(offer)}`;
  const message = { id, to: offer.to, subject: written.subject, text: `${written.text}\n\n${url}\n` };
  await Outward.mail({ ...message, ...(owner ? { reply_to: owner.email } : {}) }, [
    `offer of ${useTenant()} to ${addressOf(offer.to)}`,
    MOST,
  ]);
}

interface Writing {
  words: Words;
  from: string;
  isReminder: boolean;
}

function letterOf({ subject, message }: OfferRecord, { document, day }: Offer, { words, from, isReminder }: Writing) {
  const said = { title: document.title, from, day: speechOf(document.language).day(day) };
  const until = filled(words.mail_until, said);
  if (isReminder)
    return {
      subject: unlinked(filled(words.reminder_subject, said)),
      text: [words.greeting, filled(words.reminder_text, said), words.mail_link].join("\n\n"),
    };
  const opening = message ? [message] : [words.greeting, filled(words.mail_text, said)];
  return {
    subject: subject ?? unlinked(filled(words.mail_subject, said)),
    text: [...opening, until, words.mail_link].join("\n\n"),
  };
}
