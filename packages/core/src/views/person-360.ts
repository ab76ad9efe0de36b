import * as z from "zod";
import { activityGrants } from "../activity/activity.domain.ts";
import { Activity } from "../activity/activity.ts";
import { Activities } from "../activity/visible.ts";
import { Contact } from "../contact/contact.ts";
import { customerGrants } from "../customer/customer.domain.ts";
import { Customer } from "../customer/customer.ts";
import { may } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { leadGrants } from "../lead/lead.domain.ts";
import { Lead } from "../lead/lead.ts";
import { opportunityGrants } from "../opportunity/opportunity.domain.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import * as Identity from "../person/identity.ts";
import { visible } from "../person/sensitive.ts";
import { potentialGrants } from "../potential/potential.domain.ts";
import { Potential } from "../potential/potential.ts";
import { MOST_READ } from "../storage/read/list.ts";
import { entryOf, read, types } from "./person-timeline.ts";

/** All about a person on one page: a bounded number of queries side by side, none of which grows with what happened. */

/** So many of each are shown; each section has a list of its own for the rest. */
const SHOWN = 10;

export const get = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const known = await Identity.read(id);
  const persons = Identity.idsOf(known);
  const leads = may(leadGrants.read) ? Lead.seenOf(persons) : Promise.resolve([]);
  const [person, all, { moments }, happened, open_activities, sold] = await Promise.all([
    visible(known),
    leads,
    read(persons, types, { limit: SHOWN }, leads),
    read(persons, ["interaction"], { limit: SHOWN }),
    openWork(persons, leads),
    salesOf(persons),
  ]);
  return {
    person,
    leads: all.slice(0, SHOWN),
    leads_total: all.length,
    ...sold,
    timeline: moments.map(entryOf),
    interactions: happened.moments.map(({ record }) => record),
    open_activities,
    preferences: person.preferences,
  };
});

/**
 * The customers that the person is or stands for, their contacts there, and what is or was to be sold: the newest that the
 * caller sees.
 */
async function salesOf(persons: readonly string[]) {
  const [seesCustomers, seesOpportunities] = [may(customerGrants.read), may(opportunityGrants.read)];
  const [{ ids: own }, contacts] = await Promise.all([Customer.ofPerson(persons), Contact.ofPersons(persons)]);
  const [customers, opportunities, potentials] = await Promise.all([
    seesCustomers ? Customer.pageAmong([...own, ...contacts.customers], false) : undefined,
    seesOpportunities ? Opportunity.ofPersons(persons, own) : undefined,
    may(potentialGrants.read) ? Potential.ofPersons(persons) : undefined,
  ]);
  const shown = <R>(page: { rows: readonly R[] } | undefined): R[] => page?.rows.slice(0, SHOWN) ?? [];
  return {
    customers: shown(customers),
    contacts: shown(seesCustomers ? contacts.page : undefined),
    opportunities: shown(opportunities),
    potentials: shown(potentials),
  };
}

/** Customers, for who sees the person. */
export const customers = fn(Customer.OfPerson.omit({ person: true }).extend({ id: text(64) }), async ({ id, ...query }) =>
  Customer.list({ ...query, person: (await Identity.read(id)).id }),
);

/** Activities that are not done yet, about what the caller sees. */
async function openWork(persons: readonly string[], leads: Promise<readonly { id: string }[]>) {
  const open: Awaited<ReturnType<typeof Activity.get>>[] = [];
  if (!may(activityGrants.read)) return open;
  let count = 0;
  let waiting: typeof open = [];
  const look = async (): Promise<void> => {
    open.push(...(await Activities.seenOf(waiting, leads)));
    waiting = [];
  };
  for await (const activity of Activity.openOf(persons, SHOWN)) {
    if (waiting.push(activity) === SHOWN) await look();
    if (open.length >= SHOWN || ++count >= MOST_READ) break;
  }
  await look();
  return open.slice(0, SHOWN);
}

export const leads = fn(Lead.OfPerson.extend({ id: text(64) }), async ({ id, ...query }) => {
  const person = await Identity.read(id);
  return Lead.listOf(Identity.idsOf(person), query);
});

export const potentials = fn(Potential.OfPerson.extend({ id: text(64) }), async ({ id, ...query }) =>
  Potential.listOf(Identity.idsOf(await Identity.read(id)), query),
);

export * as Person360 from "./person-360.ts";
