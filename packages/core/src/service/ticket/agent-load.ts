import { useTenant } from "../../kernel/context.ts";
import { readItems, tableName } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { findHolder } from "./status.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/**
 * The load of each agent: an item with the number of tickets that they hold, updated in the transaction of each ticket change. Routing puts its
 * limit as a condition on that item, so parallel assignments cannot exceed it.
 */

type HeldTicket = Pick<TicketRecord, "assigned_to_id" | "status" | "deleted_at">;

const loadKey = (agent: string): Key => ({ pk: tenantKey(useTenant(), "LOAD", agent), sk: "tickets" });

/** Returns the current load of agents by id. */
export async function read(agents: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const items = await readItems(agents.map(loadKey));
  return new Map(agents.map((agent, index) => [agent, Number(items[index]?.held ?? 0)]));
}

/** Thrown when another ticket has filled the agent's load in the meantime. */
export class AgentFullError extends WriteConflict {
  override name = "Full";
}

/** Moves a ticket's load from one agent to another. `most` is the new agent's maximum, this ticket included. */
export function move(tx: Transaction, before: HeldTicket | null, after: HeldTicket | null, maxLoad?: number): void {
  const [from, to] = [findHolder(before), findHolder(after)];
  if (from === to) return;
  if (from !== null) addToLoad(tx, from, -1);
  if (to !== null) addToLoad(tx, to, 1, maxLoad);
}

function addToLoad(tx: Transaction, agent: string, delta: number, limit?: number): void {
  const bound = limit === undefined ? {} : { ConditionExpression: "attribute_not_exists(held) OR held < :most" };
  const values = { ":by": delta, ...(limit === undefined ? {} : { ":most": limit }) };
  tx.add(
    {
      Update: {
        TableName: tableName(),
        Key: loadKey(agent),
        UpdateExpression: "ADD held :by",
        ExpressionAttributeValues: values,
        ...bound,
      },
    },
    () => new AgentFullError(`${agent} has reached the maximum number of tickets`),
  );
}

export * as AgentLoad from "./agent-load.ts";
