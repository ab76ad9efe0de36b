import { Records } from "../storage/write/records.ts";
import { ofCustomerWith } from "../territory/of-customer.ts";
import type { Placed } from "../territory/territory.ts";
import { Opportunities } from "./opportunity.entity.ts";

/** Of which territory opportunities are. */

const NOWHERE: Placed = { territory_id: null, territory_rule: null };

/** The territory of the customer that something is sold to. */
export const territoryBy = async (customer: string | null | undefined): Promise<string | null> =>
  customer ? (await ofCustomerWith(customer)).territory_id : null;

/** The territory of an opportunity's customer; undefined where the opportunity is gone. */
export async function decided(id: string): Promise<(Placed & { had: string | null }) | undefined> {
  const opportunity = await Records.load(Opportunities, id, { live: true });
  if (!opportunity) return undefined;
  const { customer_id, territory_id } = opportunity;
  return { ...(customer_id ? await ofCustomerWith(customer_id) : NOWHERE), had: territory_id ?? null };
}
