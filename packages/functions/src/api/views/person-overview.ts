import { Contacts } from "@crm/core/accounts/contact/contact.entity.ts";
import { Contact } from "@crm/core/accounts/contact/contact.ts";
import { Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { customerGrants } from "@crm/core/accounts/customer/customer.kind.ts";
import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { activityGrants } from "@crm/core/people/activity/activity.kind.ts";
import { Activity } from "@crm/core/people/activity/activity.ts";
import { Interactions } from "@crm/core/people/interaction/interaction.entity.ts";
import { Interaction } from "@crm/core/people/interaction/interaction.ts";
import { People } from "@crm/core/people/person/person.entity.ts";
import { personGrants } from "@crm/core/people/person/person.kind.ts";
import { Person } from "@crm/core/people/person/person.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { leadGrants } from "@crm/core/sales/lead/lead.kind.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { Opportunities } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import { Opportunity } from "@crm/core/sales/opportunity/opportunity.ts";
import { Potentials } from "@crm/core/sales/potential/potential.entity.ts";
import { potentialGrants } from "@crm/core/sales/potential/potential.kind.ts";
import { Potential } from "@crm/core/sales/potential/potential.ts";
import { Person360 } from "@crm/core/views/person-360.ts";
import { PersonTimeline } from "@crm/core/views/person-timeline.ts";
import * as z from "zod";
import { type LinkedRecord, operation, recordSchema } from "../../http/operation.ts";
import { activityLinks } from "../people/links.ts";
import { hitLinks, linksFor } from "../shared/links.ts";

const leadLinks = linksFor(Leads);
const opportunityLinks = linksFor(Opportunities);
const potentialLinks = linksFor(Potentials);
const customerLinks = linksFor(Customers);
const contactLinks = linksFor(Contacts);
const interactionLinks = linksFor(Interactions);
const personLinks = linksFor(People);
const entry = PersonTimeline.Entry.extend({ links: z.record(z.string(), z.string()) }).meta({ id: "TimelineEntry" });
const leadRow = recordSchema("LeadRow", Lead.Row);
const activityRow = recordSchema("ActivityRow", Activity.Row);
const interactionRow = recordSchema("InteractionRow", Interaction.Row);
const person = recordSchema("Person", Person.Info);
const customerRow = recordSchema("CustomerRow", Customer.Row);
const contactRow = recordSchema("ContactRow", Contact.Row);
const opportunityRow = recordSchema("OpportunityRow", Opportunity.Row);

const potentialRow = recordSchema("PotentialRow", Potential.Row);

const Person360View = z
  .object({
    person,
    leads: z.array(leadRow).describe("The newest 10 that the caller may see"),
    leads_total: z.number().int().describe("Number of leads that the caller may see"),
    customers: z.array(customerRow).describe("Customers that the person is or represents: the newest 10 that the caller may see"),
    contacts: z.array(contactRow).describe("The person's contact records: the newest 10 that the caller may see"),
    opportunities: z.array(opportunityRow).describe("The newest 10 that the caller may see"),
    potentials: z.array(potentialRow).describe("The newest 10 that the caller may see"),
    timeline: z.array(entry).describe("The latest 10"),
    interactions: z.array(interactionRow).describe("The latest 10"),
    open_activities: z.array(activityRow).describe("Open activities that the caller may see: the first 10 by due date"),
    preferences: person.shape.preferences,
  })
  .meta({ id: "Person360" });

/** Adds links to a record that is nested in another record. */
const withLinks = <R extends { id: string }>(record: R, links: (record: LinkedRecord) => Record<string, string>) => ({
  ...record,
  links: links(record as LinkedRecord),
});

export const personViews = [
  operation({
    name: "getPerson360",
    method: "GET",
    path: "/persons/{id}/360",
    tag: "Persons",
    access: personGrants.read,
    summary: "Read all data of a person on one page",
    verb: fn(Person360.get.schema, async (input) => {
      const view = await Person360.get(input);
      return {
        ...view,
        person: withLinks(view.person, personLinks),
        leads: view.leads.map((lead) => withLinks(lead, leadLinks)),
        customers: view.customers.map((customer) => withLinks(customer, customerLinks)),
        contacts: view.contacts.map((contact) => withLinks(contact, contactLinks)),
        opportunities: view.opportunities.map((opportunity) => withLinks(opportunity, opportunityLinks)),
        potentials: view.potentials.map((potential) => withLinks(potential, potentialLinks)),
        timeline: view.timeline.map((entry) => withLinks(entry, hitLinks)),
        interactions: view.interactions.map((interaction) => withLinks(interaction, interactionLinks)),
        open_activities: view.open_activities.map((activity) => withLinks(activity, activityLinks)),
      };
    }),
    output: Person360View,
  }),
  operation({
    name: "listPersonTimeline",
    method: "GET",
    path: "/persons/{id}/timeline",
    tag: "Persons",
    access: personGrants.read,
    summary: "List the timeline of a person, newest first",
    description:
      "Activities about records that the caller may not see are left out, and so are changes if the caller may not read the audit " +
      "trail. The total is a lower bound until the last page.",
    verb: PersonTimeline.list,
    output: entry,
    kind: "list",
    links: hitLinks,
  }),
  operation({
    name: "listPersonLeads",
    method: "GET",
    path: "/persons/{id}/leads",
    tag: "Persons",
    access: leadGrants.read,
    summary: "List the leads of a person",
    verb: Person360.listLeads,
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
    summary: "List the customers that a person is or represents",
    description:
      "The person's individual customer, and the customers of the newest 50 contacts; with more contacts the total is a lower bound.",
    verb: Person360.listCustomers,
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
    verb: Person360.listPotentials,
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
    description: "By the time when they happened or are due. The total is a lower bound until the last page.",
    verb: PersonTimeline.listActivities,
    output: activityRow,
    kind: "list",
    links: activityLinks,
  }),
];
