import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { conflict, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { derivedId, idTime, type Kind } from "../../kernel/id.ts";
import { language } from "../../kernel/language.ts";
import { email, oneLine, text } from "../../kernel/schema.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { resolveRecipients } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { OFFER } from "./offer.domain.ts";
import { type OfferRecord, Offers, Stored } from "./offer.entity.ts";
import { computeReminder } from "./offer.rules.ts";
import type { TimelineSubject } from "./offerable.ts";
import { recordActivity } from "./timeline.ts";

/** How something gets to its customer: what is to be mailed is written with the change that sends it, and mailed behind that. */

/** What whoever sends may say of the mail. */
export const MailInput = {
  to: email().optional().describe("The contact's address unless told otherwise"),
  subject: oneLine(255).min(1).nullish(),
  message: text(5000).nullish().describe("Above the link"),
  language: language().nullish().describe("Of mail and page; that of the letterhead unless told otherwise"),
};

type MailInput = z.output<z.ZodObject<typeof MailInput>>;

/** What is sent. */
export interface SendSubject {
  kind: Kind;
  id: string;
  /** What it is called: `Q-2030-000017`. */
  name: string;
  last_day: string;
  owner_id: string | null;
  contact_id: string | null;
  timelineSubject?: TimelineSubject;
}

/** Of each record one: so it is found without an index, and of two who send at the same moment one begins anew. */
const toOfferId = (record: string): string => derivedId(OFFER, idTime(record), record);

/** Joins the transaction that makes it sent; again, the same link is mailed once more. */
export async function add(
  tx: Transaction,
  sent: SendSubject,
  { to, subject = null, message = null, language = null }: MailInput,
): Promise<void> {
  const address = to === undefined ? await loadContactAddress(sent.contact_id) : await requireAddress(to);
  const before = await find(sent.id);
  const { name, last_day } = sent;
  const said = { name, last_day, to: address, subject, message, language, sent_at: Clock.now(), revoked_at: null };
  const { offer_reminder_days: days, timezone } = useSettings();
  const due = computeReminder(last_day, days, timezone, Clock.now());
  if (before) {
    const reminder_at = before.reminded_at === null ? due : null;
    const counted = { times_sent: before.times_sent + 1, sent_version: before.version + 1 };
    tx.replace(Offers, before, Records.nextVersion(before, { ...before, ...said, ...counted, reminder_at }));
  } else {
    const about = { record_kind: sent.kind.name, record_id: sent.id };
    const offer = Records.init(Offers, { ...initialState, ...about, ...said, reminder_at: due }, { id: toOfferId(sent.id) });
    tx.create(Offers, offer, () => new WriteConflict(`${sent.id} was sent a moment ago`));
  }
  const entry = { subject: `${name} was sent to ${address}`, description: message, owner_id: sent.owner_id };
  await recordActivity(tx, sent.timelineSubject ?? { record_kind: sent.kind.name, record_id: sent.id }, entry);
}

const initialState = {
  times_sent: 1,
  sent_version: 1,
  link_number: 1,
  first_viewed_at: null,
  last_viewed_at: null,
  view_count: 0,
  reminded_at: null,
  answer: null,
  questions: [],
};

/** Whom the contact is reached at, who may have refused to be written to. */
async function loadContactAddress(contact: string | null): Promise<string> {
  const none = (why: string) => invalid("to", `Required: ${why}`);
  if (contact === null) throw none("it names no contact");
  const found = (await resolveRecipients([contact])).get(contact) ?? "NO_ADDRESS";
  if (found === "REFUSED") throw addressRejection("The contact refuses mails");
  if (found === "NO_ADDRESS") throw none("its contact has no address");
  return found.email;
}

async function requireAddress(to: string): Promise<string> {
  if (await TransactionalMail.isAddressRefused(to))
    throw addressRejection("Whoever has the address refuses mails, or it is none");
  return to;
}

const addressRejection = (why: string): Error =>
  ruleViolation(why, [{ field: "to", message: "Name another address, or ask them first" }]);

const find = (record: string): Promise<OfferRecord | undefined> => Records.load(Offers, toOfferId(record), { live: true });

export const Info = z.object({ id: z.string(), ...Stored.omit({ sent_version: true }).shape });

/** What was sent of a record that the caller has been shown. */
export async function read(record: string): Promise<OfferRecord> {
  const offer = await find(record);
  if (!offer) throw notFound();
  return offer;
}

/** No link that was sent leads to it any more, until it is sent again with another. */
export async function revoke(record: string): Promise<OfferRecord> {
  const offer = await find(record);
  if (!offer) throw conflict("It was not sent: there is no link");
  return Records.change(Offers, offer.id, (current) =>
    current.revoked_at === null
      ? { ...current, link_number: current.link_number + 1, revoked_at: Clock.now(), reminder_at: null }
      : current,
  );
}

export * as Sending from "./sending.ts";
