import { Customer } from "../accounts/customer/customer.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Person } from "../people/person/person.ts";
import { Lead } from "../sales/lead/lead.ts";

/**
 * The leads of a customer (seed 004, client_lead_history): those that became it, and all of the person of an individual. Those
 * that the caller may not see are left out.
 */

/** So many leads that became the customer are read, the newest; of the person as many as `Lead.seenOf` gives. */
const MAX_LEADS = 1000;

export const list = fn(Lead.PersonQuery.omit({ deleted: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  const [became, own] = await Promise.all([
    Customer.listLeads([customer.id, ...customer.merged_ids], MAX_LEADS),
    listPersonLeads(customer.personal_key_id),
  ]);
  const known = new Set(own.map((lead) => lead.id));
  const others = await Lead.loadVisible(became.filter((lead) => !known.has(lead)));
  const asked = { ...(await Lead.personListQuery(query)), parent: customer.id };
  return Lead.buildPage(asked, [...own, ...others], became.length === MAX_LEADS);
});

async function listPersonLeads(id: string | null): Promise<Awaited<ReturnType<typeof Lead.loadVisibleByPerson>>> {
  const person = id === null ? undefined : await Person.resolveMerged(id);
  return person ? Lead.loadVisibleByPerson(Person.listIds(person)) : [];
}

export * as CustomerLeads from "./customer-leads.ts";
