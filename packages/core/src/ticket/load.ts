import { useTenant } from "../kernel/context.ts";
import { getAll, tableName } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { holderOf } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * How many tickets each agent holds: an item of each, moved in the transaction of each change. So routing can put its bound on it, and two
 * tickets at the same moment never give an agent one too many.
 */

type Held = Pick<TicketRecord, "assigned_to_id" | "status" | "deleted_at">;

const keyOf = (agent: string): Key => ({ pk: tenantKey(useTenant(), "LOAD", agent), sk: "tickets" });

/** By agent, as it is now. */
export async function read(agents: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const items = await getAll(agents.map(keyOf));
  return new Map(agents.map((agent, at) => [agent, Number(items[at]?.held ?? 0)]));
}

/** Another ticket was faster: the agent is full by now. */
export class Full extends Moved {
  override name = "Full";
}

/** What a change takes from one agent and gives to another; `most` is what who is given it may hold with it. */
export function move(tx: Transaction, before: Held | null, after: Held | null, most?: number): void {
  const [from, to] = [holderOf(before), holderOf(after)];
  if (from === to) return;
  if (from !== null) add(tx, from, -1);
  if (to !== null) add(tx, to, 1, most);
}

function add(tx: Transaction, agent: string, by: number, most?: number): void {
  const bound = most === undefined ? {} : { ConditionExpression: "attribute_not_exists(held) OR held < :most" };
  const values = { ":by": by, ...(most === undefined ? {} : { ":most": most }) };
  tx.add(
    {
      Update: {
        TableName: tableName(),
        Key: keyOf(agent),
        UpdateExpression: "ADD held :by",
        ExpressionAttributeValues: values,
        ...bound,
      },
    },
    () => new Full(`${agent} holds enough by now`),
  );
}

export * as Load from "./load.ts";
