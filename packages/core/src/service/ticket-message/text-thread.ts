import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";

/** Links text message conversations and tickets, with an item for each direction. */

/** Seconds for which the link is kept after the last message. */
const RETENTION_SECONDS = 400 * 24 * 60 * 60;

const threadKey = (conversationId: string): Key => ({ pk: tenantKey(useTenant(), "TICKETTEXT", conversationId), sk: "thread" });

export interface Thread {
  ticket_id: string;
  revision: number;
}

export async function findThread(conversation_id: string): Promise<Thread | undefined> {
  const item = await readItem(threadKey(conversation_id));
  return item && { ticket_id: String(item.ticket), revision: Number(item.revision) };
}

/** Returns the conversation that a ticket came from. */
export async function findConversation(ticket_id: string): Promise<string | undefined> {
  const item = await readItem(threadKey(ticket_id));
  return item && Number(item.ttl) > Clock.toEpochSeconds(Clock.now()) ? String(item.conversation) : undefined;
}

/** Stores the link in the transaction of a message that became part of the ticket. Of two parallel messages, one conflicts and retries. */
export function remember(tx: Transaction, conversation: string, ticket: string, before: Thread | undefined): void {
  const ttl = Clock.toEpochSeconds(Clock.now()) + RETENTION_SECONDS;
  tx.put(
    { ...threadKey(conversation), ticket, revision: (before?.revision ?? 0) + 1, ttl },
    {
      ...(before === undefined
        ? { condition: "attribute_not_exists(pk)" }
        : { condition: "revision = :read", values: { ":read": before.revision } }),
      rejection: () => new WriteConflict("Another message of the conversation was processed first"),
    },
  );
  tx.put({ ...threadKey(ticket), conversation, ttl });
}

export * as TextThread from "./text-thread.ts";
