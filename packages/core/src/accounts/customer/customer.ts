import * as z from "zod";
import { CONTRACT } from "../../agreements/contract/contract.kind.ts";
import { DEAL } from "../../agreements/deal/deal.kind.ts";
import { PROPOSAL } from "../../agreements/proposal/proposal.kind.ts";
import { QUOTE } from "../../agreements/quote/quote.kind.ts";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { REENGAGEMENT_BATCH } from "../../engagement/reengagement/reengagement.kind.ts";
import { useSettings } from "../../kernel/context.ts";
import { requestDay, today } from "../../kernel/day.ts";
import { invalid, invalidAll, requireAll } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import { expandFullName } from "../../kernel/person-name.ts";
import {
  anyOf,
  IdInput,
  id,
  master,
  name,
  oneOf,
  patchSchema,
  phone,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { listCustomers } from "../../people/person/customers.ts";
import { personName } from "../../people/person/derived-fields.rules.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Person, type Resolution, type ResolutionInput } from "../../people/person/person.ts";
import { attachPoints, type PrepareOptions, toResolutionInput } from "../../people/person/point-attachment.ts";
import { Preferences } from "../../people/person/preferences.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { INDUSTRIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { loadFacts } from "../../sales/assignment/customer-facts.ts";
import { createOwnerChooser, type OwnerChooser } from "../../sales/assignment/new-owner.ts";
import { findConvertedCustomerId } from "../../sales/lead/converted-customer.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { toPlacementInput } from "../../sales/territory/customer-territory.ts";
import { Territory } from "../../sales/territory/territory.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { listMerged } from "../../storage/read/merged-list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { matchByNumber, onlyVisible, type UpsertMatching } from "../../storage/write/upsert.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { type FlatAddresses, flatFields, flattenAddresses } from "./address.schema.ts";
import { applyFlat } from "./addresses.ts";
import { assignableCustomers } from "./assignment.rule-kind.ts";
import { type CustomerRecord, Customers, fields, Stored } from "./customer.entity.ts";
import { CUSTOMER, customerGrants } from "./customer.kind.ts";
import { CUSTOMER_TYPES } from "./customer.masters.ts";
import {
  customerStatuses,
  customerTypes,
  lifecycleStages,
  listMisplacedFields,
  personalFields,
  riskLevels,
  tiers,
} from "./customer.rules.ts";
import { noFigures } from "./figures.schema.ts";
import { applyLifecycle, deriveFields, initialHealth } from "./lifecycle.ts";
import { findByPerson, findByTaxId, type LockReads, moveLocks } from "./locks.ts";
import { Tree } from "./tree.ts";

/** Customers: companies, and persons who buy for themselves. */

export const Info = Stored.omit({ ancestor_ids: true }).extend({ custom_fields: CustomFields.outputSchema("customer") });
export const Row = rowSchema(Stored, Customers.definition.row).extend(CustomFields.rowShape("customer"));

const owner_id = id(USER).nullish().describe("If empty, the owner of new customers that the settings name");

const preferences = z
  .array(Preferences.PreferenceInput)
  .max(200)
  .optional()
  .describe("Only for businesses. Answers that you leave out do not change");

export const Create = z
  .strictObject({
    customer_type: oneOf(customerTypes).default("business"),
    ...fields,
    ...flatFields,
    custom_fields: CustomFields.inputSchema("customer", "whole"),
    preferences,
    owner_id,
    personal_key_id: id(PERSON).optional().describe("Only for individuals: the person, if known"),
    external_key: text(255).optional().describe("Only for individuals: key of the person in another system"),
    first_name: name(100).optional().describe("Only for individuals. The person is found or created by email and phone number"),
    last_name: name(100).optional(),
    mobile: phone().optional().describe("Only for individuals: another number of the person"),
  })
  .meta(anyOf(["name", "personal_key_id", "external_key", "first_name", "last_name"]));

type Input = z.output<typeof Create>;

/**
 * Creates a customer. The person of an individual is found or created as for a lead. A business is always created: two companies may have
 * the same name.
 */
export const create = fn(
  Create,
  async (input) => {
    const decided = await planCreation(input);
    return retryOnConflict(async () => {
      const { customer, person } = await buildCustomer(input, decided);
      const tx = transaction();
      await add(tx, customer, person ? { person: await findByPerson(Person.listIds(person.person)) } : {});
      await person?.write(tx, null);
      return tx.commit(customer);
    });
  },
  async (read, unread) => {
    const { customer_type = "business", name } = read;
    const isUnread = unread.has("customer_type");
    const mayBePerson = isUnread ? personalFields.some((field) => read[field] !== undefined) : customer_type === "individual";
    await requireAll(
      () => isUnread || requireFieldsOfType(customer_type, read),
      () => mayBePerson || unread.has("name") || requireName(name, undefined),
      () => unread.has("custom_fields") || CustomFields.resolveValues("customer", read.custom_fields),
    );
  },
);

/**
 * Builds a new customer without writing it, for callers that write more records in the same transaction.
 * The person of an individual must be named, must exist and is not changed. `owner` is used without a permission check; without it,
 * `owner_id` is checked as in a request. Call this once for each customer: it takes a customer number.
 */
export async function prepare(rawInput: z.input<typeof Create>, options: PrepareOptions = {}): Promise<CustomerRecord> {
  const input = parse(Create, rawInput);
  const { customer, person } = await buildCustomer(input, await planCreation(input, options), {
    vouched: true,
    limited: options.limited,
  });
  if (person && !person.isExisting) throw invalid("personal_key_id", "Required");
  return customer;
}

/**
 * Adds the customer and its locks (company name, tax id, person) to the transaction.
 * `known` holds the results of `readNameLock` or `findByPerson` on which the caller decided to create the customer. If another request
 * creates a customer with the same name or person meanwhile, the transaction fails with a `WriteConflict`. So run the read, the decision
 * and the write together under `retryOnConflict`.
 */
export async function add(tx: Transaction, customer: CustomerRecord, lockReads: LockReads = {}): Promise<Transaction> {
  await moveLocks(tx, null, customer, lockReads);
  await Tree.requirePosition(tx, customer);
  return tx.create(Customers, customer);
}

/** Changes that other domains make to a customer. Fields with a lock are excluded. */
export type Changes = Partial<
  Omit<CustomerRecord, keyof BaseRecord | "name" | "tax_id" | "customer_type" | "personal_key_id" | "customer_number">
>;

/**
 * Adds changes of the customer to the caller's transaction and returns its next version. Without a difference, the transaction still
 * requires that the customer is unchanged since it was read, so that nothing is linked to a deleted customer.
 */
export function touch(tx: Transaction, customer: CustomerRecord, changes: Changes): CustomerRecord {
  const edited = deriveFields({ ...customer, ...changes });
  if (changedFields(customer, edited).length === 0) {
    tx.requireUnchanged(customer);
    return customer;
  }
  const next = Records.nextVersion(customer, edited);
  tx.replace(Customers, customer, next);
  return next;
}

function requireFieldsOfType(type: CustomerRecord["customer_type"], input: object): void {
  const details = listMisplacedFields(type, input as Record<string, unknown>);
  if (details.length > 0) throw invalidAll(details);
}

/** Decisions that are made once, before the retries of the write. */
interface CreationPlan {
  customer_number: string;
  choose: OwnerChooser;
}

async function planCreation(input: Input, { owner }: { owner?: string | null } = {}): Promise<CreationPlan> {
  requireFieldsOfType(input.customer_type, input);
  const choose: OwnerChooser =
    owner !== undefined
      ? async () => owner
      : await createOwnerChooser({
          requestedOwner: input.owner_id,
          setting: useSettings().new_customer_owner,
          requireAssignable: () => User.resolveNewOwner(input.owner_id, customerGrants.assign, "customers"),
          assignable: assignableCustomers,
        });
  const [customer_number = ""] = await RecordNumbers.lease("C");
  return { customer_number, choose };
}

async function buildCustomer(
  { customer_type, owner_id: _given, personal_key_id, external_key, first_name, last_name, mobile, ...customerInput }: Input,
  { customer_number, choose }: CreationPlan,
  options: Pick<ResolutionInput, "vouched" | "limited"> = {},
): Promise<{ customer: CustomerRecord; person: Resolution | undefined }> {
  const { preferences, custom_fields, ...input } = customerInput;
  const isNamed = personal_key_id !== undefined || external_key !== undefined;
  const names = expandFullName({ full_name: isNamed ? undefined : input.name, ...dropUndefined({ first_name, last_name }) });
  const typed = toResolutionInput({ ...names, email: input.email, phone: input.phone, mobile });
  const resolutionInput = { ...typed, ...options, personal_key_id, external_key };
  const person = customer_type === "individual" ? await Person.resolve(resolutionInput) : undefined;
  const fallbackName = person && !person.person_sight ? personName(person.person) : undefined;
  const stored = normalizeFields({ ...toStoredFields(fields, input), name: requireName(input.name, fallbackName) });
  // Callers of `prepare` do not ask a user for custom fields, so required ones may be missing.
  const writeOptions = { lenient: options.vouched ?? false };
  const customer = Records.init(Customers, {
    ...(await CustomFields.resolveTogether("customer", custom_fields, writeOptions, stored)),
    customer_number,
    created_day: requestDay(),
    owner_id: null,
    lifecycle_stage: "PROSPECT",
    lifecycle_is_manual: false,
    customer_type,
    personal_key_id: person?.person.id ?? null,
    first_lead_id: null,
    preferences: await mergePreferences([], preferences),
    company_size: null,
    person_sight: person?.person_sight ?? null,
    lead_score: null,
    ...(await initialHealth(input.status)),
    last_activity_date: null,
    merged_into: null,
    merge_id: null,
    merged_ids: [],
    ...(await buildAddresses([], pickFlatFields(input))),
    churned_at: null,
    churned_day: null,
    ...(await Tree.loadPositionUnder(input.parent_customer_id ?? null)),
    ...noFigures,
    amounts: [],
    lead_status: null,
    potential_status: null,
    id_batch: null,
    territory_rule: null,
  });
  Object.assign(
    customer,
    await Territory.placeNew(
      await toPlacementInput(customer),
      input.territory_id === undefined ? undefined : customer.territory_id,
    ),
  );
  customer.owner_id = await choose(() => loadFacts(customer));
  return { customer: await applyLifecycle(customer, undefined, input.lifecycle_stage), person };
}

export const get = fn(IdInput, ({ id: customerId }) => read(customerId));

/** Reads the record itself, for domains that write it. */
export const read = (customerId: string): Promise<CustomerRecord> => Records.read(Customers, customerId);

/** Loads the live record without a visibility check. */
export const load = (customerId: string): Promise<CustomerRecord | undefined> =>
  Records.load(Customers, customerId, { live: true });

const filters = {
  status: oneOf(customerStatuses).optional(),
  customer_type: oneOf(customerTypes).optional(),
  type: master(CUSTOMER_TYPES).optional(),
  industry: master(INDUSTRIES).optional(),
  parent: id(CUSTOMER).optional(),
  lifecycle_stage: oneOf(lifecycleStages).optional(),
  tier: oneOf(tiers).optional(),
  vip_status: query.boolean().optional(),
  risk_level: oneOf(riskLevels).optional(),
  id_batch: id(REENGAGEMENT_BATCH).optional(),
  paths: pathParameters(),
};

const Query = listSchema(Customers, filters);

export const PersonQuery = Query.extend({
  person: id(PERSON).optional().describe("The customer that the person is, and those that the person is a contact of"),
  first_lead_id: id(LEAD).optional().describe("The customer whose first lead this is"),
});

export const list = fn(PersonQuery, async ({ person, first_lead_id, ...input }): Promise<Page<CustomerRecord>> => {
  const query = await listQuery(input);
  if (person === undefined && first_lead_id === undefined) return listRecords(Customers, query);
  const [ofPerson, ofLead] = await Promise.all([
    person === undefined ? undefined : listByPerson(person),
    first_lead_id === undefined ? undefined : findByFirstLead(first_lead_id),
  ]);
  const { ids, isBound } = ofPerson ?? { ids: ofLead ?? [], isBound: false };
  return buildPage(ofLead ? ids.filter((customerId) => ofLead.includes(customerId)) : ids, isBound, query);
});

async function listByPerson(person: string): Promise<{ ids: string[]; isBound: boolean }> {
  const personRecord = await Person.resolveMerged(person);
  const { ownCustomerIds, contactCustomerIds, hasMore } = await listCustomers(
    personRecord ? Person.listIds(personRecord) : [person],
  );
  return { ids: [...ownCustomerIds, ...contactCustomerIds], isBound: hasMore };
}

/** Finds the customer whose first lead this is. The lead names the customer, which may have been merged into another one since. */
async function findByFirstLead(leadId: string): Promise<string[]> {
  const customerId = await findConvertedCustomerId(leadId);
  const customer = customerId ? await Records.resolveMerged(Customers, customerId) : undefined;
  return customer?.first_lead_id === leadId ? [customer.id] : [];
}

/** Builds a list page of these customers, with those that the caller sees. */
export async function buildPage(
  ids: readonly string[],
  isBound: boolean,
  query: ListQuery = buildListQuery(Customers, {}),
): Promise<Page<CustomerRecord>> {
  const records = await Records.loadMany(Customers, [...new Set(ids)], { live: true });
  return listMerged(Customers, query, { records: records.filter((record) => record !== undefined), isBound });
}

/** Builds the list query of customers. */
export const listQuery = listQueryFor(Customers, Query);

/** The list definition, for exports. */
export const listDefinition = { collection: Customers, query: Query, listQuery, info: Info, fields: { ...fields, owner_id } };

/** These fields keep their values if they are left out, even of a PUT. */
const optionalOnReplace = {
  customer_type: oneOf(customerTypes).optional().describe("Cannot be changed"),
  owner_id,
  preferences,
  ...flatFields,
};

export const replace = fn(
  z.strictObject({
    ...fields,
    ...optionalOnReplace,
    custom_fields: CustomFields.inputSchema("customer", "whole"),
    ...IdInput.shape,
  }),
  ({ id: customerId, ...input }) => edit(customerId, toStoredFields(fields, input), input, {}),
  async ({ id: customerId = "", name, custom_fields }, unread) => {
    const current = await Records.find(Customers, customerId);
    if (!current) return;
    await requireAll(
      async () => unread.has("name") || requireName(name, await loadPersonName(current)),
      () =>
        unread.has("custom_fields") || CustomFields.resolveValues("customer", custom_fields, { current: current.custom_fields }),
    );
  },
);

const Patch = patchSchema({ ...fields, ...flatFields, owner_id }).extend({
  customer_type: optionalOnReplace.customer_type,
  preferences,
  custom_fields: CustomFields.inputSchema("customer", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, ({ id: customerId, ...patch }) =>
  edit(customerId, toStoredPatch(fields, patch), patch, { patch: true }),
);

/** Merges new preferences of a company into the known ones. For the same channel and purpose the newer answer wins. */
const mergePreferences = async (existingAnswers: CustomerRecord["preferences"], newAnswers: Input["preferences"]) =>
  newAnswers ? Preferences.mergeAnswers(existingAnswers ?? [], await Preferences.normalizeAnswers(newAnswers)) : existingAnswers;

/** Fields of an edit that are not stored as they are sent. */
interface EditExtras extends Partial<FlatAddresses> {
  customer_type?: CustomerRecord["customer_type"] | undefined;
  owner_id?: string | null | undefined;
  preferences?: Input["preferences"];
  custom_fields?: CustomFields.CustomFieldInput;
}

function edit(
  customerId: string,
  input: Partial<StoredFields<typeof fields>>,
  { customer_type, owner_id, preferences, custom_fields, ...flatInput }: EditExtras,
  options: CustomFields.WriteOptions,
): Promise<CustomerRecord> {
  return Records.change(Customers, customerId, async (current, tx) => {
    if (customer_type !== undefined && customer_type !== current.customer_type)
      throw invalid("customer_type", "Cannot be changed");
    const details = listMisplacedFields(current.customer_type, { ...input, preferences });
    if (details.length > 0) throw invalidAll(details);
    const name = "name" in input ? requireName(input.name, await loadPersonName(current)) : current.name;
    const stored = normalizeFields({ ...current, ...input, name }, current);
    const writeOptions = { ...options, current: current.custom_fields };
    const next = {
      ...(await CustomFields.resolveTogether("customer", custom_fields, writeOptions, stored)),
      lifecycle_stage: current.lifecycle_stage,
      preferences: await mergePreferences(current.preferences, preferences),
      ...(await buildAddresses(current.addresses, pickFlatFields(flatInput))),
    };
    if (owner_id !== undefined)
      next.owner_id = await User.resolveChangedOwner(current.owner_id, owner_id, customerGrants.assign, "customers");
    await moveLocks(tx, current, next);
    Object.assign(next, await Tree.requirePosition(tx, next, current));
    const { personal_key_id } = current;
    if (personal_key_id) await attachPoints(tx, { ...current, personal_key_id }, next, { lead_id: null });
    next.territory_rule = Territory.explainPlacement(current, next.territory_id);
    return applyLifecycle(next, current, input.lifecycle_stage);
  });
}

/** Deletes the customer. Refused while records reference it that cannot exist without it. */
export const remove = fn(IdInput, ({ id: customerId }) =>
  Records.remove(Customers, customerId, async (current, tx) => {
    await References.requireUnreferenced(
      CUSTOMER,
      [current.id, ...current.merged_ids],
      [OPPORTUNITY, DEAL, QUOTE, PROPOSAL, CONTRACT, ORDER, CONTACT, CUSTOMER],
    );
    await moveLocks(tx, current, null);
    return current;
  }),
);

/** Restores a deleted customer. CONFLICT if another customer took its tax id or its person meanwhile. */
export const restore = fn(IdInput, ({ id: customerId }) =>
  Records.restore(Customers, customerId, async (current, tx) => {
    await moveLocks(tx, null, current);
    return { ...current, ...(await Tree.restorePosition(tx, current)) };
  }),
);

const pickFlatFields = (input: Partial<FlatAddresses>): Partial<FlatAddresses> =>
  toStoredPatch(
    flatFields,
    Object.fromEntries(Object.keys(flatFields).map((field) => [field, input[field as keyof FlatAddresses]])),
  );

/** Returns the addresses after the flat fields of the input are applied. */
async function buildAddresses(currentAddresses: CustomerRecord["addresses"], typed: Partial<FlatAddresses>) {
  const addresses = await applyFlat(currentAddresses, typed);
  return { addresses, ...flattenAddresses(addresses) };
}

/** Normalises the values for storage: master data by id, with a currency. Refuses unknown references and a founding year in the future. */
async function normalizeFields<T extends StoredFields<typeof fields> & { name: string }>(
  next: T,
  current?: CustomerRecord,
): Promise<T & { currency: string }> {
  const { founding_year } = next;
  if (founding_year && founding_year > Number(today().slice(0, 4))) throw invalid("founding_year", "Must not be in the future");
  const resolved = await Master.resolveAll(fields, next, current);
  return { ...resolved, currency: next.currency ?? useSettings().currency };
}

function requireName(typed: string | null | undefined, fallbackName: string | null | undefined): string {
  const name = typed ?? fallbackName;
  if (!name) throw invalid("name", "Required");
  return name;
}

/** Returns the name of an individual's person, or undefined for a business. */
const loadPersonName = async ({ personal_key_id }: CustomerRecord): Promise<string | null | undefined> =>
  personal_key_id === null ? undefined : personName(await Person.resolveMerged(personal_key_id));

const dropUndefined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** Fields by which an upsert matches a customer. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: {
    customer_number: matchByNumber(Customers, "customer_number"),
    tax_id: { find: onlyVisible(Customers, (value) => findByTaxId(String(value))) },
    ...(await buildUniqueMatches(Customers)),
  },
});

export { linkLead, listLeads } from "./converted-leads.ts";
export * as Customer from "./customer.ts";
export { findByPerson, moveLocks, type NameLock, readNameLock, rearrangeLocks } from "./locks.ts";
