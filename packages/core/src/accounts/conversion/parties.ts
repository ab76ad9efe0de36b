import { conflict, invalid, isFailure } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { readReference } from "../../kernel/read-reference.ts";
import { master } from "../../kernel/schema.ts";
import { MAX_TAGS, mergeTags } from "../../kernel/tag.ts";
import { listContactCustomers } from "../../people/person/customers.ts";
import { personName } from "../../people/person/derived-fields.rules.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { CITIES, COUNTRIES, STATES } from "../../platform/master-data/shared.masters.ts";
import { Directory } from "../../platform/user/directory.ts";
import { INSURANCE_TYPES, LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";
import type { Lead } from "../../sales/lead/lead.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { Contact } from "../contact/contact.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { companyKey } from "../customer/customer.rules.ts";
import { Customer } from "../customer/customer.ts";

/** The customer and the contact that a conversion uses: existing records or new ones, decided on and written in the same transaction. */

type LeadRecord = Awaited<ReturnType<typeof Lead.read>>;
type CustomerRecord = Awaited<ReturnType<typeof Customer.read>>;
type ContactRecord = Awaited<ReturnType<typeof Contact.read>>;
type PersonRecord = NonNullable<Awaited<ReturnType<typeof Identity.resolveMerged>>>;
type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

export interface Party<R> {
  record: R;
  isNew: boolean;
}

/** Builds a record once and returns it to every retry of the transaction, because building it takes a record number. */
class OnceRecord<R> {
  #made: Promise<R> | undefined;

  get(make: () => Promise<R>): Promise<R> {
    this.#made ??= make();
    return this.#made;
  }
}

/** Records that earlier tries prepared for one version of the lead. */
export interface PreparedRecords {
  version: number;
  customer: OnceRecord<CustomerRecord>;
  contact: Map<string, OnceRecord<ContactRecord>>;
  opportunity: Map<string, OnceRecord<OpportunityRecord>>;
}

/** Returns the records of earlier tries as long as the version of the lead is the same, or else an empty set. */
export const preparedFor = ({ version }: LeadRecord, before?: PreparedRecords): PreparedRecords =>
  before?.version === version ? before : { version, customer: new OnceRecord(), contact: new Map(), opportunity: new Map() };

export const onceFor = <R>(onceRecords: Map<string, OnceRecord<R>>, key: string): OnceRecord<R> => {
  const onceRecord = onceRecords.get(key) ?? new OnceRecord<R>();
  onceRecords.set(key, onceRecord);
  return onceRecord;
};

export const isBusiness = ({ company }: LeadRecord): boolean => Boolean(company?.trim());

/** The records that the request names. The caller sees them, and they belong to one customer. */
export interface NamedRecords {
  customer: CustomerRecord | undefined;
  contact: ContactRecord | undefined;
  opportunity: OpportunityRecord | undefined;
}

export async function loadNamed(ids: {
  /** The lead or potential that is converted. An opportunity of the lead itself has no customer yet. */
  id: string;
  customer_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
}): Promise<NamedRecords> {
  const [contact, opportunity] = await Promise.all([
    ids.contact_id ? readVisible("contact", ids.contact_id, Contact.read) : undefined,
    ids.opportunity_id ? readVisible("opportunity", ids.opportunity_id, Opportunity.read) : undefined,
  ]);
  const customerId = ids.customer_id ?? contact?.customer_id ?? opportunity?.customer_id;
  const customer = customerId ? await readVisible("customer", customerId, Customer.read) : undefined;
  if (contact && !contact.customer_id) throw invalid("contact_id", "Must be a contact of a customer, not of a lead");
  if (contact && contact.customer_id !== customer?.id) throw invalid("contact_id", "Must be a contact of the customer");
  const isOfLead = opportunity?.customer_id === null && opportunity.lead_id === ids.id;
  if (opportunity && !isOfLead && opportunity.customer_id !== customer?.id)
    throw invalid("opportunity_id", "Must be an opportunity of the customer");
  if (opportunity?.is_closed) throw invalid("opportunity_id", "Must be an open opportunity");
  return { customer, contact, opportunity };
}

const readVisible = <R>(kind: "customer" | "contact" | "opportunity", id: string, read: (id: string) => Promise<R>): Promise<R> =>
  readReference(`${kind}_id`, read(id), `No such ${kind}`);

/** The existing customer that a lead belongs to, and the reads on which that was decided. */
interface CustomerMatch {
  customer: CustomerRecord | undefined;
  lockReads: NonNullable<Parameters<typeof Customer.add>[2]>;
}

/**
 * Finds the existing customer of a lead. For a lead with a company name: the business of that name whose contact the person is, else the only
 * business of that name. For a lead without: the person's own customer.
 */
export async function findCustomer(lead: LeadRecord, persons: readonly [string, ...string[]]): Promise<CustomerMatch> {
  if (!isBusiness(lead)) {
    const person = await Customer.findByPerson(persons);
    const [holder] = person.ids;
    return { customer: holder === undefined ? undefined : await requireCustomer(holder), lockReads: { person } };
  }
  const company = (lead.company as string).trim();
  const nameLock = await Customer.readNameLock(company);
  return { customer: await findByCompanyName(company, persons, nameLock), lockReads: { nameLock } };
}

/**
 * Finds or builds the customer (`findCustomer`).
 * The lock is read before the decision. So of two concurrent conversions of one company or person, the second finds the customer of the
 * first.
 */
export async function resolveCustomer(
  tx: Transaction,
  lead: LeadRecord,
  person: PersonRecord,
  prepared: PreparedRecords,
): Promise<Party<CustomerRecord>> {
  const persons = Identity.listIds(person);
  const { customer, lockReads } = await findCustomer(lead, persons);
  if (customer) return { record: await updateCustomer(tx, await requireVisible(customer), lead), isNew: false };
  const { owner_id, phone, email, mobile, currency } = lead;
  const { territory_id, description, notes, tags } = lead;
  const common = {
    ...{ phone: phone ?? mobile, email, currency, territory_id, description, notes, tags },
    ...(await pickUsable(lead, "insurance_type_id")),
    source: await resolveSourceCode(lead),
    custom_fields: await CustomFields.carryOver("lead", lead.custom_fields, "customer"),
  };
  const { industry_id, company_size_id, annual_revenue_range_id, annual_revenue, employee_count, website } = lead;
  const firm = { industry_id, company_size_id, annual_revenue_range_id, annual_revenue, employee_count, website };
  const newCustomer = await prepared.customer.get(() =>
    isBusiness(lead)
      ? Customer.prepare(
          { customer_type: "business", name: (lead.company as string).trim(), ...firm, ...common },
          { owner: owner_id },
        )
      : Customer.prepare(
          {
            customer_type: "individual",
            personal_key_id: persons[0],
            // Uses the lead's own name if the lead does not show the person, or if the person has no name.
            ...(isLimited(lead) || personName(person) === null ? { name: lead.display_name ?? lead.lead_number } : {}),
            ...common,
          },
          { owner: owner_id, limited: isLimited(lead) },
        ),
  );
  const record: CustomerRecord = {
    ...newCustomer,
    lead_score: lead.lead_score,
    first_lead_id: lead.id,
    lifecycle_stage: "OPPORTUNITY",
  };
  await Customer.add(tx, record, lockReads);
  return { record, isNew: true };
}

/** Finds the business of this name whose contact the person is, or else the only business of this name. */
async function findByCompanyName(
  company: string,
  persons: readonly string[],
  nameLock: Customer.NameLock,
): Promise<CustomerRecord | undefined> {
  if (nameLock.count === 0) return undefined;
  const customers = await Promise.all((await listContactCustomers(persons)).contactCustomerIds.map((id) => Customer.load(id)));
  const match = customers.find(
    (customer) => customer?.customer_type === "business" && companyKey(customer.name) === companyKey(company),
  );
  if (match) return match;
  return nameLock.count === 1 && nameLock.ids[0] ? requireCustomer(nameLock.ids[0]) : undefined;
}

/** Returns the record if the caller sees it. Otherwise refuses with a message that names the owner, or an administrator, to ask. */
export async function requireVisible<R extends { id: string; owner_id: string | null }>(record: R): Promise<R> {
  const [kind, noun] = isId(record.id, CONTACT) ? [CONTACT, "contact"] : [CUSTOMER, "customer"];
  if (await Records.isVisible(kind, record.id)) return record;
  const names = record.owner_id ? await Directory.loadNames([record.owner_id]) : undefined;
  const ownerName = names?.get(record.owner_id ?? "") ?? "an administrator";
  throw conflict(`A ${noun} with this name exists, but you cannot see it: ask ${ownerName}`, [
    { field: `${noun}_id`, message: `Ask ${ownerName}` },
  ]);
}

async function requireCustomer(id: string): Promise<CustomerRecord> {
  const customer = await Customer.load(id);
  if (!customer) throw new WriteConflict(`The customer ${id} no longer exists`);
  return customer;
}

/** Master data of a lead that customers and contacts can name too: the address and the insurance type. */
const carriedMasters = {
  country_id: master(COUNTRIES),
  state_id: master(STATES),
  city_id: master(CITIES),
  insurance_type_id: master(INSURANCE_TYPES),
};
type CarriedField = keyof typeof carriedMasters;

/** Picks the values that another record may take. Values that are no longer in use, or that do not match the country, are left out. */
async function pickUsable(lead: LeadRecord, ...fields: readonly CarriedField[]): Promise<Partial<Record<CarriedField, string>>> {
  const values: Partial<Record<CarriedField, string>> = {};
  for (const field of fields) if (lead[field]) values[field] = lead[field];
  try {
    await Master.resolveAll(carriedMasters, values);
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    for (const { field } of error.details) delete values[field as CarriedField];
  }
  return values;
}

/** Returns the code of the lead's source. */
const resolveSourceCode = async ({ lead_source_id }: LeadRecord): Promise<string | null> =>
  (await Master.find(LEAD_SOURCES, lead_source_id))?.code ?? null;

/**
 * Updates an existing customer, which must still exist when the lead is converted. A lifecycle stage beyond PROSPECT stays. The customer's
 * own values stay; the lead fills in empty ones.
 */
export const updateCustomer = async (tx: Transaction, customer: CustomerRecord, lead: LeadRecord): Promise<CustomerRecord> =>
  Customer.touch(tx, customer, {
    lead_score: Math.max(customer.lead_score ?? 0, lead.lead_score),
    first_lead_id: customer.first_lead_id ?? lead.id,
    source: customer.source ?? (await resolveSourceCode(lead)),
    insurance_type_id: customer.insurance_type_id ?? (await pickUsable(lead, "insurance_type_id")).insurance_type_id ?? null,
    tags: mergeTags(customer.tags, lead.tags).slice(0, MAX_TAGS),
    ...(!customer.lifecycle_is_manual && ["LEAD", "PROSPECT"].includes(customer.lifecycle_stage)
      ? { lifecycle_stage: "OPPORTUNITY" as const }
      : {}),
  });

/** Finds the contacts of a person that a conversion uses: the one at the customer, or else the one at the lead, which moves to the customer. */
export async function findContacts(lead: LeadRecord, persons: readonly [string, ...string[]], customerId: string) {
  const [place, leadPlace] = await Promise.all([Contact.findAtPlace(persons, customerId), Contact.findAtPlace(persons, lead.id)]);
  const [[atCustomer], [atLead]] = [place.ids, leadPlace.ids];
  const customerContact = atCustomer === undefined ? undefined : await Contact.load(atCustomer);
  const leadContact = customerContact || atLead === undefined ? undefined : await Contact.load(atLead);
  return { place, customerContact, leadContact };
}

/** Finds or builds the contact: the person's contact at the customer, else the person's contact at the lead, else a new one. */
export async function resolveContact(
  tx: Transaction,
  lead: LeadRecord,
  persons: readonly [string, ...string[]],
  customer: Party<CustomerRecord>,
  prepared: PreparedRecords,
): Promise<Party<ContactRecord>> {
  const { place, customerContact, leadContact } = await findContacts(lead, persons, customer.record.id);
  if (customerContact) {
    await requireVisible(customerContact);
    tx.requireUnchanged(customerContact);
    return { record: customerContact, isNew: false };
  }
  if (leadContact)
    return { record: await Contact.moveToCustomer(tx, await requireVisible(leadContact), customer.record.id), isNew: false };
  const { first_name, last_name, email, phone, mobile, job_title, email_opt_out, phone_opt_out } = lead;
  const { street_address, postal_code, description, notes, tags } = lead;
  const address = await pickUsable(lead, "country_id", "state_id", "city_id");
  const custom_fields = await CustomFields.carryOver("lead", lead.custom_fields, "contact");
  const newContact = await onceFor(prepared.contact, customer.record.id).get(() =>
    Contact.prepare(
      {
        customer_id: customer.record.id,
        personal_key_id: persons[0],
        is_primary: customer.isNew,
        ...{ first_name, last_name, email, phone, mobile, job_title, email_opt_out, phone_opt_out },
        ...{ street_address, ...address, postal_code, description, notes, tags },
        custom_fields,
      },
      { owner: lead.owner_id, limited: isLimited(lead) },
    ),
  );
  await Contact.add(tx, newContact, place);
  return { record: newContact, isNew: true };
}
