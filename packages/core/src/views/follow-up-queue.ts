import { Clock } from "../kernel/clock.ts";
import { hasPermission, useSettings } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { isId } from "../kernel/id.ts";
import { selectProcessable } from "../kernel/processing.ts";
import { addDays, endOfDay, instantToDay } from "../kernel/time-zone.ts";
import type { ActivityRecord } from "../people/activity/activity.entity.ts";
import { activityGrants } from "../people/activity/activity.kind.ts";
import { ACTIVITY_TYPES } from "../people/activity/activity.masters.ts";
import { resolveDeadline, resolveStart } from "../people/activity/activity.rules.ts";
import { Agenda } from "../people/activity/agenda.ts";
import { Consent, type PersonReference } from "../people/person/consent.ts";
import { isLimited, type PersonDisclosure } from "../people/person/disclosure.ts";
import { loadValues } from "../platform/master-data/values.ts";
import { buildEntries } from "../platform/profile/record-entry.ts";
import { Availability } from "../platform/user/availability.ts";
import { requireSignedInUser } from "../platform/user/current-user.ts";
import { PROJECT } from "../projects/project/project.kind.ts";
import { convert, Rates } from "../sales/exchange-rate/rates.ts";
import { LEAD, leadGrants } from "../sales/lead/lead.kind.ts";
import { Lead } from "../sales/lead/lead.ts";
import { opportunityGrants } from "../sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "../sales/opportunity/opportunity.ts";
import { ticketGrants } from "../service/ticket/ticket.kind.ts";
import { Ticket } from "../service/ticket/ticket.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { findOpenable } from "../storage/write/readable-records.ts";
import { Records } from "../storage/write/records.ts";
import { CLOSING_SOON_DAYS, type Due, type QueueFacts, rankRecords, SILENT_DAYS } from "./follow-up-queue.rules.ts";
import { DEFAULT_ENTRIES, type Entry, Query } from "./follow-up-queue.schema.ts";

/**
 * The follow-up queue of a user: whom to call next, and why. It reads lists of the user's own records, at most `MAX_ROWS` of each, and
 * writes nothing (docs/engagement/follow-up-queue.md).
 */

/** Rows that are read from each list. */
const MAX_ROWS = 100;
/** Leads with this score are in the queue although no contact is due. */
const MIN_SCORE = 60;

export const list = fn(Query, async ({ limit = DEFAULT_ENTRIES }): Promise<Entry[]> => {
  const day = await resolveDay(requireSignedInUser());
  const candidates = await collectCandidates(day);
  const persons = candidates.flatMap(({ record }) => findPersonId(record) ?? []);
  const processable = await selectProcessable(persons, "score");
  const permitted = candidates.filter(({ record }) => processable.has(findPersonId(record) ?? "") || !findPersonId(record));
  const recordsById = new Map(permitted.map(({ record }) => [record.id, record]));
  const entries = rankRecords(await buildFacts(permitted, day), day.today).slice(0, limit);
  const records = entries.flatMap((entry) => recordsById.get(entry.id) ?? []);
  const [titles, contacts, refusals] = await Promise.all([buildEntries(records), findContacts(records), findRefusals(records)]);
  return entries.flatMap(({ id: recordId, ...entry }, index): Entry[] => {
    const title = titles[index];
    if (!title) return [];
    const { view_kind: _view, ...record } = title;
    return [{ record, ...entry, ...(contacts[index] ?? NO_CONTACT), is_call_refused: refusals.has(recordId) } as Entry];
  });
});

interface UserDay {
  readonly zone: string;
  readonly today: string;
  readonly end: string;
}

/** Returns the current day in the time zone of the user, or else of the tenant. */
async function resolveDay(user: string): Promise<UserDay> {
  const zone = (await Availability.findTimeZone(user)) ?? useSettings().timezone;
  const today = instantToDay(zone, Clock.now());
  return { zone, today, end: endOfDay(zone, today) };
}

/** The fields that records of several kinds have. */
type QueueRecord = BaseRecord & {
  personal_key_id?: string | null;
  person_sight?: PersonDisclosure;
  contact_id?: string | null;
  company?: string | null;
  customer_id?: string | null;
  phone?: string | null;
  mobile?: string | null;
  email?: string | null;
  phones?: readonly string[];
  emails?: readonly string[];
  display_name?: string | null;
  name?: string | null;
  is_converted?: boolean;
  is_closed?: boolean;
  lead_score?: number | null;
  follow_up_priority?: string | null;
  probability?: number | null;
  amount?: string | null;
  currency?: string | null;
  close_date?: string | null;
  last_activity_date?: string | null;
};

interface Candidate {
  readonly record: QueueRecord;
  readonly dues: readonly Due[];
}

/** Collects the records of the queue, each once, with everything that is due. */
async function collectCandidates(day: UserDay): Promise<Candidate[]> {
  const found = await Promise.all([
    hasPermission(leadGrants.read) ? listLeads(day) : [],
    hasPermission(opportunityGrants.read) ? listOpportunities(day) : [],
    hasPermission(ticketGrants.read) ? listTickets(day) : [],
    hasPermission(activityGrants.read) ? listActivities(day) : [],
  ]);
  return [...Map.groupBy(found.flat(), ({ record }) => record.id).values()].flatMap((parts) => {
    const [first] = parts;
    return first ? [{ record: first.record, dues: parts.flatMap(({ dues }) => dues) }] : [];
  });
}

const buildDue = (topic: Due["topic"], at: string, { zone }: UserDay): Due => ({ topic, at, day: instantToDay(zone, at) });

/** The user's open leads whose contact is due, and those with a high score. */
async function listLeads(day: UserDay): Promise<Candidate[]> {
  const query = { owner: "me", is_converted: false, limit: MAX_ROWS };
  const [due, scored] = await Promise.all([
    Lead.list({ ...query, contact_due_by: day.end }),
    Lead.list({ ...query, min_score: MIN_SCORE }),
  ]);
  const leads = new Map([...due.rows, ...scored.rows].map((lead) => [lead.id, lead]));
  return [...leads.values()].map((lead) => {
    const { next_contact_date } = lead;
    return {
      record: lead,
      dues: next_contact_date && next_contact_date <= day.end ? [buildDue("contact", next_contact_date, day)] : [],
    };
  });
}

/** The user's open opportunities whose next step is due, that close soon, or that are silent. */
async function listOpportunities(day: UserDay): Promise<Candidate[]> {
  const silentSince = endOfDay(day.zone, addDays(day.today, -SILENT_DAYS));
  const { rows } = await Opportunity.list({
    owner: "me",
    is_closed: false,
    limit: MAX_ROWS,
    where: {
      or: [
        { next_step_date: { lte: day.today } },
        { close_date: { lte: addDays(day.today, CLOSING_SOON_DAYS) } },
        { last_activity_date: { lte: silentSince } },
        { last_activity_date: null, created_at: { lte: silentSince } },
      ],
    },
  });
  return rows.map((opportunity) => {
    const { next_step_date } = opportunity;
    const isDue = next_step_date !== null && next_step_date <= day.today;
    return {
      record: opportunity,
      dues: isDue ? [{ topic: "next_step", day: next_step_date, at: endOfDay(day.zone, next_step_date) }] : [],
    };
  });
}

/** The user's tickets that need an answer or a solution by today. */
async function listTickets(day: UserDay): Promise<Candidate[]> {
  const { rows } = await Ticket.list({
    owner: "me",
    is_resolved: false,
    sort: "next_due_at",
    order: "asc",
    limit: MAX_ROWS,
    where: { next_due_at: { lte: day.end } },
  });
  return rows.map((ticket) => ({
    record: ticket as QueueRecord,
    dues: ticket.next_due_at ? [buildDue("ticket", ticket.next_due_at, day)] : [],
  }));
}

/** Types of activities with a customer. Their codes are those of the predefined values. */
const contactTypes: ReadonlySet<string> = new Set(["call", "meeting"]);

/** The user's open activities that are due by today, each under the record that it is about. Other tasks without a customer are left out. */
async function listActivities(day: UserDay): Promise<Candidate[]> {
  const [overdue, upcoming, types] = await Promise.all([
    Agenda.listOverdue({ owner: "me", limit: MAX_ROWS }),
    Agenda.listUpcoming({ owner: "me", days: 1, limit: MAX_ROWS }),
    loadValues(ACTIVITY_TYPES),
  ]);
  const due = [...overdue.rows, ...upcoming.rows].flatMap((activity) => {
    const at = resolveDeadline(activity) ?? resolveStart(activity);
    const isContact = contactTypes.has(types.byId.get(activity.activity_type_id)?.code ?? "");
    const isDue = at !== null && (resolveStart(activity) ?? at) <= day.end;
    return isDue && (isContact || isAboutCustomer(activity)) ? [{ activity, at, isContact }] : [];
  });
  const subjects = await findOpenable(due.flatMap(({ activity }) => activity.related_to_id ?? []));
  return due.map(({ activity, at, isContact }): Candidate => {
    const subject = subjects.get(activity.related_to_id ?? "");
    const about = { id: activity.id, subject: activity.subject, isPromise: isContact && isAboutCustomer(activity) };
    return { record: (subject ?? activity) as QueueRecord, dues: [{ ...buildDue("activity", at, day), activity: about }] };
  });
}

const isAboutCustomer = ({ related_to_id }: ActivityRecord): boolean => related_to_id !== null && !isId(related_to_id, PROJECT);

async function buildFacts(candidates: readonly Candidate[], { zone }: UserDay): Promise<QueueFacts[]> {
  const values = await convertValues(candidates.map(({ record }) => record));
  return candidates.map(({ record, dues }, index) => {
    const isLead = "is_converted" in record && record.is_converted === false;
    const isOpportunity = record.is_closed === false && "close_date" in record;
    const lastActivity = record.last_activity_date ?? record.created_at;
    return {
      id: record.id,
      dues,
      score: isLead ? (record.lead_score ?? null) : null,
      urgency: isLead ? (record.follow_up_priority ?? null) : null,
      probability: isOpportunity ? (record.probability ?? null) : null,
      value: isOpportunity ? (values[index] ?? null) : null,
      closeDay: isOpportunity ? (record.close_date ?? null) : null,
      lastActivityDay: isLead || isOpportunity ? instantToDay(zone, lastActivity) : null,
    };
  });
}

/** Converts the amounts of records to the currency of the tenant. An amount without a rate has no value. */
async function convertValues(records: readonly QueueRecord[]): Promise<(QueueFacts["value"] | undefined)[]> {
  const { currency: base } = useSettings();
  const currencies = [...new Set(records.flatMap(({ amount, currency }) => (amount && currency ? [currency] : [])))];
  const rates = await Rates.findTodaysRates(currencies.map((from) => ({ from, to: base })));
  const rateByCurrency = new Map(currencies.map((currency, index) => [currency, rates[index]]));
  return records.map(({ amount, currency }) => {
    const rate = rateByCurrency.get(currency ?? "");
    if (!amount || !currency || !rate) return undefined;
    return { amount, currency, converted: convert(amount, currency, base, rate) };
  });
}

const findPersonId = (record: QueueRecord): string | null => ("phones" in record ? record.id : (record.personal_key_id ?? null));

type ContactData = Pick<Entry, "contact_name" | "person_name" | "customer_name" | "phone" | "email">;
const NO_CONTACT: ContactData = { contact_name: null, person_name: null, customer_name: null, phone: null, email: null };

const readContactData = ({ phone, mobile, email, phones, emails }: QueueRecord) => ({
  phone: phone || mobile || phones?.[0] || null,
  email: email || emails?.[0] || null,
});

const nameParty = (party: QueueRecord | undefined): string | null => party?.display_name ?? party?.name ?? null;

/**
 * Finds the phone numbers and email addresses: of the record, or else of its contact or customer, as far as the caller may read them. Names the
 * person and the customer.
 */
async function findContacts(records: readonly QueueRecord[]): Promise<ContactData[]> {
  const hasOwn = records.map((record) => Object.values(readContactData(record)).some((value) => value !== null));
  const ids = records.flatMap(({ contact_id, customer_id }, index) => (hasOwn[index] ? [] : [contact_id, customer_id]));
  const related: ReadonlyMap<string, QueueRecord> = await findOpenable([...new Set(ids.flatMap((relatedId) => relatedId ?? []))]);
  return records.map((record, index) => {
    if (hasOwn[index]) return { ...NO_CONTACT, customer_name: record.company || null, ...readContactData(record) };
    const [contact, customer] = [record.contact_id, record.customer_id].map((relatedId) => related.get(relatedId ?? ""));
    const found = [contact, customer].filter((party) => party !== undefined);
    const reachable = found.find((other) => readContactData(other).phone !== null) ?? found[0];
    if (!reachable) return NO_CONTACT;
    const names = { person_name: nameParty(contact), customer_name: nameParty(customer) };
    return { contact_name: nameParty(reachable), ...names, ...readContactData(reachable) };
  });
}

interface OptOuts extends PersonReference {
  readonly id: string;
  readonly email_opt_out: boolean | null;
  readonly phone_opt_out: boolean | null;
}

/** Returns the ids of the records whose persons refuse phone calls, as far as the caller may see it. */
async function findRefusals(records: readonly QueueRecord[]): Promise<ReadonlySet<string>> {
  const references = records.flatMap((record) => {
    const person = findPersonId(record);
    return person === null ? [] : [{ id: record.id, personal_key_id: person, person_sight: record.person_sight ?? null }];
  });
  // Rows of lists do not show what a user entered who does not see the person.
  const limited = references.filter(isLimited).map(({ id: recordId }) => recordId);
  const limitedLeads = limited.filter((recordId) => isId(recordId, LEAD));
  const leads = await Records.loadMany(Lead.listDefinition.collection, limitedLeads);
  const evidence = new Map(leads.flatMap((lead) => (lead ? [[lead.id, lead.phone_opt_out]] : [])));
  const views = await Consent.presentAll(
    references.map(
      (reference): OptOuts => ({
        ...reference,
        email_opt_out: null,
        phone_opt_out: evidence.get(reference.id) ?? null,
      }),
    ),
  );
  return new Set(views.flatMap((view) => (view.phone_opt_out ? [view.id] : [])));
}

export * as FollowUpQueue from "./follow-up-queue.ts";
