import { Contact } from "../contact/contact.ts";
import { Customer } from "../customer/customer.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { activitiesOf } from "./activities-of.ts";

export const OpportunityActivities = activitiesOf({ type: "opportunity", read: Opportunity.read, touch: Opportunity.touch });

export const CustomerActivities = activitiesOf({
  type: "customer",
  read: Customer.read,
  touch: (tx, customer, at) => {
    const [, latest = at] = [customer.last_activity_date ?? at, at].sort();
    Customer.touch(tx, customer, { last_activity_date: latest });
  },
});

export const ContactActivities = activitiesOf({ type: "contact", read: Contact.read, touch: Contact.touch });
