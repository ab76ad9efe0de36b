import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { Master } from "../masters/master.ts";
import { Records } from "../storage/write/records.ts";
import { type Placed, Territory } from "../territory/territory.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";

/** Of which territory customers are, by their billing address, and what is sold to them. */

type Where = Pick<
  CustomerRecord,
  | "billing_country_id"
  | "billing_state_id"
  | "billing_postal_code"
  | "industry_id"
  | "source"
  | "employee_count"
  | "company_size_id"
>;

/** What of a customer the rule goes by. */
export const saidBy = async (customer: Where): Promise<Territory.Said> => ({
  country_id: customer.billing_country_id ?? null,
  state_id: customer.billing_state_id ?? null,
  postal_code: customer.billing_postal_code ?? null,
  industry_id: customer.industry_id ?? null,
  source_id: (customer.source && (await Master.named(LEAD_SOURCES, customer.source))) || null,
  employee_count: customer.employee_count ?? null,
  company_size_id: customer.company_size_id ?? null,
});

/** The territory that the rule in force gives a customer; undefined where it is gone. */
export async function decided(id: string): Promise<(Placed & { had: string | null }) | undefined> {
  const customer = await Records.load(Customers, id, { live: true });
  return customer && { ...(await Territory.byRule(await saidBy(customer))), had: customer.territory_id ?? null };
}

/** That of what is sold to a customer: the customer's, or else what the rule gives it by the customer. */
export const ofCustomer = async (customer: CustomerRecord): Promise<Placed> =>
  customer.territory_id
    ? { territory_id: customer.territory_id, territory_rule: customer.territory_rule ?? null }
    : Territory.byRule(await saidBy(customer));

/** As `ofCustomer`, where only its id is known. */
export async function ofCustomerWith(id: string): Promise<Placed> {
  const customer = await Records.load(Customers, id, { live: true });
  return customer ? ofCustomer(customer) : { territory_id: null, territory_rule: null };
}
