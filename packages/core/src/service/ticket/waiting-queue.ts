import { useTenant } from "../../kernel/context.ts";
import { query } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { isWaiting } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * The queue of tickets that wait for an agent, ordered by the target time from routing. Each ticket is in the queue of all and in the queue of its
 * category, because an agent with a department takes only tickets of its categories. The transaction of each ticket change updates the entries, so
 * they are always current (docs/service/tickets.md, Queue).
 */

const ALL = "all";
const NO_CATEGORY = "none";

/** The queue of a category (null: no category), or of all tickets. */
export type QueueName = string | null;
export const allTickets: QueueName = ALL;

const queuePartition = (name: QueueName): string => tenantKey(useTenant(), "QUEUE", name ?? NO_CATEGORY);

type WaitingTicket = Pick<TicketRecord, "id" | "created_at" | "category_id" | "routing">;

const listKeys = ({ id, created_at, category_id, routing }: WaitingTicket): Key[] =>
  [ALL, category_id ?? null].map((name) => ({ pk: queuePartition(name), sk: `${routing?.target_at ?? created_at}#${id}` }));

const mapKeys = (ticket: TicketRecord | null): Map<string, Key> =>
  new Map(ticket && isWaiting(ticket) ? listKeys(ticket).map((key) => [`${key.pk} ${key.sk}`, key]) : []);

/** Updates the queue entries for a ticket change. The entry records which agent gave the ticket back, so that it is not offered to them again. */
export function move(tx: Transaction, before: TicketRecord | null, after: TicketRecord): void {
  const [previousKeys, nextKeys] = [mapKeys(before), mapKeys(after)];
  for (const [name, key] of previousKeys) if (!nextKeys.has(name)) tx.delete(key);
  const given_back_by = before?.assigned_to_id ?? null;
  for (const [name, key] of nextKeys) if (!previousKeys.has(name)) tx.put({ ...key, id: after.id, given_back_by });
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

/** Returns the first entries of a queue after a position, strongly consistent. */
export async function listFirst(name: QueueName, maxEntries: number, after = ""): Promise<QueueEntry[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and sk > :after",
    ExpressionAttributeValues: { ":pk": queuePartition(name), ":after": after || " " },
    ConsistentRead: true,
    Limit: maxEntries,
  });
  return Items.map(toQueueEntry);
}

export * as WaitingQueue from "./waiting-queue.ts";
