import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { newId } from "../../kernel/id.ts";
import { sanitizeName } from "../../kernel/mail-sanitizer.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { isConditionFailed, readItem, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { resolveMerged } from "../person/identity.ts";
import { CONTACT_POINT } from "../person/person.kind.ts";
import { Preferences } from "../person/preferences.ts";
import { resolveAddress } from "./address.ts";
import { translationsFor } from "./i18n.ts";
import { buildLink, type LinkPayload } from "./preferences-link.ts";
import { type SubscriptionType, SubscriptionTypes } from "./subscription-type.ts";
import { Suppressions } from "./suppression-store.ts";
import { TransactionalMail } from "./transactional-mail.ts";

/**
 * Consent by form to a subscription type that needs a double opt-in: it is pending until the owner of the address presses the button of
 * the page to which a mail links (docs/people/suppression.md).
 */

const CHANNEL = "email";
const DAY_SECONDS = 24 * 60 * 60;
/** How long a pending consent can be confirmed. */
const PENDING_SECONDS = 30 * DAY_SECONDS;

/** Consent to a type that is not confirmed yet. */
interface PendingConsent {
  person_id: string;
  /** The form, as the source of the answer. */
  source: string;
  /** The text that the person agreed to, and when. */
  text: string;
  at: string;
  /** When the mail was sent. Its link contains this time. */
  mailed_at: string;
  confirmed_at?: string;
}

const pendingKey = async (address: string, type: string): Promise<Key> => ({
  pk: tenantKey(useTenant(), "OPTIN", (await resolveAddress(CHANNEL, address)).hash),
  sk: type,
});

export interface ConsentRequest extends Pick<PendingConsent, "person_id" | "source" | "text" | "at"> {
  address: string;
  type: SubscriptionType;
}

/**
 * Sends the mail that asks to confirm a consent, at most once in 24 hours for an address and type. Sends none if the person allows the
 * type already, or if the address refuses service mail.
 */
export async function requestConfirmation({ address, type, ...consent }: ConsentRequest): Promise<void> {
  if ((await hasAllowed(consent.person_id, type.code)) || (await TransactionalMail.isAddressRefused(address))) return;
  const mailed_at = Clock.now();
  const key = await pendingKey(address, type.code);
  if (!(await claimMail(key, { ...consent, mailed_at }))) return;
  try {
    await sendMail(address, type, mailed_at);
  } catch (error) {
    // The submission is stored, so it succeeds all the same. A repeat of the form sends the mail.
    usePorts().log.write("warn", "The mail that asks to confirm a consent was not sent", { type: type.code, error });
    await releaseClaim(key, mailed_at);
  }
}

async function hasAllowed(person: string, type: string): Promise<boolean> {
  const record = await resolveMerged(person);
  return record !== undefined && Preferences.findAnswer(record, CHANNEL, type) === "ALLOWED";
}

/** Stores a pending consent, unless a mail was sent within 24 hours. Returns whether the mail may be sent. */
async function claimMail(key: Key, pending: PendingConsent): Promise<boolean> {
  const item = { ...key, ...pending, ttl: Clock.toEpochSeconds(pending.mailed_at) + PENDING_SECONDS };
  const latest = Clock.addSeconds(-DAY_SECONDS, Date.parse(pending.mailed_at));
  try {
    const tx = transaction();
    tx.put(item, {
      condition: "attribute_not_exists(pk) OR mailed_at <= :latest",
      values: { ":latest": latest },
      rejection: () => new MailClaimed(),
    });
    return await tx.commit(true);
  } catch (error) {
    if (error instanceof MailClaimed) return false;
    throw error;
  }
}

/** A mail to the address about the type was sent within 24 hours. */
class MailClaimed extends Error {
  override name = "MailClaimed";
}

/** Makes the claim of a mail that was not sent older than 24 hours. */
async function releaseClaim(key: Key, mailed_at: string): Promise<void> {
  try {
    await update({
      Key: key,
      UpdateExpression: "SET mailed_at = :never",
      ConditionExpression: "mailed_at = :mailed",
      ExpressionAttributeValues: { ":never": "", ":mailed": mailed_at },
    });
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}

/** Maximum number of these mails of a tenant in a minute, because strangers cause them. */
const MAX_MAILS_PER_MINUTE = 120;

async function sendMail(address: string, type: SubscriptionType, mailed_at: string): Promise<void> {
  const [tenant, link] = await Promise.all([
    Tenant.get({}),
    buildLink({ channel: CHANNEL, address, type: type.code, confirms: mailed_at }),
  ]);
  const { language } = useSettings().letterhead;
  const words = translationsFor(language).confirmation;
  const placeholders = { from: sanitizeName(tenant.name), type: type.name };
  const lines = [fillPlaceholders(words.mail_text, placeholders), link, words.mail_other];
  const message = {
    id: newId(CONTACT_POINT),
    to: address,
    subject: fillPlaceholders(words.mail_subject, placeholders),
    text: `${lines.join("\n\n")}\n`,
  };
  await RateLimit.take("double_opt_in", MAX_MAILS_PER_MINUTE);
  await usePorts().mail.send(withBrand(message, tenant, language));
}

/** A pending consent, as its page shows it. */
export interface OpenConsent {
  type: SubscriptionType;
  text: string;
}

/** Returns the pending consent of a link; undefined if there is none, or if it was confirmed, replaced or has expired. */
export async function findOpen(link: LinkPayload): Promise<OpenConsent | undefined> {
  const pending = await findPending(link);
  return pending && { type: await SubscriptionTypes.load(link.type), text: pending.text };
}

async function findPending({ address, type, confirms }: LinkPayload): Promise<PendingConsent | undefined> {
  if (type === null || confirms === null) return undefined;
  const pending = (await readItem(await pendingKey(address, type))) as PendingConsent | undefined;
  if (pending?.mailed_at !== confirms || pending.confirmed_at !== undefined) return undefined;
  return Clock.addSeconds(PENDING_SECONDS, Date.parse(confirms)) > Clock.now() ? pending : undefined;
}

/** Confirms the pending consent of a link: the person allows the type. Repeating it changes nothing. */
export async function confirm(link: LinkPayload): Promise<void> {
  const pending = await findPending(link);
  const person = pending && (await resolveMerged(pending.person_id));
  if (!pending || link.type === null || !person || person.deleted_at) return;
  const { address, type } = link;
  await Suppressions.lift({ channel: CHANNEL, address, reasons: ["UNSUBSCRIBED"], type, by: "SELF" });
  const key = await pendingKey(address, type);
  const now = Clock.now();
  const answer = {
    ...{ channel: CHANNEL, purpose: type, consent: "ALLOWED" as const, at: now },
    ...{ source: `double_opt_in ${pending.source}`, text: pending.text },
  };
  await Preferences.applyAnswers(
    person.id,
    () => [answer],
    (tx) =>
      tx.put(
        { ...key, ...pending, confirmed_at: now },
        {
          condition: "mailed_at = :mailed",
          values: { ":mailed": pending.mailed_at },
          rejection: () => new WriteConflict("The consent was asked for again while it was confirmed"),
        },
      ),
  );
}

export * as DoubleOptIn from "./double-opt-in.ts";
