import { Contact } from "../accounts/contact/contact.ts";
import { customerGrants } from "../accounts/customer/customer.kind.ts";
import { Customer } from "../accounts/customer/customer.ts";
import { hasPermission } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { IdInput, text } from "../kernel/schema.ts";
import { activityGrants } from "../people/activity/activity.kind.ts";
import { Activity } from "../people/activity/activity.ts";
import { SubjectActivities } from "../people/activity/subject-activities.ts";
import * as Identity from "../people/person/identity.ts";
import { presentVisible } from "../people/person/sensitive-values.ts";
import { leadGrants } from "../sales/lead/lead.kind.ts";
import { Lead } from "../sales/lead/lead.ts";
import { opportunityGrants } from "../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../sales/opportunity/opportunity.ts";
import { potentialGrants } from "../sales/potential/potential.kind.ts";
import { Potential } from "../sales/potential/potential.ts";
import { MAX_READ_ROWS } from "../storage/read/list.ts";
import { readMoments, toEntries, types } from "./person-timeline.ts";

/** All data of a person on one page, with a bounded number of concurrent queries that does not grow with the number of records. */

/** The most records of each section. Lists show the rest. */
const MAX_SHOWN = 10;

export const get = fn(IdInput, async ({ id }) => {
  const personRecord = await Identity.read(id);
  const persons = Identity.listIds(personRecord);
  const leads = hasPermission(leadGrants.read) ? Lead.loadVisibleByPerson(persons) : Promise.resolve([]);
  const [person, all, { moments }, happened, open_activities, sold] = await Promise.all([
    presentVisible(personRecord),
    leads,
    readMoments(persons, types, { limit: MAX_SHOWN }, leads),
    readMoments(persons, ["interaction"], { limit: MAX_SHOWN }),
    listOpenActivities(persons, leads),
    loadSales(persons),
  ]);
  return {
    person,
    leads: all.slice(0, MAX_SHOWN),
    leads_total: all.length,
    ...sold,
    timeline: await toEntries(moments),
    interactions: happened.moments.map(({ record }) => record),
    open_activities,
    preferences: person.preferences,
  };
});

/** Loads the person's customers, contacts, opportunities and potentials: the newest that the caller sees. */
async function loadSales(persons: readonly string[]) {
  const [seesCustomers, seesOpportunities] = [hasPermission(customerGrants.read), hasPermission(opportunityGrants.read)];
  const [{ ids }, contacts] = await Promise.all([Customer.findByPerson(persons), Contact.listByPersons(persons)]);
  const [customers, opportunities, potentials] = await Promise.all([
    seesCustomers ? Customer.buildPage([...ids, ...contacts.customers], false) : undefined,
    seesOpportunities ? Opportunity.listByPersons(persons, ids) : undefined,
    hasPermission(potentialGrants.read) ? Potential.listNewestByPersons(persons) : undefined,
  ]);
  const takeRows = <R>(page: { rows: readonly R[] } | undefined): R[] => page?.rows.slice(0, MAX_SHOWN) ?? [];
  return {
    customers: takeRows(customers),
    contacts: takeRows(seesCustomers ? contacts.page : undefined),
    opportunities: takeRows(opportunities),
    potentials: takeRows(potentials),
  };
}

/** Lists the customers of a person whom the caller sees. */
export const listCustomers = fn(Customer.PersonQuery.omit({ person: true }).extend({ id: text(64) }), async ({ id, ...query }) =>
  Customer.list({ ...query, person: (await Identity.read(id)).id }),
);

/** Lists open activities of the person whose subject the caller sees. */
async function listOpenActivities(persons: readonly string[], leads: Promise<readonly { id: string }[]>) {
  const open: Awaited<ReturnType<typeof Activity.get>>[] = [];
  if (!hasPermission(activityGrants.read)) return open;
  let count = 0;
  let waiting: typeof open = [];
  const look = async (): Promise<void> => {
    open.push(...(await SubjectActivities.filterPersonActivities(waiting, leads)));
    waiting = [];
  };
  for await (const activity of Activity.iterateOpen(persons, MAX_SHOWN)) {
    if (waiting.push(activity) === MAX_SHOWN) await look();
    if (open.length >= MAX_SHOWN || ++count >= MAX_READ_ROWS) break;
  }
  await look();
  return open.slice(0, MAX_SHOWN);
}

export const listLeads = fn(Lead.PersonQuery.extend({ id: text(64) }), async ({ id, ...query }) => {
  const person = await Identity.read(id);
  return Lead.listByPerson(Identity.listIds(person), query);
});

export const listPotentials = fn(Potential.PersonQuery.extend({ id: text(64) }), async ({ id, ...query }) =>
  Potential.listByPerson(Identity.listIds(await Identity.read(id)), query),
);

export * as Person360 from "./person-360.ts";
