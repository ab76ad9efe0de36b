import { useTenant } from "../kernel/context.ts";
import { query } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { isWaiting } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * Tickets that wait for an agent, in the order in which they are given: what routing wants answered first. Each stands in the queue of all, and
 * in that of its category, because an agent with a department takes those of its categories alone. The items move in the transaction of each
 * change of a ticket, so they say what is so (docs/tickets.md, Queue).
 */

const ALL = "all";
const NO_CATEGORY = "none";

/** The queue of a category, or of all tickets. */
export type Name = string | null;
export const everything: Name = ALL;

const partition = (name: Name): string => tenantKey(useTenant(), "QUEUE", name ?? NO_CATEGORY);

type Waiting = Pick<TicketRecord, "id" | "created_at" | "category_id" | "routing">;

const keysOf = ({ id, created_at, category_id, routing }: Waiting): Key[] =>
  [ALL, category_id ?? null].map((name) => ({ pk: partition(name), sk: `${routing?.target_at ?? created_at}#${id}` }));

const placesOf = (ticket: TicketRecord | null): Map<string, Key> =>
  new Map(ticket && isWaiting(ticket) ? keysOf(ticket).map((key) => [`${key.pk} ${key.sk}`, key]) : []);

/** What a change does to the queue; who gives a ticket back is not asked for it again. */
export function move(tx: Transaction, before: TicketRecord | null, after: TicketRecord): void {
  const [were, are] = [placesOf(before), placesOf(after)];
  for (const [name, key] of were) if (!are.has(name)) tx.delete(key);
  const given_back_by = before?.assigned_to_id ?? null;
  for (const [name, key] of are) if (!were.has(name)) tx.put({ ...key, id: after.id, given_back_by });
}

/** A ticket that waits. */
export interface Place {
  id: string;
  /** Where it stands in its queue. */
  at: string;
  given_back_by: string | null;
}

const placeOf = ({ id, sk, given_back_by }: Item): Place => ({
  id: String(id),
  at: String(sk),
  given_back_by: typeof given_back_by === "string" ? given_back_by : null,
});

/** The first of a queue behind a place, as it stands now. */
export async function first(name: Name, most: number, after = ""): Promise<Place[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and sk > :after",
    ExpressionAttributeValues: { ":pk": partition(name), ":after": after || " " },
    ConsistentRead: true,
    Limit: most,
  });
  return Items.map(placeOf);
}

export * as Queue from "./queue.ts";
