import { useActor, useTenant } from "../../kernel/context.ts";
import { newId } from "../../kernel/id.ts";
import { listCustomers } from "../../people/person/customers.ts";
import { listIds } from "../../people/person/identity.ts";
import type { Resolution } from "../../people/person/resolution.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type Channel, type ConversationRecord, Conversations, type directions } from "./conversation.entity.ts";
import { CONVERSATION } from "./message.kind.ts";

/** Conversations: there is one for an address, a channel, and a sender or mail account. */

const MAX_PREVIEW_LENGTH = 160;

/** The tenant's side: a number and its sender, or a mail account. */
export type ChannelIdentity = Pick<ConversationRecord, "sender_id" | "number_id" | "mail_account_id">;

interface ConversationEntry {
  channel: Channel;
  channelIdentity: ChannelIdentity;
  address: string;
  person: Resolution["person"];
  direction: (typeof directions)[number];
  text: string;
  messageTime: string;
  /** The assignee of a new conversation, if that is not the actor. */
  staff?: string | null | undefined;
}

/** The lock of a conversation: one per address, channel, and sender or mail account (`identityId`). */
const conversationKey = (channel: Channel, identityId: string, address: string): Key => ({
  pk: tenantKey(useTenant(), "CONVERSATION", hashTexts(channel, identityId, address)),
  sk: "conversation",
});

/** Returns the assignee of a new conversation: the user who begins it; null for an API key or the system. */
function resolveAssignee(): string | null {
  const actor = useActor();
  return actor.type === "user" ? actor.id : null;
}

/** Adds the change of a conversation by a message, or the new conversation, to the transaction. Returns the conversation after it. */
export async function addToConversation(tx: Transaction, entry: ConversationEntry): Promise<ConversationRecord> {
  const { channel, channelIdentity, address, person, direction, text, messageTime, staff = resolveAssignee() } = entry;
  const key = conversationKey(channel, String(channelIdentity.sender_id ?? channelIdentity.mail_account_id), address);
  const item = await readItem(key);
  const current = item && (await Records.load(Conversations, String(item.id)));
  const last = { last_message_at: messageTime, last_direction: direction, last_text: text.slice(0, MAX_PREVIEW_LENGTH) };
  const unreadIncrement = direction === "in" ? 1 : 0;
  if (current === undefined) {
    const { ownCustomerIds } = await listCustomers(listIds(person));
    const id = newId(CONVERSATION);
    const newConversation = Records.init(
      Conversations,
      {
        ...{
          conversation_id: id,
          channel,
          ...channelIdentity,
          address,
          person_id: person.id,
          customer_id_crm: ownCustomerIds[0] ?? null,
        },
        ...{
          assigned_staff_id: direction === "out" ? staff : null,
          ...last,
          unread_count: unreadIncrement,
          read_at: null,
          closed_at: null,
        },
      },
      { id },
    );
    const buildConflict = () => new WriteConflict("Another message began the conversation concurrently");
    tx.create(Conversations, newConversation).put(
      { ...key, id },
      { condition: "attribute_not_exists(pk)", rejection: buildConflict },
    );
    return newConversation;
  }
  const next = Records.nextVersion(current, {
    ...current,
    ...(messageTime >= current.last_message_at ? last : {}),
    ...{ ...channelIdentity, person_id: person.id, unread_count: current.unread_count + unreadIncrement, closed_at: null },
  });
  tx.replace(Conversations, current, next);
  return next;
}
