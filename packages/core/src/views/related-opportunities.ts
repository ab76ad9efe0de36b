import { Contact } from "../accounts/contact/contact.ts";
import { Customer } from "../accounts/customer/customer.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Opportunity } from "../sales/opportunity/opportunity.ts";

/** Lists the opportunities of a customer or contact that the caller sees. Opportunities that the caller does not see are left out. */

const Query = Opportunity.Query.omit({ customer: true, contact: true }).extend({ id: text(64) });

export const listByCustomer = fn(Query, async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Opportunity.list({ ...query, customer: customer.id });
});

export const listByContact = fn(Query, async ({ id, ...query }) => {
  const contact = await Contact.read(id);
  return Opportunity.list({ ...query, contact: contact.id });
});

export * as RelatedOpportunities from "./related-opportunities.ts";
