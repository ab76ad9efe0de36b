import { customersOf } from "../person/customers.ts";
import { idsOf } from "../person/identity.ts";
import type { Resolution } from "../person/resolve.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { type Channel, type ConversationRecord, Conversations, conversationOf, type directions } from "./conversation.entity.ts";

/** The conversation that a message belongs to: one of an address, a channel, and a sender or an account. */

const LONGEST_TEXT = 160;

/** On our side: a number and its sender, or an account of mails. */
export type Ours = Pick<ConversationRecord, "sender_id" | "number_id" | "mail_account_id">;

export interface Said {
  channel: Channel;
  ours: Ours;
  address: string;
  person: Resolution["person"];
  direction: (typeof directions)[number];
  text: string;
  at: string;
}

/** Adds to a transaction what a message changes of its conversation, or the conversation that it begins; gives it as it is then. */
export async function joined(tx: Transaction, said: Said): Promise<ConversationRecord> {
  const { channel, ours, address, person, direction, text, at } = said;
  const id = conversationOf(channel, String(ours.sender_id ?? ours.mail_account_id), address);
  const current = await Records.load(Conversations, id);
  const last = { last_message_at: at, last_direction: direction, last_text: text.slice(0, LONGEST_TEXT) };
  const came = direction === "in" ? 1 : 0;
  if (current === undefined) {
    const { own } = await customersOf(idsOf(person));
    const begun = Records.born(
      Conversations,
      {
        ...{ conversation_id: id, channel, ...ours, address, person_id: person.id, customer_id_crm: own[0] ?? null },
        ...{ assigned_staff_id: null, ...last, unread_count: came, read_at: null },
      },
      { id },
    );
    tx.create(Conversations, begun, () => new Moved("The conversation was begun by another message meanwhile"));
    return begun;
  }
  const next = Records.nextVersion(current, {
    ...current,
    ...(at >= current.last_message_at ? last : {}),
    ...{ ...ours, person_id: person.id, unread_count: current.unread_count + came },
  });
  tx.replace(Conversations, current, next);
  return next;
}
