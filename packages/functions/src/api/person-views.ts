import { activityGrants } from "@crm/core/activity/activity.domain.ts";
import { Activity } from "@crm/core/activity/activity.ts";
import { Contact } from "@crm/core/contact/contact.ts";
import { customerGrants } from "@crm/core/customer/customer.domain.ts";
import { Customer } from "@crm/core/customer/customer.ts";
import { Interaction } from "@crm/core/interaction/interaction.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { leadGrants } from "@crm/core/lead/lead.domain.ts";
import { Lead } from "@crm/core/lead/lead.ts";
import { Opportunity } from "@crm/core/opportunity/opportunity.ts";
import { personGrants } from "@crm/core/person/person.domain.ts";
import { Person } from "@crm/core/person/person.ts";
import { potentialGrants } from "@crm/core/potential/potential.domain.ts";
import { Potential } from "@crm/core/potential/potential.ts";
import { Person360 } from "@crm/core/views/person-360.ts";
import { PersonTimeline } from "@crm/core/views/person-timeline.ts";
import * as z from "zod";
import { type Linked, operation, recordOf } from "../http/operation.ts";
import {
  activityLinks,
  contactLinks,
  customerLinks,
  interactionLinks,
  leadLinks,
  momentLinks,
  opportunityLinks,
  personLinks,
  potentialLinks,
} from "./links.ts";

const entry = PersonTimeline.Entry.extend({ links: z.record(z.string(), z.string()) }).meta({ id: "TimelineEntry" });
const leadRow = recordOf("LeadRow", Lead.Row);
const activityRow = recordOf("ActivityRow", Activity.Row);
const interactionRow = recordOf("InteractionRow", Interaction.Row);
const person = recordOf("Person", Person.Info);
const customerRow = recordOf("CustomerRow", Customer.Row);
const contactRow = recordOf("ContactRow", Contact.Row);
const opportunityRow = recordOf("OpportunityRow", Opportunity.Row);

const potentialRow = recordOf("PotentialRow", Potential.Row);

const View = z
  .object({
    person,
    leads: z.array(leadRow).describe("The newest 10 that the caller may see"),
    leads_total: z.number().int().describe("How many of those there are"),
    customers: z.array(customerRow).describe("Those that they are or stand for, the newest 10 that the caller may see"),
    contacts: z.array(contactRow).describe("What they are there: the newest 10 that the caller may see"),
    opportunities: z.array(opportunityRow).describe("The newest 10 that the caller may see"),
    potentials: z.array(potentialRow).describe("The newest 10 that the caller may see"),
    timeline: z.array(entry).describe("The latest 10"),
    interactions: z.array(interactionRow).describe("The latest 10"),
    open_activities: z
      .array(activityRow)
      .describe("Not done yet, as far as the caller may see them: the first 10 by when they are due"),
    preferences: person.shape.preferences,
  })
  .meta({ id: "Person360" });

/** Records inside a record, each with its own addresses. */
const linked = <R extends { id: string }>(record: R, links: (record: Linked) => Record<string, string>) => ({
  ...record,
  links: links(record as Linked),
});

export const personViews = [
  operation({
    name: "getPerson360",
    method: "GET",
    path: "/persons/{id}/360",
    tag: "Persons",
    access: personGrants.read,
    summary: "Read all about a person at once",
    verb: fn(Person360.get.schema, async (input) => {
      const view = await Person360.get(input);
      return {
        ...view,
        person: linked(view.person, personLinks),
        leads: view.leads.map((lead) => linked(lead, leadLinks)),
        customers: view.customers.map((customer) => linked(customer, customerLinks)),
        contacts: view.contacts.map((contact) => linked(contact, contactLinks)),
        opportunities: view.opportunities.map((opportunity) => linked(opportunity, opportunityLinks)),
        potentials: view.potentials.map((potential) => linked(potential, potentialLinks)),
        timeline: view.timeline.map((each) => linked(each, momentLinks)),
        interactions: view.interactions.map((interaction) => linked(interaction, interactionLinks)),
        open_activities: view.open_activities.map((activity) => linked(activity, activityLinks)),
      };
    }),
    output: View,
  }),
  operation({
    name: "listPersonTimeline",
    method: "GET",
    path: "/persons/{id}/timeline",
    tag: "Persons",
    access: personGrants.read,
    summary: "List what happened with a person, newest first",
    description:
      "Activities about records that the caller may not see are left out, and so are changes for whoever may not read the audit " +
      "trail. The total is a lower bound until the last page.",
    verb: PersonTimeline.list,
    output: entry,
    kind: "list",
    links: momentLinks,
  }),
  operation({
    name: "listPersonLeads",
    method: "GET",
    path: "/persons/{id}/leads",
    tag: "Persons",
    access: leadGrants.read,
    summary: "List the leads of a person",
    verb: Person360.leads,
    output: leadRow,
    kind: "list",
    links: leadLinks,
  }),
  operation({
    name: "listPersonCustomers",
    method: "GET",
    path: "/persons/{id}/customers",
    tag: "Persons",
    access: customerGrants.read,
    summary: "List the customers that a person is or stands for",
    description: "Their individual customer, and those of their contacts: of the newest 50, then the total is a lower bound.",
    verb: Person360.customers,
    output: customerRow,
    kind: "list",
    links: customerLinks,
  }),
  operation({
    name: "listPersonPotentials",
    method: "GET",
    path: "/persons/{id}/potentials",
    tag: "Potentials",
    access: potentialGrants.read,
    summary: "List the potentials of a person",
    verb: Person360.potentials,
    output: potentialRow,
    kind: "list",
    links: potentialLinks,
  }),
  operation({
    name: "listPersonActivities",
    method: "GET",
    path: "/persons/{id}/activities",
    tag: "Persons",
    access: activityGrants.read,
    summary: "List the activities of a person, newest first",
    description: "By when they happened or are due. The total is a lower bound until the last page.",
    verb: PersonTimeline.activities,
    output: activityRow,
    kind: "list",
    links: activityLinks,
  }),
];
