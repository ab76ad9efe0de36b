import { Customer } from "../accounts/customer/customer.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Person } from "../people/person/person.ts";
import { Lead } from "../sales/lead/lead.ts";

/**
 * Lists the leads of a customer: those that were converted to it, and all leads of an individual's person. Leads that the caller does not
 * see are left out.
 */

/** The most converted leads that are read, newest first. `Lead.loadVisibleByPerson` limits the leads of the person. */
const MAX_LEADS = 1000;

export const list = fn(Lead.PersonQuery.omit({ deleted: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  const [became, personLeads] = await Promise.all([
    Customer.listLeads([customer.id, ...customer.merged_ids], MAX_LEADS),
    listPersonLeads(customer.personal_key_id),
  ]);
  const personLeadIds = new Set(personLeads.map((lead) => lead.id));
  const otherLeads = await Lead.loadVisible(became.filter((lead) => !personLeadIds.has(lead)));
  const listQuery = { ...(await Lead.personListQuery(query)), parent: customer.id };
  return Lead.buildPage(listQuery, [...personLeads, ...otherLeads], became.length === MAX_LEADS);
});

async function listPersonLeads(id: string | null): Promise<Awaited<ReturnType<typeof Lead.loadVisibleByPerson>>> {
  const person = id === null ? undefined : await Person.resolveMerged(id);
  return person ? Lead.loadVisibleByPerson(Person.listIds(person)) : [];
}

export * as CustomerLeads from "./customer-leads.ts";
