import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { selectProcessable } from "../../kernel/processing.ts";
import { Message, type SendOrigin } from "../../messaging/message/message.ts";
import { validateBody } from "../../messaging/message/message-content.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import { buildMergeValues, buildPersonValues, extractRecordValues } from "../../messaging/template/merge-values.ts";
import { renderTemplate, type Texts } from "../../messaging/template/message-template.ts";
import * as Identity from "../../people/person/identity.ts";
import { Master } from "../../platform/master-data/master.ts";
import { COUNTRIES } from "../../platform/master-data/shared.masters.ts";
import { readItems } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { assignVariant } from "../campaign/ab-test.rules.ts";
import { CAMPAIGN } from "../campaign/campaign.kind.ts";
import type { Recipient } from "./audience.ts";
import { claimKey } from "./claim-key.ts";
import type { SampleVariant, SendRecord } from "./email-send.entity.ts";
import { classifyClaim, type LeftOutReason } from "./email-send.rules.ts";
import { EmailSend } from "./email-send.ts";
import { requireSendable, requireTemplate, type Template } from "./readiness.ts";
import { chooseZone, instantAt, instantOfRank } from "./send-time.rules.ts";

/**
 * Writes the messages of a send. One transaction writes a message and two claims, which are items that must not exist yet. The claim on the
 * mailbox gives a mailbox one message, even if several persons share it. The claim on the person gives them one message, even if their address
 * changes between a killed page and its retry. Both hold with any number of workers and after any crash. The key of a mailbox claim is a keyed
 * hash of the address, so keys do not reveal addresses.
 */

/** A content that messages are rendered from: a template, or the content of the send. */
interface MessageSource extends Texts {
  template_id: string | null;
  template_revision: number | null;
}

/** What one message gets. Recipients of a send without variants get the same, except for the time. */
export interface ContentChoice {
  source: MessageSource;
  /** Replaces the subject of the source. */
  subject: string | null;
  origin: SendOrigin;
  /** The time of a variant; null: the time of the send. */
  send_at: string | null;
  /** The id of the variant of an A/B test; null without one. */
  variant: string | null;
}

/** What all messages of a send share. A slice reads it once. */
export interface Mailing {
  send: SendRecord;
  /** The campaign that its messages name; null without one. */
  campaign_id: string | null;
  /** The choice of each variant of the sample of an A/B test, or the only one. */
  choices: readonly [ContentChoice, ...ContentChoice[]];
  /** The merge field values that are the same for all recipients: those of the tenant and of the send's owner. */
  values: Values;
  /** The keyed hash of an address or, for the variants of a test, of a person. */
  computeMac: (text: string) => string;
  /** The time zones of countries in which the local time of the send was computed. */
  zones: Map<string, string>;
}

/** Reads the mailing. Fails the whole send if its content, account or audience cannot be used. */
export async function loadMailing(send: SendRecord): Promise<Mailing> {
  const [template, values, createMac] = await Promise.all([
    requireSendable(send),
    buildMergeValues({}, send.owner_id),
    Vault.buildMac("email_send"),
  ]);
  const campaign_id = send.campaign_id && isId(send.campaign_id, CAMPAIGN) ? send.campaign_id : null;
  const choices = await Promise.all((send.sample?.variants ?? [null]).map((variant) => loadChoice(send, template, variant)));
  return {
    ...{ send, campaign_id, values, computeMac: createMac, zones: new Map() },
    choices: choices as [ContentChoice, ...ContentChoice[]],
  };
}

/** Reads what the recipients of a variant get, or all recipients without one. A variant replaces some parts of the send. */
async function loadChoice(
  send: SendRecord,
  sendTemplate: Template | undefined,
  variant: SampleVariant | null,
): Promise<ContentChoice> {
  const content = variant?.content ?? (variant?.template_id ? null : send.content);
  const ownTemplate = variant?.template_id ? await requireTemplate(variant.template_id, send.channel, variant) : sendTemplate;
  const template = content ? undefined : ownTemplate;
  return {
    source: template
      ? { ...template, template_id: template.id, template_revision: template.revision }
      : { ...EmailSend.toTexts(send.channel, content ?? {}), template_id: null, template_revision: null },
    subject: variant?.subject ?? send.subject,
    origin: await Message.resolveOrigin(send.channel, variant?.sender_id ?? send.sender_id ?? undefined),
    send_at: variant?.send_at ?? null,
    variant: variant?.id ?? null,
  };
}

/**
 * Returns what a recipient gets, or `rest` for a person outside of the sample of an A/B test. The variant of a person follows from a keyed hash of the
 * ids of the test and the person, so it never changes, also after the person was merged.
 */
export function chooseContent({ send, choices, computeMac }: Mailing, { person }: Recipient): ContentChoice | "rest" {
  const { sample, ab_test_id } = send;
  if (sample === null) return choices[0];
  const [oldestId] = Identity.listIds(person).sort();
  const hash = Buffer.from(computeMac(`${ab_test_id} ${oldestId}`), "base64url");
  const shares = sample.variants.map(({ share }) => share);
  const index = assignVariant(hash, { shares, sample_percent: sample.percent });
  return index === "rest" ? "rest" : (choices[index] ?? choices[0]);
}

/** `written`, or why not. `met`: an earlier page wrote to this person. `rest`: the person is not in the sample of the A/B test. */
export type Outcome = "written" | "met" | "rest" | LeftOutReason;

/** The ranks of the next messages, by the instant from which they are counted: only sends with a limit in an hour have several messages in a rank. */
export type Ranks = Readonly<Record<string, number>>;

interface WrittenPage {
  /** The outcome of each recipient, in their order. */
  outcomes: Outcome[];
  ranks: Ranks;
}

/** Creates messages for the persons of a page who have none yet. `ranks` are those of the messages before. */
export async function writeMessages(
  mailing: Mailing,
  { page, ranks }: { page: string; ranks: Ranks },
  recipients: readonly Recipient[],
): Promise<WrittenPage> {
  const { channel } = mailing.send;
  const processable = await selectProcessable(
    recipients.map(({ person }) => person.id),
    "send",
  );
  const addresses = await Promise.all(recipients.map(({ person }) => Message.resolveAddress(channel, person)));
  const claimants = recipients.map((recipient, index) => listClaimants(mailing, recipient, addresses[index]));
  const claims = await loadClaims(mailing, claimants.flat());
  const nextRanks: Record<string, number> = { ...ranks };
  const plans = await Promise.all(
    recipients.map(async (recipient, index) => {
      const choice = chooseContent(mailing, recipient);
      if (choice === "rest") return choice;
      const claim = findFirstClaim(claims, claimants[index]);
      const claimed = claim && claimOutcome(mailing, claim, { recipient, page });
      if (claimed !== undefined && claimed !== "written") return claimed;
      if (claimed === undefined) {
        if (recipient.leftOut) return recipient.leftOut;
        if (!processable.has(recipient.person.id)) return "restricted";
        if (addresses[index] === undefined) return "no_address";
      }
      return { choice, isWritten: claimed === "written", start: await findStart(mailing, recipient, choice) };
    }),
  );
  const outcomes = await Promise.allSettled(
    plans.map(async (plan, index): Promise<Outcome> => {
      if (typeof plan === "string") return plan;
      // Ranks are taken in the order of the recipients, also by messages that an earlier try of the page wrote.
      const rank = nextRanks[plan.start] ?? 0;
      if (mailing.send.throttle_per_hour !== null) nextRanks[plan.start] = rank + 1;
      if (plan.isWritten) return "written";
      const send_at = instantOfRank(plan.start, rank, mailing.send.throttle_per_hour);
      return writeMessage(mailing, { recipient: recipients[index] as Recipient, page, choice: plan.choice, send_at });
    }),
  );
  return {
    ranks: nextRanks,
    // `allSettled` waits for all writes, so an error ends the slice only when no other write is running.
    outcomes: outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    }),
  };
}

/** Returns the instant of the first message with the same local time: that of the variant, of the recipient's time zone, or the start of the send. */
async function findStart({ send, zones }: Mailing, recipient: Recipient, { send_at }: ContentChoice): Promise<string> {
  const start = send.started_at ?? Clock.now();
  const { local_time } = send;
  const due = send_at ?? (local_time && instantAt(await findZone(zones, recipient, local_time), local_time)) ?? start;
  return [due, start].sort().at(-1) ?? start;
}

async function findZone(zones: Map<string, string>, recipient: Recipient, local: string): Promise<string> {
  const country = (await findCountry(recipient)) ?? "";
  const zone = zones.get(country) ?? chooseZone(country || undefined, useSettings().timezone, local);
  zones.set(country, zone);
  return zone;
}

/** Returns the country of the first address that is known: of the person, the contact, or the customer. */
async function findCountry({ person, contact, customer }: Recipient): Promise<string | undefined> {
  const [own] = person.countries;
  if (own !== undefined) return own;
  const country = contact?.country_id ? await Master.find(COUNTRIES, contact.country_id) : undefined;
  if (country) return country.code.toUpperCase();
  const addresses = (customer as { addresses?: readonly { country: string | null }[] } | undefined)?.addresses ?? [];
  return addresses.find((address) => address.country)?.country ?? undefined;
}

/** Returns the claim keys under which a person may already have the message: all ids of the person, and the mailbox hash. */
const listClaimants = ({ computeMac }: Mailing, { person }: Recipient, address: string | undefined): string[] => [
  ...Identity.listIds(person),
  ...(address === undefined ? [] : [computeMac(address)]),
];

type Claims = ReadonlyMap<string, Item>;

/** Reads the existing claims of these claimants. */
async function loadClaims(mailing: Mailing, claimants: readonly string[]): Promise<Claims> {
  const uniqueClaimants = [...new Set(claimants)];
  const items = await readItems(uniqueClaimants.map((claimant) => claimKey(mailing.send, claimant)));
  return new Map(
    uniqueClaimants.flatMap((claimant, index) => {
      const item = items[index];
      return item ? [[claimant, item] as const] : [];
    }),
  );
}

const findFirstClaim = (claims: Claims, claimants: readonly string[] = []): Item | undefined =>
  claimants.map((claimant) => claims.get(claimant)).find((claim) => claim !== undefined);

/** A page of a send. The pages of both sends of an A/B test are different ones. */
const pageId = ({ send }: Mailing, page: string): string => (send.ab_test_id === null ? page : `${send.id} ${page}`);

const claimOutcome = (mailing: Mailing, claim: Item, { recipient, page }: Pick<Writing, "recipient" | "page">) =>
  classifyClaim(
    { person: String(claim.person), page: String(claim.page) },
    Identity.listIds(recipient.person),
    pageId(mailing, page),
  );

/** Another write has claimed the mailbox or the person in the meantime. */
class ClaimConflict extends Error {
  override name = "Claimed";
  readonly address: string;

  constructor(address: string) {
    super("The mailbox or the person already has a message");
    this.address = address;
  }
}

/** How long a claim is kept. It must outlive the send. */
const CLAIM_SECONDS = 90 * 24 * 60 * 60;

interface Writing {
  recipient: Recipient;
  page: string;
  choice: ContentChoice;
  send_at: string;
}

async function writeMessage(mailing: Mailing, { recipient, page, choice, send_at }: Writing): Promise<Outcome> {
  const { send, values } = mailing;
  const { person } = recipient;
  const { subject, text, html, missing } = renderFor(mailing, { recipient, choice });
  if (missing.length > 0) return "missing_field";
  const { template_id, template_revision } = choice.source;
  try {
    await retryOnConflict(async () => {
      const tx = transaction();
      const { to_address, person_id } = await Message.addToTransaction(tx, {
        input: { channel: send.channel, person_id: person.id, send_at },
        purpose: "marketing",
        subscription_type: send.subscription_type,
        origin: choice.origin,
        content: {
          ...{ subject, body: validateBody(send.channel, text, "content"), body_html: html },
          ...{ template_id, template_revision },
        },
        source: {
          ...{ sent_for_id: send.id, campaign_id: mailing.campaign_id, staff_id: send.owner_id, values, isCounted: true },
          is_tracked: send.is_tracked,
          ...{ ab_test_id: send.ab_test_id, ab_variant: choice.variant },
        },
      });
      const claim = {
        person: person.id,
        page: pageId(mailing, page),
        ttl: Clock.toEpochSeconds(Clock.addSeconds(CLAIM_SECONDS)),
      };
      for (const claimant of [mailing.computeMac(to_address), person_id])
        tx.put(
          { ...claimKey(mailing.send, claimant), ...claim },
          { condition: "attribute_not_exists(pk)", rejection: () => new ClaimConflict(to_address) },
        );
      await tx.commit(undefined);
    });
    return "written";
  } catch (error) {
    if (error instanceof ClaimConflict) {
      const claimants = listClaimants(mailing, recipient, error.address);
      const claim = findFirstClaim(await loadClaims(mailing, claimants), claimants);
      return claim ? claimOutcome(mailing, claim, { recipient, page }) : "duplicate";
    }
    // These errors come from the data of one recipient, so the send skips them and goes on.
    if (isFailure(error, "VALIDATION_ERROR") || isFailure(error, "RULE_VIOLATION") || isFailure(error, "NOT_FOUND"))
      return "unsendable";
    throw error;
  }
}

/** Renders the message of a recipient. */
export const renderFor = ({ values }: Mailing, { recipient, choice }: Pick<Writing, "recipient" | "choice">) =>
  renderTemplate(
    { ...choice.source, subject: choice.subject ?? choice.source.subject },
    { ...values, ...buildValues(recipient) },
  );

/** The `contact` merge fields come from the contact record, or from the person of an individual customer. */
function buildValues({ person, contact, customer }: Recipient): Values {
  const { first_name, last_name, emails } = person;
  const contactValues = contact ?? { first_name, last_name, email: emails[0] ?? null };
  return {
    ...extractRecordValues("contact", contactValues),
    ...extractRecordValues("customer", customer),
    ...buildPersonValues(person),
  };
}
