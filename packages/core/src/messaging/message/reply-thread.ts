import { usePorts } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { resolveMerged } from "../../people/person/identity.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { InboundAddress } from "../inbound-mail/address.ts";
import { InboundMail } from "../inbound-mail/inbound-mail.ts";
import { buildMessageId, buildToken, type ThreadCandidate } from "../inbound-mail/thread.rules.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import { MESSAGE } from "./message.kind.ts";
import { findLiveRecord } from "./record-mail.ts";

/** How a reply finds the mail about a record that it answers (docs/messaging/record-mail.md). */

interface ReplyHeaders {
  reply_to: string;
  references: readonly string[];
}

/**
 * Builds the reply address and the references of a mail. Both contain its signed id if it is about a record. An address that the
 * tenant does not receive mail at stays as it is.
 */
export async function build({ id, related_to_id }: MessageRecord, address: string): Promise<ReplyHeaders> {
  if (related_to_id === null) return { reply_to: address, references: [] };
  const [signing, { slug }] = await Promise.all([InboundMail.loadSigning(), Tenant.get({})]);
  const name = InboundAddress.parseName(address, slug);
  const host = address.slice(address.lastIndexOf("@") + 1);
  return {
    reply_to: name === undefined ? address : `${name}+${buildToken(id, signing)}@${host}`,
    references: [buildMessageId(id, "mail", new URL(usePorts().origin).hostname, signing)],
  };
}

interface Sender {
  address: string;
  person: string;
}

/** What a reply has because of the mail that it answers. */
export type AnsweredMail = Pick<MessageRecord, "reply_to_id" | "related_to_type" | "related_to_id">;

/**
 * Finds the mail about a record that these threads prove, if the sender got it: as its recipient, in copy, or by another address of
 * its person. Others may have received it as a forward.
 */
export async function find(threads: readonly ThreadCandidate[], sender: Sender): Promise<AnsweredMail | undefined> {
  for (const { id } of threads) {
    const message = isId(id, MESSAGE) ? await Records.load(Messages, id, { live: true }) : undefined;
    if (message?.direction !== "out" || message.related_to_id === null || !(await gotMail(message, sender))) continue;
    const record = await findLiveRecord(message);
    return record.related_to_id === null ? undefined : { reply_to_id: id, ...record };
  }
  return undefined;
}

async function gotMail({ to_address, cc, person_id }: MessageRecord, { address, person }: Sender): Promise<boolean> {
  return to_address === address || (cc ?? []).includes(address) || (await resolveMerged(person_id))?.id === person;
}

export * as ReplyThread from "./reply-thread.ts";
