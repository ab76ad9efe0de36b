import { useTenant } from "../../kernel/context.ts";
import { query } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { isWaiting } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * The queue of tickets that wait for an agent, ordered by the target time from routing. The transaction of each ticket change updates the entry, so
 * it is always current (docs/service/tickets.md, Queue).
 */

const queuePartition = (): string => tenantKey(useTenant(), "QUEUE", "all");

const findKey = (ticket: TicketRecord | null): Key | undefined =>
  ticket && isWaiting(ticket)
    ? { pk: queuePartition(), sk: `${ticket.routing?.target_at ?? ticket.created_at}#${ticket.id}` }
    : undefined;

/** Updates the queue entry for a ticket change. The entry records which agent gave the ticket back, so that it is not offered to them again. */
export function move(tx: Transaction, before: TicketRecord | null, after: TicketRecord): void {
  const [previousKey, nextKey] = [findKey(before), findKey(after)];
  if (previousKey?.sk === nextKey?.sk) return;
  if (previousKey) tx.delete(previousKey);
  if (nextKey) tx.put({ ...nextKey, id: after.id, given_back_by: before?.assigned_to_id ?? null });
}

/** An entry of the queue. */
export interface QueueEntry {
  id: string;
  /** The sort key of the entry. */
  position: string;
  given_back_by: string | null;
}

const toQueueEntry = ({ id, sk, given_back_by }: Item): QueueEntry => ({
  id: String(id),
  position: String(sk),
  given_back_by: typeof given_back_by === "string" ? given_back_by : null,
});

/** Returns the first entries of the queue after a position, strongly consistent. */
export async function listFirst(maxEntries: number, after = ""): Promise<QueueEntry[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and sk > :after",
    ExpressionAttributeValues: { ":pk": queuePartition(), ":after": after || " " },
    ConsistentRead: true,
    Limit: maxEntries,
  });
  return Items.map(toQueueEntry);
}

export * as WaitingQueue from "./waiting-queue.ts";
