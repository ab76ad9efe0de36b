import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { Message, type SendOrigin } from "../../messaging/message/message.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import { buildMergeValues, buildPersonValues, extractRecordValues } from "../../messaging/template/merge-values.ts";
import { renderTemplate } from "../../messaging/template/message-template.ts";
import * as Identity from "../../people/person/identity.ts";
import { getAll } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { Recipient } from "./audience.ts";
import { classifyClaim } from "./email-send.rules.ts";
import { EmailSend, type SendRecord } from "./email-send.ts";

/**
 * The messages of a send. Each is written in one transaction with two claims, items that are not there before: one to the mailbox, so that it has
 * one of them, whoever shares it; and one to the person, so that they have one too if their address changes between a page that was killed and its
 * repeat. That holds whatever is killed, and however many workers are at it. A mailbox is claimed by the keyed hash of its address, so that
 * whom somebody wrote to is not read from keys.
 */

/** What all messages of a send have in common, read once for a turn. */
export interface Mailing {
  send: SendRecord;
  template: Awaited<ReturnType<typeof EmailSend.requireSendable>>;
  from: SendOrigin;
  /** What merge fields say whoever reads it: of the tenant, and of the send's owner. */
  values: Values;
  computeMac: (address: string) => string;
}

/** What cannot go out at all is a failure of the whole. */
export async function loadMailing(send: SendRecord): Promise<Mailing> {
  const [template, from, values, macOf] = await Promise.all([
    EmailSend.requireSendable(send),
    Message.resolveOrigin("email", send.sender_id ?? undefined),
    buildMergeValues({}, send.owner_id),
    Vault.buildMac("email_send"),
  ]);
  return { send, template, from, values, computeMac: macOf };
}

export type Outcome = "written" | "met" | "passed";

/** What has become of some persons of a page, in their order; those are written to who have not been. */
export async function writeMessages(mailing: Mailing, page: string, found: readonly Recipient[]): Promise<Outcome[]> {
  const addresses = await Promise.all(found.map(({ person }) => Message.resolveAddress("email", person)));
  const claimants = found.map((each, at) => listClaimants(mailing, each, addresses[at]));
  const claims = await loadClaims(mailing, claimants.flat());
  const outcomes = await Promise.allSettled(
    found.map(async (each, at): Promise<Outcome> => {
      const claim = findFirstClaim(claims, claimants[at]);
      if (claim) return claimOutcome(claim, each, page);
      return addresses[at] === undefined ? "passed" : writeMessage(mailing, page, each);
    }),
  );
  // What goes wrong with one ends the turn once nobody works on another any more.
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

/** Under what somebody may have had the mail: their ids, and their mailbox. */
const listClaimants = ({ computeMac: macOf }: Mailing, { person }: Recipient, address: string | undefined): string[] => [
  ...Identity.listIds(person),
  ...(address === undefined ? [] : [macOf(address)]),
];

const claimKey = ({ send }: Mailing, claimant: string): Key => ({
  pk: tenantKey(useTenant(), "EMAILSEND", send.id),
  sk: claimant,
});

type Claims = ReadonlyMap<string, Item>;

/** The claims of these that there are. */
async function loadClaims(mailing: Mailing, claimants: readonly string[]): Promise<Claims> {
  const asked = [...new Set(claimants)];
  const items = await getAll(asked.map((claimant) => claimKey(mailing, claimant)));
  return new Map(
    asked.flatMap((claimant, at) => {
      const item = items[at];
      return item ? [[claimant, item] as const] : [];
    }),
  );
}

const findFirstClaim = (claims: Claims, claimants: readonly string[] = []): Item | undefined =>
  claimants.map((claimant) => claims.get(claimant)).find((claim) => claim !== undefined);

const claimOutcome = (claim: Item, { person }: Recipient, page: string): Outcome =>
  classifyClaim({ person: String(claim.person), page: String(claim.page) }, Identity.listIds(person), page);

/** Somebody has written to the mailbox, or to the person, meanwhile. */
class ClaimConflict extends Error {
  override name = "Claimed";
  readonly address: string;

  constructor(address: string) {
    super("The mailbox, or the person, has had it");
    this.address = address;
  }
}

/** Seconds for which a claim is kept: longer than a send takes. */
const CLAIM_SECONDS = 90 * 24 * 60 * 60;

async function writeMessage(mailing: Mailing, page: string, found: Recipient): Promise<Outcome> {
  const { send, template, from, values } = mailing;
  const { person } = found;
  const { subject, text, html, missing } = renderTemplate(template, { ...values, ...buildValues(found) });
  if (missing.length > 0) return "passed";
  try {
    await retryOnConflict(async () => {
      const tx = transaction();
      const { to_address, person_id } = await Message.addToTransaction(tx, {
        input: { channel: "email", person_id: person.id, send_at: Clock.now() },
        purpose: "marketing",
        origin: from,
        content: {
          ...{ subject, body: Message.validateBody("email", text, "template_id"), body_html: html },
          ...{ template_id: template.id, template_revision: template.revision },
        },
        source: { sent_for_id: send.id, staff_id: send.owner_id, values, isCounted: true },
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
      const claimants = listClaimants(mailing, found, error.address);
      const claim = findFirstClaim(await loadClaims(mailing, claimants), claimants);
      return claim ? claimOutcome(claim, found, page) : "passed";
    }
    // Nobody is to blame but what is known of them: the others are written to.
    if (isFailure(error, "VALIDATION_ERROR") || isFailure(error, "RULE_VIOLATION") || isFailure(error, "NOT_FOUND"))
      return "passed";
    throw error;
  }
}

/** A contact says of themselves what it has; an individual, what the person has. */
function buildValues({ person, contact, customer }: Recipient): Values {
  const { first_name, last_name, emails } = person;
  const own = contact ?? { first_name, last_name, email: emails[0] ?? null };
  return { ...extractRecordValues("contact", own), ...extractRecordValues("customer", customer), ...buildPersonValues(person) };
}
