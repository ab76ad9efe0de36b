import { selectProcessable } from "../../kernel/processing.ts";
import { Message } from "../../messaging/message/message.ts";
import { isMarketingOptInRequired } from "../../people/person/preferences.ts";
import { decideMarketingConsent } from "../../people/suppression/marketing-consent.rules.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { loadPage, type Recipient } from "./audience.ts";
import type { SendRecord } from "./email-send.entity.ts";
import { addLeftOut, type LeftOut, type LeftOutReason, MAX_CHECKED_PERSONS } from "./email-send.rules.ts";
import { loadMailing, type Mailing, renderFor } from "./mailing.ts";

/** Counts who would get a message of a send now, and who would not. Writes nothing. */

/** How many persons get a message, and how many get none by reason. */
interface RecipientCounts {
  recipients: number;
  left_out: LeftOut;
  /** Whether the whole audience was read. */
  is_complete: boolean;
}

/** Counts the persons of the audience whom the caller sees, at most MAX_CHECKED_PERSONS. Throws RULE_VIOLATION if the send is not ready. */
export async function countRecipients(send: SendRecord): Promise<RecipientCounts> {
  const mailing = await loadMailing(send);
  const findReason = await buildReasonFinder(mailing);
  let [persons, recipients, left_out, after]: [number, number, LeftOut, string | undefined] = [0, 0, {}, undefined];
  do {
    const page = await loadPage(mailing.send, after);
    const found = page.found.slice(0, MAX_CHECKED_PERSONS - persons);
    const reasons = (await findReason(found)).filter((reason) => reason !== undefined);
    persons += found.length;
    recipients += found.length - reasons.length;
    left_out = addLeftOut(left_out, reasons);
    if (found.length < page.found.length) return { recipients, left_out, is_complete: false };
    after = page.after;
  } while (after !== undefined && persons < MAX_CHECKED_PERSONS);
  return { recipients, left_out, is_complete: after === undefined };
}

type ReasonFinder = (recipients: readonly Recipient[]) => Promise<(LeftOutReason | undefined)[]>;

/** Returns a function that finds why persons would get no message. It remembers the addresses of earlier pages. */
async function buildReasonFinder(mailing: Mailing): Promise<ReasonFinder> {
  const { channel, subscription_type } = mailing.send;
  const [type, isOptInRequired] = await Promise.all([
    SubscriptionTypes.load(subscription_type),
    isMarketingOptInRequired(channel),
  ]);
  const usedAddresses = new Set<string>();
  const [choice] = mailing.choices;
  return async (recipients) => {
    const ids = recipients.map(({ person }) => person.id);
    const [processable, addresses] = await Promise.all([
      selectProcessable(ids, "send"),
      Promise.all(recipients.map(({ person }) => Message.resolveAddress(channel, person))),
    ]);
    return recipients.map((recipient, index) => {
      const { person, leftOut } = recipient;
      const address = addresses[index];
      if (leftOut) return leftOut;
      if (!processable.has(person.id)) return "restricted";
      if (address === undefined) return "no_address";
      if (usedAddresses.has(address)) return "duplicate";
      if (renderFor(mailing, { recipient, choice }).missing.length > 0) return "missing_field";
      usedAddresses.add(address);
      const question = { preferences: person.preferences, channel, type, isOptInRequired };
      return decideMarketingConsent(question) === "allowed" ? undefined : "opted_out";
    });
  };
}
