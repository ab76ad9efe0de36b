import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { selectProcessable } from "../../kernel/processing.ts";
import { Message, type SendOrigin } from "../../messaging/message/message.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import { buildMergeValues, buildPersonValues, extractRecordValues } from "../../messaging/template/merge-values.ts";
import { renderTemplate } from "../../messaging/template/message-template.ts";
import * as Identity from "../../people/person/identity.ts";
import { readItems } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { CAMPAIGN } from "../campaign/campaign.kind.ts";
import type { Recipient } from "./audience.ts";
import { classifyClaim } from "./email-send.rules.ts";
import { EmailSend, type SendRecord } from "./email-send.ts";

/**
 * Writes the messages of a send. One transaction writes a message and two claims, which are items that must not exist yet. The claim on the
 * mailbox gives a mailbox one message, even if several persons share it. The claim on the person gives them one message, even if their address
 * changes between a killed page and its retry. Both hold with any number of workers and after any crash. The key of a mailbox claim is a keyed
 * hash of the address, so keys do not reveal addresses.
 */

/** What all messages of a send share. A slice reads it once. */
interface Mailing {
  send: SendRecord;
  template: Awaited<ReturnType<typeof EmailSend.requireSendable>>;
  from: SendOrigin;
  /** The campaign that its messages name; null without one. */
  campaign_id: string | null;
  /** The merge field values that are the same for all recipients: those of the tenant and of the send's owner. */
  values: Values;
  computeMac: (address: string) => string;
}

/** Reads the mailing. Fails the whole send if its template, account or audience cannot be used. */
export async function loadMailing(send: SendRecord): Promise<Mailing> {
  const [template, from, values, createMac] = await Promise.all([
    EmailSend.requireSendable(send),
    Message.resolveOrigin("email", send.sender_id ?? undefined),
    buildMergeValues({}, send.owner_id),
    Vault.buildMac("email_send"),
  ]);
  const campaign_id = send.campaign_id && isId(send.campaign_id, CAMPAIGN) ? send.campaign_id : null;
  return { send, campaign_id, template, from, values, computeMac: createMac };
}

export type Outcome = "written" | "met" | "passed";

/** Creates messages for the persons of a page who have none yet. Returns the outcome of each, in the order of `recipients`. */
export async function writeMessages(mailing: Mailing, page: string, recipients: readonly Recipient[]): Promise<Outcome[]> {
  const processable = await selectProcessable(
    recipients.map(({ person }) => person.id),
    "send",
  );
  const addresses = await Promise.all(recipients.map(({ person }) => Message.resolveAddress("email", person)));
  const claimants = recipients.map((recipient, index) => listClaimants(mailing, recipient, addresses[index]));
  const claims = await loadClaims(mailing, claimants.flat());
  const outcomes = await Promise.allSettled(
    recipients.map(async (recipient, index): Promise<Outcome> => {
      const claim = findFirstClaim(claims, claimants[index]);
      if (claim) return claimOutcome(claim, recipient, page);
      if (!processable.has(recipient.person.id)) return "passed";
      return addresses[index] === undefined ? "passed" : writeMessage(mailing, page, recipient);
    }),
  );
  // `allSettled` waits for all writes, so an error ends the slice only when no other write is running.
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

/** Returns the claim keys under which a person may already have the message: all ids of the person, and the mailbox hash. */
const listClaimants = ({ computeMac }: Mailing, { person }: Recipient, address: string | undefined): string[] => [
  ...Identity.listIds(person),
  ...(address === undefined ? [] : [computeMac(address)]),
];

const claimKey = ({ send }: Mailing, claimant: string): Key => ({
  pk: tenantKey(useTenant(), "EMAILSEND", send.id),
  sk: claimant,
});

type Claims = ReadonlyMap<string, Item>;

/** Reads the existing claims of these claimants. */
async function loadClaims(mailing: Mailing, claimants: readonly string[]): Promise<Claims> {
  const uniqueClaimants = [...new Set(claimants)];
  const items = await readItems(uniqueClaimants.map((claimant) => claimKey(mailing, claimant)));
  return new Map(
    uniqueClaimants.flatMap((claimant, index) => {
      const item = items[index];
      return item ? [[claimant, item] as const] : [];
    }),
  );
}

const findFirstClaim = (claims: Claims, claimants: readonly string[] = []): Item | undefined =>
  claimants.map((claimant) => claims.get(claimant)).find((claim) => claim !== undefined);

const claimOutcome = (claim: Item, { person }: Recipient, page: string): Outcome =>
  classifyClaim({ person: String(claim.person), page: String(claim.page) }, Identity.listIds(person), page);

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

async function writeMessage(mailing: Mailing, page: string, recipient: Recipient): Promise<Outcome> {
  const { send, template, from, values } = mailing;
  const { person } = recipient;
  const { subject, text, html, missing } = renderTemplate(template, { ...values, ...buildValues(recipient) });
  if (missing.length > 0) return "passed";
  try {
    await retryOnConflict(async () => {
      const tx = transaction();
      const { to_address, person_id } = await Message.addToTransaction(tx, {
        input: { channel: "email", person_id: person.id, send_at: Clock.now() },
        purpose: "marketing",
        subscription_type: send.subscription_type,
        origin: from,
        content: {
          ...{ subject, body: Message.validateBody("email", text, "template_id"), body_html: html },
          ...{ template_id: template.id, template_revision: template.revision },
        },
        source: { sent_for_id: send.id, campaign_id: mailing.campaign_id, staff_id: send.owner_id, values, isCounted: true },
      });
      const claim = { person: person.id, page, ttl: Clock.toEpochSeconds(Clock.addSeconds(CLAIM_SECONDS)) };
      for (const claimant of [mailing.computeMac(to_address), person_id])
        tx.put(
          { ...claimKey(mailing, claimant), ...claim },
          { condition: "attribute_not_exists(pk)", rejection: () => new ClaimConflict(to_address) },
        );
      await tx.commit(undefined);
    });
    return "written";
  } catch (error) {
    if (error instanceof ClaimConflict) {
      const claimants = listClaimants(mailing, recipient, error.address);
      const claim = findFirstClaim(await loadClaims(mailing, claimants), claimants);
      return claim ? claimOutcome(claim, recipient, page) : "passed";
    }
    // These errors come from the data of one recipient, so the send skips them and goes on.
    if (isFailure(error, "VALIDATION_ERROR") || isFailure(error, "RULE_VIOLATION") || isFailure(error, "NOT_FOUND"))
      return "passed";
    throw error;
  }
}

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
