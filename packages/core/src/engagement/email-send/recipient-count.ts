import { selectProcessable } from "../../kernel/processing.ts";
import { Message } from "../../messaging/message/message.ts";
import { isMarketingOptInRequired } from "../../people/person/preferences.ts";
import { decideMarketingConsent } from "../../people/suppression/marketing-consent.rules.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { countHidden } from "../segment/members.ts";
import { loadPage, type Recipient } from "./audience.ts";
import type { SendRecord } from "./email-send.entity.ts";
import { addLeftOut, type LeftOut, type LeftOutReason, MAX_CHECKED_PERSONS } from "./email-send.rules.ts";
import { type ContentChoice, chooseContent, loadMailing, type Mailing, renderFor } from "./mailing.ts";

/** Counts who would get a message of a send now, and who would not. Writes nothing. */

/** How many persons get a message, and how many get none by reason. */
interface RecipientCounts {
  /** Of an A/B test: those of the sample and the others. */
  recipients: number;
  /** The persons of the sample who get each variant, in the order of the variants; empty without an A/B test. */
  variants: number[];
  /** Customers of the segment, contacts of the list, and persons whom the caller does not see. */
  not_visible: number;
  left_out: LeftOut;
  /** Whether the whole audience was read. */
  is_complete: boolean;
}

/** A person of the audience: what they would get, or why they would get nothing. */
type Verdict = { choice: ContentChoice | "rest" } | { reason: LeftOutReason };

/** Counts the persons of the audience, at most MAX_CHECKED_PERSONS. Throws RULE_VIOLATION if the send is not ready. */
export async function countRecipients(send: SendRecord): Promise<RecipientCounts> {
  const mailing = await loadMailing(send);
  const counts: RecipientCounts = {
    ...{ recipients: 0, not_visible: 0, left_out: {}, is_complete: true },
    variants: send.sample ? send.sample.variants.map(() => 0) : [],
  };
  const set = send.contact_list_id ?? send.segment_id;
  if (set !== null) counts.not_visible = await countHidden(set);
  for await (const { verdicts, hidden, isLast } of judgePages(mailing)) {
    counts.not_visible += hidden;
    counts.is_complete = isLast;
    for (const verdict of verdicts)
      if ("reason" in verdict) counts.left_out = addLeftOut(counts.left_out, [verdict.reason]);
      else {
        counts.recipients++;
        const index = verdict.choice === "rest" || !send.sample ? -1 : mailing.choices.indexOf(verdict.choice);
        if (index !== -1) counts.variants[index] = (counts.variants[index] ?? 0) + 1;
      }
  }
  return counts;
}

interface JudgedPage {
  verdicts: readonly Verdict[];
  hidden: number;
  /** Whether the audience ends with this page. */
  isLast: boolean;
}

/** Judges the persons of the audience page by page, at most MAX_CHECKED_PERSONS. */
async function* judgePages(mailing: Mailing): AsyncGenerator<JudgedPage> {
  const judge = await buildJudge(mailing);
  let [persons, after]: [number, string | undefined] = [0, undefined];
  do {
    const page = await loadPage(mailing.send, after);
    const found = page.found.slice(0, MAX_CHECKED_PERSONS - persons);
    persons += found.length;
    after = page.after;
    const isLast = after === undefined && found.length === page.found.length;
    yield { verdicts: await judge(found), hidden: page.hidden, isLast };
  } while (after !== undefined && persons < MAX_CHECKED_PERSONS);
}

type Judge = (recipients: readonly Recipient[]) => Promise<Verdict[]>;

/** Returns a function that judges persons. It remembers the addresses of earlier pages. */
async function buildJudge(mailing: Mailing): Promise<Judge> {
  const { channel, subscription_type } = mailing.send;
  const [type, isOptInRequired] = await Promise.all([
    SubscriptionTypes.load(subscription_type),
    isMarketingOptInRequired(channel),
  ]);
  const usedAddresses = new Set<string>();
  return async (recipients) => {
    const ids = recipients.map(({ person }) => person.id);
    const [processable, addresses] = await Promise.all([
      selectProcessable(ids, "send"),
      Promise.all(recipients.map(({ person }) => Message.resolveAddress(channel, person))),
    ]);
    return recipients.map((recipient, index): Verdict => {
      const { person, leftOut } = recipient;
      const address = addresses[index];
      if (leftOut) return { reason: leftOut };
      if (!processable.has(person.id)) return { reason: "restricted" };
      if (address === undefined) return { reason: "no_address" };
      if (usedAddresses.has(address)) return { reason: "duplicate" };
      const choice = chooseContent(mailing, recipient);
      const rendered = renderFor(mailing, { recipient, choice: choice === "rest" ? mailing.choices[0] : choice });
      if (rendered.missing.length > 0) return { reason: "missing_field" };
      usedAddresses.add(address);
      const question = { preferences: person.preferences, channel, type, isOptInRequired };
      return decideMarketingConsent(question) === "allowed" ? { choice } : { reason: "opted_out" };
    });
  };
}
