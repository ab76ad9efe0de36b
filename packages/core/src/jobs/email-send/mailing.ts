import { standingOf } from "../../email-send/email-send.rules.ts";
import { EmailSend, type SendRecord } from "../../email-send/email-send.ts";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { type From, Message } from "../../message/message.ts";
import type { Values } from "../../message-template/merge-fields.rules.ts";
import { filledIn } from "../../message-template/message-template.ts";
import { valuesAmong, valuesOfPeople } from "../../message-template/values.ts";
import * as Identity from "../../person/identity.ts";
import { getAll } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { Found } from "./whom.ts";

/**
 * The messages of a send. Each is written in one transaction with a claim to its mailbox, an item that is not there before: so a mailbox has one
 * of them, whoever shares it, whatever is killed, and however many workers are at it. The claim goes by the address, and not by the person,
 * because it is the mailbox that would get the same twice; by its keyed hash, so that whom somebody wrote to is not read from keys.
 */

/** What all messages of a send have in common, read once for a turn. */
export interface Mailing {
  send: SendRecord;
  template: Awaited<ReturnType<typeof EmailSend.sendable>>;
  from: From;
  /** What merge fields say whoever reads it: of the tenant, and of the send's owner. */
  values: Values;
  macOf: (address: string) => string;
}

/** What cannot go out at all is a failure of the whole. */
export async function mailingOf(send: SendRecord): Promise<Mailing> {
  const [template, from, values, macOf] = await Promise.all([
    EmailSend.sendable(send),
    Message.fromOf("email", send.sender_id ?? undefined),
    valuesAmong({}, send.owner_id),
    Vault.macOf("email_send"),
  ]);
  return { send, template, from, values, macOf };
}

export type Outcome = "written" | "met" | "passed";

/** What has become of some persons of a page, in their order; those are written to who have not been. */
export async function writtenTo(mailing: Mailing, page: string, found: readonly Found[]): Promise<Outcome[]> {
  const addresses = await Promise.all(found.map(({ person }) => Message.addressOf("email", person)));
  const claims = await claimed(
    mailing,
    addresses.filter((address) => address !== undefined),
  );
  const outcomes = await Promise.allSettled(
    found.map(async (each, at): Promise<Outcome> => {
      const address = addresses[at];
      if (address === undefined) return "passed";
      const claim = claims.get(address);
      return claim ? standing(claim, each, page) : one(mailing, page, each);
    }),
  );
  // What goes wrong with one ends the turn once nobody works on another any more.
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

const keyOf = ({ send, macOf }: Mailing, address: string): Key => ({
  pk: tenantKey(useTenant(), "EMAILSEND", send.id),
  sk: macOf(address),
});

/** The claims to these mailboxes that there are. */
async function claimed(mailing: Mailing, addresses: readonly string[]): Promise<ReadonlyMap<string, Item>> {
  const asked = [...new Set(addresses)];
  const items = await getAll(asked.map((address) => keyOf(mailing, address)));
  return new Map(
    asked.flatMap((address, at) => {
      const item = items[at];
      return item ? [[address, item] as const] : [];
    }),
  );
}

const standing = (claim: Item, { person }: Found, page: string): Outcome =>
  standingOf({ person: String(claim.person), page: String(claim.page) }, Identity.idsOf(person), page);

/** Somebody has written to the mailbox meanwhile. */
class Claimed extends Error {
  override name = "Claimed";
  readonly address: string;

  constructor(address: string) {
    super("The mailbox has had it");
    this.address = address;
  }
}

/** Seconds for which a claim is kept: longer than a send takes. */
const KEPT = 90 * 24 * 60 * 60;

async function one(mailing: Mailing, page: string, found: Found): Promise<Outcome> {
  const { send, template, from, values } = mailing;
  const { person } = found;
  const { subject, text, html, missing } = filledIn(template, { ...values, ...valuesOf(found) });
  if (missing.length > 0) return "passed";
  try {
    await retryOnConflict(async () => {
      const tx = transaction();
      const { to_address } = await Message.adding(tx, {
        asked: { channel: "email", person_id: person.id, send_at: Clock.now() },
        purpose: "marketing",
        from,
        words: {
          ...{ subject, body: Message.within("email", text, "template_id"), body_html: html },
          ...{ template_id: template.id, template_revision: template.revision },
        },
        beside: { sent_for_id: send.id, staff_id: send.owner_id, values, isCounted: true },
      });
      const claim = { ...keyOf(mailing, to_address), person: person.id, page, ttl: Clock.epoch(Clock.after(KEPT)) };
      tx.put(claim, { condition: "attribute_not_exists(pk)", refused: () => new Claimed(to_address) });
      await tx.commit(undefined);
    });
    return "written";
  } catch (error) {
    if (error instanceof Claimed) {
      const claim = (await claimed(mailing, [error.address])).get(error.address);
      return claim ? standing(claim, found, page) : "passed";
    }
    // Nobody is to blame but what is known of them: the others are written to.
    if (isFailure(error, "VALIDATION_ERROR") || isFailure(error, "RULE_VIOLATION") || isFailure(error, "NOT_FOUND"))
      return "passed";
    throw error;
  }
}

/** A contact says of themselves what it has; an individual, what the person has. */
function valuesOf({ person, contact, customer }: Found): Values {
  const { first_name, last_name, emails } = person;
  const own = contact ?? { first_name, last_name, email: emails[0] ?? null };
  return valuesOfPeople({ contact: own, customer } as never);
}
