import { Customer } from "../customer/customer.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Lead } from "../lead/lead.ts";
import { Person } from "../person/person.ts";

/**
 * The leads of a customer (seed 004, client_lead_history): those that became it, and all of the person of an individual. Those
 * that the caller may not see are left out.
 */

/** So many leads that became the customer are read, the newest; of the person as many as `Lead.seenOf` gives. */
const MOST = 1000;

export const list = fn(Lead.OfPerson.omit({ deleted: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  const [became, own] = await Promise.all([
    Customer.leadsOf([customer.id, ...customer.merged_ids], MOST),
    ofPerson(customer.personal_key_id),
  ]);
  const known = new Set(own.map((lead) => lead.id));
  const others = await Lead.seenAmong(became.filter((lead) => !known.has(lead)));
  const asked = { ...(await Lead.askedOfPerson(query)), parent: customer.id };
  return Lead.pageAmong(asked, [...own, ...others], became.length === MOST);
});

async function ofPerson(id: string | null): Promise<Awaited<ReturnType<typeof Lead.seenOf>>> {
  const person = id === null ? undefined : await Person.living(id);
  return person ? Lead.seenOf(Person.idsOf(person)) : [];
}

export * as CustomerLeads from "./customer-leads.ts";
