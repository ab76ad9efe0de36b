import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll, requireAll } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import {
  buildDisplayName,
  expandFullName,
  fullName,
  personIdentifyingFields,
  requireIdentifyingField,
} from "../../kernel/person-name.ts";
import {
  anyOf,
  IdInput,
  id,
  master,
  oneOf,
  patchSchema,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { optOutViewFields } from "../../people/consent/opt-out.schema.ts";
import { Birthdate } from "../../people/person/birthdate.ts";
import { Consent } from "../../people/person/consent.ts";
import type { PersonRecord } from "../../people/person/person.entity.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Person, type Resolution, type ResolutionInput } from "../../people/person/person.ts";
import { attachPoints, type PrepareOptions, toResolutionInput } from "../../people/person/point-attachment.ts";
import { combineEdits } from "../../people/person/resolution.ts";
import type { UniqueLock } from "../../people/person/unique-per-person.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { listMerged, readMerged } from "../../storage/read/merged-list.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { CUSTOMER, customerGrants } from "../customer/customer.kind.ts";
import { Customer } from "../customer/customer.ts";
import { type ContactRecord, Contacts, contactStatuses, fields, Stored } from "./contact.entity.ts";
import { CONTACT } from "./contact.kind.ts";
import { CONTACT_ROLES } from "./contact.masters.ts";
import { contactPlace, findAtPlace, moveLocks } from "./locks.ts";

/** Contacts: the role of a person at a customer, or at the company of a lead. */

export const Info = Stored.omit({ consent_due: true }).extend({
  ...optOutViewFields,
  ...Birthdate.viewField,
  custom_fields: CustomFields.outputSchema("contact"),
});
export const Row = rowSchema(Stored, Contacts.definition.row).extend(CustomFields.rowShape("contact"));

const extraFields = {
  full_name: fullName(),
  owner_id: User.newOwner(),
  ...Birthdate.field,
};

const identifyingFields = personIdentifyingFields.filter((field) => field !== "company");

export const Create = z
  .strictObject({
    ...fields,
    ...extraFields,
    custom_fields: CustomFields.inputSchema("contact", "whole"),
    personal_key_id: id(PERSON)
      .optional()
      .describe("The person, if known. Empty names, addresses and numbers are taken from this person"),
    external_key: text(255).optional().describe("Key of the person in another system"),
  })
  .meta({ ...anyOf(["customer_id", "lead_id"]), allOf: [anyOf([...identifyingFields, "personal_key_id", "external_key"])] });

type Input = z.output<typeof Create>;

/** Creates a contact. The person is found or created in the same way as for a lead. */
export const create = fn(
  Create,
  async (input) => {
    const decided = await planCreation(input);
    return retryOnConflict(async () => {
      const { contact, person } = await buildContact(input, decided);
      const editBirthdate = await Birthdate.resolveEdit(contact, input.birthdate);
      const tx = transaction();
      await requirePlace(tx, contact);
      await add(tx, contact, await findAtPlace(Person.listIds(person.person), contactPlace(contact)));
      const editPerson = combineEdits(Consent.buildInitialEdit(CONTACT, contact), editBirthdate);
      const storedPerson = await person.write(tx, null, editPerson);
      return tx.commit(await presentWritten(contact, storedPerson));
    });
  },
  async ({ custom_fields, ...read }, unread) => {
    await requireAll(
      () => requireComplete(read, unread),
      () => Birthdate.requirePossible(read.birthdate),
      () => unread.has("custom_fields") || CustomFields.resolveValues("contact", custom_fields),
    );
  },
);

/** Refuses a new or replaced contact without a customer or lead, or without a field that identifies the person. */
async function requireComplete(
  { full_name, personal_key_id, external_key, ...read }: Partial<Input>,
  unread: ReadonlySet<string>,
): Promise<void> {
  const isNamed = ["personal_key_id", "external_key"].some((field) => unread.has(field)) || personal_key_id || external_key;
  await requireAll(
    () => ["customer_id", "lead_id"].some((field) => unread.has(field)) || requireOnePlace(read),
    () => isNamed || requireIdentifyingField(expandFullName({ full_name, ...read }), identifyingFields, unread),
  );
}

/**
 * Builds a new contact without writing it, for callers that write more records in the same transaction.
 * The person must be named, must exist and is not changed. The caller must have read the customer or lead, or must write it in the same
 * transaction. `owner` is used without a permission check; without it, `owner_id` is checked as in a request.
 * Call this once for each contact: it takes a contact number.
 */
export async function prepare(
  rawInput: Omit<z.input<typeof Create>, "birthdate">,
  options: PrepareOptions = {},
): Promise<ContactRecord> {
  const input = parse(Create, rawInput);
  const { contact, person } = await buildContact(input, await planCreation(input, options), {
    vouched: true,
    limited: options.limited,
  });
  if (!person.isExisting) throw invalid("personal_key_id", "Required");
  return contact;
}

/** Lists the newest contacts of some persons that the caller sees, and the ids of their customers. */
export async function listByPersons(persons: readonly string[]): Promise<{ page: Page<ContactRecord>; customers: string[] }> {
  const matches = await readMerged(Contacts, personPartitions(persons), MAX_PER_PERSON);
  const customers = matches.records.flatMap(({ customer_id }) => customer_id ?? []);
  return { page: await listMerged(Contacts, buildListQuery(Contacts, {}), matches), customers };
}

/** The most contacts that are read for some persons. A person is a contact of few customers. */
const MAX_PER_PERSON = 50;

/** Lists the contacts of a lead or customer without a visibility check: oldest first, `limit` of them after the id `after`. */
export async function listAtPlace(
  place: { lead_id: string } | { customer_id: string },
  limit: number,
  after?: string,
): Promise<ContactRecord[]> {
  const partition =
    "lead_id" in place ? { index: "by_outcome" as const, facets: place } : { index: "by_related" as const, facets: place };
  const contacts: ContactRecord[] = [];
  for await (const row of queryPartitions(Contacts, [partition], { order: "asc", after, chunk: limit })) {
    contacts.push(Contacts.fromRow(row));
    if (contacts.length === limit) break;
  }
  return contacts;
}

/**
 * Adds the contact and its locks to the transaction.
 * `known` is the result of `findAtPlace` on which the caller decided to create the contact. If another request creates a contact of the
 * same person meanwhile, the transaction fails with a `WriteConflict`. So run the read, the decision and the write together under
 * `retryOnConflict`. If the contact `is_primary`, this also updates the former primary contact: do not write that one in the same
 * transaction.
 */
export async function add(tx: Transaction, contact: ContactRecord, uniqueLock?: UniqueLock): Promise<Transaction> {
  await moveLocks(tx, null, contact, uniqueLock);
  return tx.create(Contacts, contact);
}

/**
 * Moves a contact from its lead to a customer in the caller's transaction, and returns the next version of the contact.
 * Fails with CONFLICT if the person is already a contact of the customer: call `findAtPlace` first.
 */
export async function moveToCustomer(tx: Transaction, contact: ContactRecord, customer_id: string): Promise<ContactRecord> {
  const movedContact = { ...contact, customer_id, lead_id: null, is_primary: false, reports_to_id: null };
  const next = Records.nextVersion(contact, movedContact);
  await moveLocks(tx, contact, next);
  tx.replace(Contacts, contact, next);
  return next;
}

/** Moves a contact to another customer and returns its next version. With `is_primary` it replaces the primary contact of that customer. */
export async function changeCustomer(
  tx: Transaction,
  contact: ContactRecord,
  { customer_id, is_primary }: Pick<ContactRecord, "customer_id" | "is_primary">,
): Promise<ContactRecord> {
  const next = Records.nextVersion(contact, { ...contact, customer_id, is_primary });
  await moveLocks(tx, contact, next);
  tx.replace(Contacts, contact, next);
  return next;
}

/** Decides the number and the owner once, before the retries of the write. */
async function planCreation(
  { owner_id, ...places }: Input,
  options: { owner?: string | null } = {},
): Promise<Pick<ContactRecord, "contact_number" | "owner_id">> {
  requireOnePlace(places);
  const { owner = await User.resolveNewOwner(owner_id, customerGrants.assign, "contacts") } = options;
  const [contact_number = ""] = await RecordNumbers.lease("K");
  return { contact_number, owner_id: owner };
}

async function buildContact(
  { personal_key_id, external_key, full_name, owner_id: _given, custom_fields, ...input }: Input,
  decided: Pick<ContactRecord, "contact_number" | "owner_id">,
  options: Pick<ResolutionInput, "vouched" | "limited"> = {},
): Promise<{ contact: ContactRecord; person: Resolution }> {
  const personFields = expandFullName({ full_name, ...input });
  const person = await Person.resolve({ ...toResolutionInput(personFields), ...options, personal_key_id, external_key });
  const isNamed = personal_key_id !== undefined || external_key !== undefined;
  const identityFields =
    isNamed && !person.person_sight ? { ...personFields, ...Person.fillFromPerson(person.person, personFields) } : personFields;
  // Callers of `prepare` do not ask a user for custom fields, so required ones may be missing.
  const writeOptions = { lenient: options.vouched ?? false };
  const normalizedFields = normalizeFields(toStoredFields(fields, requireIdentifyingField(identityFields, identifyingFields)));
  const stored = await CustomFields.resolveTogether("contact", custom_fields, writeOptions, normalizedFields);
  const contact = Records.init(
    Contacts,
    {
      ...stored,
      ...decided,
      display_name: buildDisplayName(stored),
      personal_key_id: person.person.id,
      person_sight: person.person_sight,
      last_activity_date: null,
      merged_into: null,
      merge_id: null,
      merged_ids: [],
    },
    { owner: person.person.id },
  );
  return { contact, person };
}

export const get = fn(IdInput, ({ id: contactId }) => Consent.read(Contacts, contactId, Birthdate.reveal));

/** Presents a contact in the answer of a write, with the birth date masked. */
export const presentWritten = (contact: ContactRecord, person?: PersonRecord): Promise<ContactView> =>
  Consent.present(contact, person, Birthdate.mask);

/** Reads the record itself, for domains that write it. */
export const read = (contactId: string): Promise<ContactRecord> => Records.read(Contacts, contactId);

/** Loads the contact that an id leads to after merges, in any state and without a visibility check. */
export const resolveMerged = (contactId: string): Promise<ContactRecord | undefined> =>
  Records.resolveMerged(Contacts, contactId);

/** Loads the live record without a visibility check. */
export const load = (contactId: string): Promise<ContactRecord | undefined> => Records.load(Contacts, contactId, { live: true });

const filters = {
  role: master(CONTACT_ROLES).optional().describe("The main role"),
  status: oneOf(contactStatuses).optional(),
  is_decision_maker: query.boolean().optional(),
  paths: pathParameters(),
};

const Query = listSchema(Contacts, {
  ...filters,
  person: id(PERSON).optional().describe("Includes contacts under all ids that the person has had"),
  customer: id(CUSTOMER).optional(),
  lead: id(LEAD).optional(),
});

export const list = fn(Query, async (input): Promise<Page<ContactRecord>> => listRecords(Contacts, await listQuery(input)));

/** Builds the list query of contacts. */
export async function listQuery({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireVisible(Contacts, rest);
  const [resolvedFilters, living] = await Promise.all([
    Master.resolveAll(Query.shape, rest, rest),
    person && Person.resolveMerged(person),
  ]);
  const personIds = person && (living ? Person.listIds(living) : [person]);
  return { ...buildListQuery(Contacts, resolvedFilters), ...(personIds ? { personIds: personIds } : {}) };
}

/** The list definition, for exports. */
export const listDefinition = {
  collection: Contacts,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, owner_id: extraFields.owner_id },
  present: (contacts: readonly ContactRecord[]) => Consent.presentAll(contacts, undefined, Birthdate.mask),
};

/** Lists the contacts of a customer that the caller sees. */
export const listByCustomer = fn(listSchema(Contacts, filters).extend({ id: text(64) }), async ({ id: customerId, ...input }) => {
  const customer = await Customer.read(customerId);
  return list({ ...input, customer: customer.id });
});

export const replace = fn(
  z.strictObject({ ...fields, ...extraFields, custom_fields: CustomFields.inputSchema("contact", "whole"), ...IdInput.shape }),
  ({ id: contactId, full_name, owner_id, custom_fields, birthdate, ...input }) => {
    const storedFields = toStoredFields(fields, expandFullName({ full_name, ...Consent.omitWithdrawals(input) }));
    return edit(contactId, storedFields, { owner_id, custom_fields, birthdate }, {});
  },
  async ({ id: contactId = "", custom_fields, ...read }, unread) => {
    const current = await Records.find(Contacts, contactId);
    await requireAll(
      () => requireComplete(read, unread),
      () => Birthdate.requirePossible(read.birthdate),
      () =>
        !current ||
        unread.has("custom_fields") ||
        CustomFields.resolveValues("contact", custom_fields, { current: current.custom_fields }),
    );
  },
);

const Patch = patchSchema({ ...fields, ...extraFields }).extend({
  custom_fields: CustomFields.inputSchema("contact", "patch"),
  ...IdInput.shape,
});

export const update = fn(
  Patch,
  ({ id: contactId, full_name, owner_id, custom_fields, birthdate, ...patch }) => {
    const storedFields = toStoredPatch(fields, expandFullName({ full_name, ...patch }));
    return edit(contactId, storedFields, { owner_id, custom_fields, birthdate }, { patch: true });
  },
  async ({ birthdate }) => Birthdate.requirePossible(birthdate),
);

/** Fields of an edit that are not stored as they are sent. */
interface EditExtras {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
  birthdate?: string | null | undefined;
}

function edit(
  contactId: string,
  input: Partial<StoredFields<typeof fields>>,
  { owner_id, custom_fields, birthdate }: EditExtras,
  options: CustomFields.WriteOptions,
): Promise<ContactView> {
  return change(contactId, async (current, tx, editContext) => {
    requireOnePlace({ ...current, ...input });
    const { edit: editConsent, evidence } = await Consent.resolveOptOuts(CONTACT, current, input);
    const editBirthdate = await Birthdate.resolveEdit(current, birthdate);
    const nextFields = { ...current, ...input, ...evidence };
    const writeOptions = { ...options, current: current.custom_fields };
    const next = await CustomFields.resolveTogether(
      "contact",
      custom_fields,
      writeOptions,
      normalizeFields(requireIdentifyingField(nextFields, identifyingFields), current),
    );
    if (owner_id !== undefined)
      next.owner_id = await User.resolveChangedOwner(current.owner_id, owner_id, customerGrants.assign, "contacts");
    if (contactPlace(next) !== contactPlace(current)) await requirePlace(tx, next);
    await moveLocks(tx, current, next);
    editContext.person = await attachPoints(tx, current, next, {
      lead_id: null,
      edit: combineEdits(editConsent, editBirthdate),
    });
    return next;
  });
}

type ContactView = Consent.OptOutView<ContactRecord> & Birthdate.BirthdateView;

const change = (
  contactId: string,
  edited: Consent.Edit<ContactRecord>,
  options: { deleted?: boolean } = {},
): Promise<ContactView> =>
  Consent.change(Contacts, contactId, edited, { ...options, answer: (contact) => contact, show: Birthdate.mask });

export const remove = fn(IdInput, ({ id: contactId }) =>
  change(contactId, async (current, tx) => {
    await moveLocks(tx, current, null);
    return { ...current, deleted_at: Clock.now() };
  }),
);

/** Restores a deleted contact, never as the primary. CONFLICT if the person has another contact at the customer or lead by now. */
export const restore = fn(IdInput, ({ id: contactId }) =>
  change(
    contactId,
    async (current, tx) => {
      const back = { ...(await Records.prepareRestore(Contacts, current, tx)), is_primary: false };
      await moveLocks(tx, null, back);
      return { ...back, deleted_at: null };
    },
    { deleted: true },
  ),
);

/**
 * Normalises the values for storage: master data by id, the channel by code. `reports_to_id` must be a contact of the same customer or
 * lead.
 */
async function normalizeFields<T extends StoredFields<typeof fields>>(next: T, current?: ContactRecord): Promise<T> {
  const details: ErrorDetail[] = [];
  const [resolved] = await Promise.all([
    collectDetails(
      details,
      Master.resolveAll(fields, next, current, { checkedFields: ["customer_id", "lead_id", "reports_to_id"] }),
      next,
    ),
    collectDetails(details, requireSuperior(next, current), undefined),
  ]);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, other_role_ids: [...new Set(resolved.other_role_ids)] };
}

type PlaceReference = { customer_id?: string | null | undefined; lead_id?: string | null | undefined };

/** Refuses a contact that does not name exactly one of customer and lead. */
function requireOnePlace({ customer_id, lead_id }: PlaceReference): void {
  if (customer_id && lead_id) throw invalid("lead_id", "A contact belongs to a customer or to a lead, not to both");
  if (!customer_id && !lead_id) throw invalid("customer_id", "Either customer_id or lead_id is required");
}

/** Requires that the caller sees the customer or lead, and that it still exists when the contact is written. */
async function requirePlace(tx: Transaction, contact: ContactRecord): Promise<void> {
  const [kind, field] = contact.customer_id ? ([CUSTOMER, "customer_id"] as const) : ([LEAD, "lead_id"] as const);
  const place = contactPlace(contact);
  if (!(await Records.isVisible(kind, place))) throw invalid(field, `No such ${kind}`);
  tx.requireLive(place, () => new WriteConflict(`${place} no longer exists`));
}

/** The most levels of superiors that the check for cycles follows. */
const MAX_LEVELS = 20;

async function requireSuperior(next: StoredFields<typeof fields>, current?: ContactRecord): Promise<void> {
  const { reports_to_id, customer_id, lead_id } = next;
  const isUnchanged =
    reports_to_id === current?.reports_to_id && customer_id === current?.customer_id && lead_id === current?.lead_id;
  if (!reports_to_id || isUnchanged) return;
  if (!(await Records.isVisible(CONTACT, reports_to_id))) throw invalid("reports_to_id", "No such contact");
  let superior = await Records.load(Contacts, reports_to_id);
  if (superior?.customer_id !== customer_id || superior?.lead_id !== lead_id)
    throw invalid("reports_to_id", "Must be a contact of the same customer or lead");
  for (let level = 0; superior && level < MAX_LEVELS; level++) {
    if (superior.id === current?.id) throw invalid("reports_to_id", "A contact cannot report to itself, directly or indirectly");
    superior = superior.reports_to_id ? await Records.load(Contacts, superior.reports_to_id) : undefined;
  }
}

/** Fields by which an upsert matches a contact. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { contact_number: matchByNumber(Contacts, "contact_number"), ...(await buildUniqueMatches(Contacts)) },
});

export * as Contact from "./contact.ts";
export { findAtPlace, hasPrimary, moveLocks, rearrangeLocks } from "./locks.ts";
