import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { MAX_DATE } from "../../kernel/date-bounds.ts";
import { conflict, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { derivedId, idTime, type Kind } from "../../kernel/id.ts";
import { language } from "../../kernel/language.ts";
import { email, oneLine, text } from "../../kernel/schema.ts";
import { MailCopies } from "../../people/suppression/mail-copies.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { resolveRecipients } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type OfferRecord, Offers, Stored } from "./offer.entity.ts";
import { OFFER } from "./offer.kind.ts";
import { computeReminder } from "./offer.rules.ts";
import type { TimelineSubject } from "./offerable.ts";
import { recordActivity } from "./timeline.ts";
import { OfferToken } from "./token.ts";

/** Sends a record to its customer. The offer is written in the transaction that makes the record sent; a consumer of the event sends the mail. */

/** Fields of the mail that the sender can set. */
export const MailInput = {
  to: email().optional().describe("If empty, the address of the contact"),
  cc: MailCopies.Input,
  subject: oneLine(255).min(1).nullish(),
  message: text(5000).nullish().describe("Text above the link in the email"),
  language: language().nullish().describe("Language of the email and the page. If empty, that of the letterhead"),
};

type MailInput = z.output<z.ZodObject<typeof MailInput>>;

/** The record to be sent. */
export interface SendSubject {
  kind: Kind;
  id: string;
  /** Name for mails and notifications, such as `Q-2030-000017`. */
  name: string;
  /** Without it, the customer has nothing to answer and is not reminded. */
  last_day?: string;
  owner_id: string | null;
  timelineSubject?: TimelineSubject;
}

/** Returns the offer id of a record. The id is derived, so the offer is found by key, and concurrent sendings conflict. */
const toOfferId = (record: string): string => derivedId(OFFER, idTime(record), record);

/** Adds the offer to the transaction that makes the record sent. If the record was sent before, the same link is mailed again. */
export async function add(tx: Transaction, sent: SendSubject & { contact_id: string | null }, mail: MailInput): Promise<void> {
  const { to, cc, subject = null, message = null, language = null } = mail;
  const address = to === undefined ? await loadContactAddress(sent.contact_id) : await requireAddress(to);
  await addChecked(tx, sent, { to: address, cc: await MailCopies.requireAllowed(cc), subject, message, language });
}

type CheckedMail = Pick<OfferRecord, "to" | "cc" | "subject" | "message" | "language">;

/** Does what `add` does, with addresses that the caller has checked. */
export async function addChecked(tx: Transaction, sent: SendSubject, mail: CheckedMail): Promise<void> {
  const before = await find(sent.id);
  const { name, last_day = MAX_DATE } = sent;
  const offerFields = { ...mail, name, last_day, sent_at: Clock.now(), revoked_at: null };
  const { offer_reminder_days, timezone } = useSettings();
  const due = sent.last_day === undefined ? null : computeReminder(last_day, offer_reminder_days, timezone, Clock.now());
  if (before) {
    const reminder_at = before.reminded_at === null ? due : null;
    const counters = { times_sent: before.times_sent + 1, sent_version: before.version + 1 };
    tx.replace(Offers, before, Records.nextVersion(before, { ...before, ...offerFields, ...counters, reminder_at }));
  } else {
    const subjectFields = { record_kind: sent.kind.name, record_id: sent.id };
    const offer = Records.init(
      Offers,
      { ...initialState, ...subjectFields, ...offerFields, reminder_at: due },
      { id: toOfferId(sent.id) },
    );
    tx.create(Offers, offer, () => new WriteConflict(`${sent.id} was sent at the same time`));
  }
  const entry = {
    subject: `${name} was sent to ${[mail.to, ...(mail.cc ?? [])].join(", ")}`,
    description: mail.message,
    owner_id: sent.owner_id,
  };
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

/** Returns the contact's address. Throws if there is none or if the contact refuses mails. */
async function loadContactAddress(contact: string | null): Promise<string> {
  if (contact === null) throw invalid("to", "Required: the record has no contact");
  const recipient = (await resolveRecipients([contact])).get(contact) ?? "NO_ADDRESS";
  if (recipient === "REFUSED") throw addressRejection("The contact refuses emails");
  if (recipient === "NO_ADDRESS") throw invalid("to", "Required: the contact has no address");
  return recipient.email;
}

async function requireAddress(to: string): Promise<string> {
  if (await TransactionalMail.isAddressRefused(to)) throw addressRejection("The address refuses emails or does not exist");
  return to;
}

const addressRejection = (why: string): Error =>
  ruleViolation(why, [{ field: "to", message: "Use another address, or ask the recipient first" }]);

const find = (record: string): Promise<OfferRecord | undefined> => Records.load(Offers, toOfferId(record), { live: true });

/** Returns the link that the next mail has too; null if the record was not sent yet, or its links were revoked. */
export async function findLink(record: string): Promise<string | null> {
  const offer = await find(record);
  return offer?.revoked_at === null ? OfferToken.buildLink(offer) : null;
}

/** Returns the paths of the pages of those records whose links are in force, by the id of the record. */
export async function findPagePaths(records: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const offers = await Records.loadMany(Offers, records.map(toOfferId), { live: true });
  const paths = offers.map(async (offer) =>
    offer?.revoked_at === null ? [[offer.record_id, `/q/${await OfferToken.build(offer)}`] as const] : [],
  );
  return new Map((await Promise.all(paths)).flat());
}

export const Info = z.object({ id: z.string(), ...Stored.omit({ sent_version: true }).shape });

/** Reads the offer of a record. The caller must have checked that the user sees the record. */
export async function read(record: string): Promise<OfferRecord> {
  const offer = await find(record);
  if (!offer) throw notFound();
  return offer;
}

/** Revokes all links of a record. The next sending creates another link. */
export async function revoke(record: string): Promise<OfferRecord> {
  const offer = await find(record);
  if (!offer) throw conflict("The record was not sent, so it has no link to revoke");
  return Records.change(Offers, offer.id, (current) =>
    current.revoked_at === null
      ? { ...current, link_number: current.link_number + 1, revoked_at: Clock.now(), reminder_at: null }
      : current,
  );
}

export * as Sending from "./sending.ts";
