import { useTenant } from "../../kernel/context.ts";
import { query } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import type { Transaction } from "../../storage/write/transaction.ts";

/**
 * The leads that became a customer. A lead names its customer, and no index of leads is free to be asked by it: so beside that
 * stands an item for each, under the customer and by the lead's id, written when the lead is converted and never changed.
 */
const leadsKey = (customer: string): string => tenantKey(useTenant(), "LEADSOF", customer);

/** Joins the transaction that converts the lead. */
export const linkLead = (tx: Transaction, customer: string, lead: string): Transaction =>
  tx.put({ pk: leadsKey(customer), sk: lead });

/** Ids of leads that became the customer, under each of its ids, newest first, up to `most`. */
export async function listLeads(customers: readonly string[], most: number): Promise<string[]> {
  const leads = (await Promise.all(customers.map((customer) => queryLeads(customer, most)))).flat();
  return leads.sort().reverse().slice(0, most);
}

async function queryLeads(customer: string, most: number): Promise<string[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": leadsKey(customer) },
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: most,
  });
  return Items.map(({ sk }) => String(sk));
}
