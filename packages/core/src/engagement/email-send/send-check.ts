import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { selectProcessable } from "../../kernel/processing.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { Message } from "../../messaging/message/message.ts";
import { Finding } from "../../messaging/template/mail-finding.ts";
import { sampleValues } from "../../messaging/template/merge-fields.rules.ts";
import { isMarketingOptInRequired } from "../../people/person/preferences.ts";
import { decideMarketingConsent } from "../../people/suppression/marketing-consent.rules.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Records } from "../../storage/write/records.ts";
import { loadPage, type Recipient } from "./audience.ts";
import { addLeftOut, type LeftOutReason, leftOutReasons } from "./email-send.rules.ts";
import { EmailSend, EmailSends, type SendRecord } from "./email-send.ts";
import { loadMailing, type Mailing, renderFor } from "./mailing.ts";

/** The check of a send before it goes out: its content, and how many persons get a message. Writes nothing. */

/** The most persons whom a check reads. */
const MAX_PERSONS = 1000;

export const Result = z.object({
  content: z.array(Finding).describe("Findings of the check of mails, errors first; empty for text messages"),
  recipients: z.number().int().describe("Persons who would get a message"),
  left_out: z
    .partialRecord(oneOf(leftOutReasons), z.number().int())
    .describe("Persons who would get none, by reason; `opted_out` includes those who refuse the subscription type"),
  is_complete: z.boolean().describe(`false: only the first ${MAX_PERSONS} persons of the audience were counted`),
});

/** Checks a send as it would go out now, to the persons whom the caller sees. Throws RULE_VIOLATION if the send is not ready. */
export const check = fn(IdInput, async ({ id: sendId }): Promise<z.output<typeof Result>> => {
  const send = await Records.read(EmailSends, sendId);
  const mailing = await loadMailing(send);
  return { content: await checkContent(send), ...(await countRecipients(mailing)) };
});

async function checkContent(send: SendRecord): Promise<Finding[]> {
  if (send.channel === "sms") return [];
  const [texts, template] = await EmailSend.loadTexts(send);
  const { checkMail } = await import("../../messaging/template/mail-check.ts");
  const mail = template ?? EmailSend.toTexts(send.channel, send.content ?? {});
  return (await checkMail({ ...mail, subject: texts.subject }, sampleValues)).findings;
}

type Counts = Omit<z.output<typeof Result>, "content">;

async function countRecipients(mailing: Mailing): Promise<Counts> {
  const findReason = await buildReasonFinder(mailing);
  let [persons, recipients, left_out, after]: [number, number, Counts["left_out"], string | undefined] = [0, 0, {}, undefined];
  do {
    const page = await loadPage(mailing.send, after);
    const found = page.found.slice(0, MAX_PERSONS - persons);
    const reasons = (await findReason(found)).filter((reason) => reason !== undefined);
    persons += found.length;
    recipients += found.length - reasons.length;
    left_out = addLeftOut(left_out, reasons);
    if (found.length < page.found.length) return { recipients, left_out, is_complete: false };
    after = page.after;
  } while (after !== undefined && persons < MAX_PERSONS);
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

export * as SendCheck from "./send-check.ts";
