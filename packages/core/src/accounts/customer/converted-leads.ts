import { useTenant } from "../../kernel/context.ts";
import { query } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";

/**
 * The leads that became a customer. A lead names its customer, but no index of leads is left to query by it. So for each converted lead
 * there is an item under the customer, sorted by lead id. It is written by the conversion and never changed.
 */
const leadsKey = (customer: string): string => tenantKey(useTenant(), "LEADSOF", customer);

/** Adds the item to the transaction that converts the lead. */
export const linkLead = (tx: Transaction, customer: string, lead: string): Transaction =>
  tx.put({ pk: leadsKey(customer), sk: lead });

/** Lists the ids of leads that became the customer, newest first, up to `limit`. `customers` holds all ids of the customer. */
export async function listLeads(customers: readonly string[], limit: number): Promise<string[]> {
  const leads = (await Promise.all(customers.map((customer) => queryLeads(customer, limit)))).flat();
  return leads.sort().reverse().slice(0, limit);
}

async function queryLeads(customer: string, limit: number): Promise<string[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": leadsKey(customer) },
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: limit,
  });
  return Items.map(({ sk }) => String(sk));
}
