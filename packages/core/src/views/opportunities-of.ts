import { Contact } from "../contact/contact.ts";
import { Customer } from "../customer/customer.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Opportunity } from "../opportunity/opportunity.ts";

/** The opportunities of a record that the caller sees, as far as they see the opportunities themselves. */

const Query = Opportunity.Query.omit({ customer: true, contact: true }).extend({ id: text(64) });

export const ofCustomer = fn(Query, async ({ id, ...query }) => {
  const customer = await Customer.read(id);
  return Opportunity.list({ ...query, customer: customer.id });
});

export const ofContact = fn(Query, async ({ id, ...query }) => {
  const contact = await Contact.read(id);
  return Opportunity.list({ ...query, contact: contact.id });
});

export * as OpportunitiesOf from "./opportunities-of.ts";
