import { Records } from "../storage/write/records.ts";
import { saidBy } from "../territory/of-customer.ts";
import { type Placed, Territory } from "../territory/territory.ts";
import { Customers } from "./customer.entity.ts";

/** The territory that the rule in force gives a customer; undefined where it is gone. */
export async function decided(id: string): Promise<(Placed & { had: string | null }) | undefined> {
  const customer = await Records.load(Customers, id, { live: true });
  return customer && { ...(await Territory.byRule(await saidBy(customer))), had: customer.territory_id ?? null };
}
