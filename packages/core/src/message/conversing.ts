import { customersOf } from "../person/customers.ts";
import { idsOf } from "../person/identity.ts";
import type { Resolution } from "../person/resolve.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { type ConversationRecord, Conversations, conversationOf, type directions } from "./conversation.entity.ts";
import type { NumberRecord } from "./sms-account/number.entity.ts";

/** The conversation that a message belongs to: one of an address, a sender and a channel. */

const LONGEST_TEXT = 160;

export interface Said {
  channel: "sms";
  number: NumberRecord;
  address: string;
  person: Resolution["person"];
  direction: (typeof directions)[number];
  text: string;
  at: string;
}

/** Adds to a transaction what a message changes of its conversation, or the conversation that it begins; gives it as it is then. */
export async function joined(tx: Transaction, said: Said): Promise<ConversationRecord> {
  const { channel, number, address, person, direction, text, at } = said;
  const id = conversationOf(channel, number.sender_id, address);
  const current = await Records.load(Conversations, id);
  if (current === undefined) {
    const { own } = await customersOf(idsOf(person));
    const begun = Records.born(Conversations, { ...lastOf(said), ...begunWith(said, id, own[0] ?? null) }, { id });
    tx.create(Conversations, begun, () => new Moved("The conversation was begun by another message meanwhile"));
    return begun;
  }
  const isNewer = at >= current.last_message_at;
  const next = Records.nextVersion(current, {
    ...current,
    ...(isNewer ? { last_message_at: at, last_direction: direction, last_text: text.slice(0, LONGEST_TEXT) } : {}),
    ...{ number_id: number.id, person_id: person.id },
    unread_count: current.unread_count + (direction === "in" ? 1 : 0),
  });
  tx.replace(Conversations, current, next);
  return next;
}

const lastOf = ({ direction, text, at }: Said) => ({
  ...{ last_message_at: at, last_direction: direction, last_text: text.slice(0, LONGEST_TEXT) },
  ...{ unread_count: direction === "in" ? 1 : 0, read_at: null },
});

const begunWith = ({ channel, number, address, person }: Said, id: string, customer: string | null) => ({
  ...{ conversation_id: id, channel, sender_id: number.sender_id, number_id: number.id, address },
  ...{ person_id: person.id, customer_id_crm: customer, assigned_staff_id: null },
});
