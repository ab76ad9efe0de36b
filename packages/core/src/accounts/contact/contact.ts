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
import { Consent } from "../../people/person/consent.ts";
import { PERSON } from "../../people/person/person.domain.ts";
import { Person, type Resolution, type ResolutionInput } from "../../people/person/person.ts";
import { attachPoints, type PrepareOptions, toResolutionInput } from "../../people/person/point-attachment.ts";
import type { UniqueLock } from "../../people/person/unique-per-person.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { USER } from "../../platform/user/user.domain.ts";
import { User } from "../../platform/user/user.ts";
import { LEAD } from "../../sales/lead/lead.domain.ts";
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
import { CUSTOMER, customerGrants } from "../customer/customer.domain.ts";
import { Customer } from "../customer/customer.ts";
import { CONTACT } from "./contact.domain.ts";
import { type ContactRecord, Contacts, contactStatuses, fields, Stored } from "./contact.entity.ts";
import { CONTACT_ROLES } from "./contact.masters.ts";
import { contactPlace, findAtPlace, moveLocks } from "./locks.ts";

/** Contacts: what a person is at a customer, or at the company of a lead (seed 001; 003 and 004 add to it). */

export const Info = Stored.omit({ consent_due: true }).extend({
  ...optOutViewFields,
  custom_fields: CustomFields.outputSchema("contact"),
});
export const Row = rowSchema(Stored, Contacts.definition.row);

const extraFields = {
  full_name: fullName(),
  owner_id: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls"),
};

const identifyingFields = personIdentifyingFields.filter((field) => field !== "company");

export const Create = z
  .strictObject({
    ...fields,
    ...extraFields,
    custom_fields: CustomFields.inputSchema("contact", "whole"),
    personal_key_id: id(PERSON).optional().describe("The person, when known: names and contact points left out are theirs"),
    external_key: text(255).optional().describe("Names the person by their external key"),
  })
  .meta({ ...anyOf(["customer_id", "lead_id"]), allOf: [anyOf([...identifyingFields, "personal_key_id", "external_key"])] });

type Input = z.output<typeof Create>;

/** Its person is found or made as that of a lead is. */
export const create = fn(
  Create,
  async (input) => {
    const decided = await planCreation(input);
    return retryOnConflict(async () => {
      const { contact, person } = await buildContact(input, decided);
      const tx = transaction();
      await requirePlace(tx, contact);
      await add(tx, contact, await findAtPlace(Person.listIds(person.person), contactPlace(contact)));
      const known = await person.write(tx, null, Consent.buildInitialEdit(CONTACT, contact));
      return tx.commit(await Consent.present(contact, known));
    });
  },
  async ({ custom_fields, ...read }, unread) => {
    await requireAll(
      () => requireComplete(read, unread),
      () => unread.has("custom_fields") || CustomFields.resolveValues("contact", custom_fields),
    );
  },
);

/** What a new or a replaced contact cannot do without. */
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
 * A new contact, not yet written, for work that writes more beside it. Its person must be named and there, and is not changed;
 * its customer or lead is the caller's to have read, or to write in the same transaction. `owner` is taken as it is, whoever
 * calls; left out, it goes by `owner_id` as in a request. Call it once: it takes a number.
 */
export async function prepare(given: z.input<typeof Create>, how: PrepareOptions = {}): Promise<ContactRecord> {
  const input = parse(Create, given);
  const { contact, person } = await buildContact(input, await planCreation(input, how), { vouched: true, limited: how.limited });
  if (!person.isExisting) throw invalid("personal_key_id", "Required");
  return contact;
}

/** What a person is at customers and at companies of leads: the newest of a few, as far as the caller sees them. */
export async function listByPersons(persons: readonly string[]): Promise<{ page: Page<ContactRecord>; customers: string[] }> {
  const found = await readMerged(Contacts, personPartitions(persons), MAX_PER_PERSON);
  const customers = found.records.flatMap(({ customer_id }) => customer_id ?? []);
  return { page: await listMerged(Contacts, buildListQuery(Contacts, {}), found), customers };
}

/** A person is a contact of few customers. */
const MAX_PER_PERSON = 50;

/** The contacts of a lead, or of a customer, whoever may see them: the oldest first, `most` of them behind `after`. */
export async function listAtPlace(
  place: { lead_id: string } | { customer_id: string },
  most: number,
  after?: string,
): Promise<ContactRecord[]> {
  const partition =
    "lead_id" in place ? { index: "by_outcome" as const, facets: place } : { index: "by_related" as const, facets: place };
  const found: ContactRecord[] = [];
  for await (const row of queryPartitions(Contacts, [partition], { order: "asc", after, chunk: most })) {
    found.push(Contacts.fromRow(row));
    if (found.length === most) break;
  }
  return found;
}

/**
 * The contact, and its place at the customer or lead. `known` is what `find` gave to the decision that a contact is made: then
 * one that somebody else made of the same person meanwhile refuses the transaction with `Moved`, so run the reading, the
 * decision and the write together under `retryOnConflict`. A contact that `is_primary` changes the primary before it, which
 * must not be written by the same transaction otherwise.
 */
export async function add(tx: Transaction, contact: ContactRecord, known?: UniqueLock): Promise<Transaction> {
  await moveLocks(tx, null, contact, known);
  return tx.create(Contacts, contact);
}

/**
 * Moves a contact from its lead to a customer, in the transaction of what brought that about (004); gives the contact after it.
 * Where the person is a contact of the customer already this is a CONFLICT: ask `find` before.
 */
export async function moveToCustomer(tx: Transaction, contact: ContactRecord, customer_id: string): Promise<ContactRecord> {
  const moved = { ...contact, customer_id, lead_id: null, is_primary: false, reports_to_id: null };
  const next = Records.nextVersion(contact, moved);
  await moveLocks(tx, contact, next);
  tx.replace(Contacts, contact, next);
  return next;
}

/** Moves a contact to another customer that it is the primary of as far as nobody else is; gives the contact after it. */
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

/** What is decided once, however often the writing is tried. */
async function planCreation(
  { owner_id, ...places }: Input,
  how: { owner?: string | null } = {},
): Promise<Pick<ContactRecord, "contact_number" | "owner_id">> {
  requireOnePlace(places);
  const { owner = await User.resolveNewOwner(owner_id, customerGrants.assign, "contacts") } = how;
  const [contact_number = ""] = await RecordNumbers.lease("K");
  return { contact_number, owner_id: owner };
}

async function buildContact(
  { personal_key_id, external_key, full_name, owner_id: _given, custom_fields, ...input }: Input,
  decided: Pick<ContactRecord, "contact_number" | "owner_id">,
  how: Pick<ResolutionInput, "vouched" | "limited"> = {},
): Promise<{ contact: ContactRecord; person: Resolution }> {
  const who = expandFullName({ full_name, ...input });
  const person = await Person.resolve({ ...toResolutionInput(who), ...how, personal_key_id, external_key });
  const isNamed = personal_key_id !== undefined || external_key !== undefined;
  const known = isNamed && !person.person_sight ? { ...who, ...Person.fillFromPerson(person.person, who) } : who;
  // Whoever prepares one for other work asks nobody for what is required.
  const own = { lenient: how.vouched ?? false };
  const whole = normalizeFields(toStoredFields(fields, requireIdentifyingField(known, identifyingFields)));
  const stored = await CustomFields.resolveTogether("contact", custom_fields, own, whole);
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

export const get = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => Consent.read(Contacts, wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<ContactRecord> => Records.read(Contacts, wanted);

/** Whatever its state, and whoever may see it, the one that an id leads to. */
export const resolveMerged = (wanted: string): Promise<ContactRecord | undefined> => Records.resolveMerged(Contacts, wanted);

/** Something happened with the contact at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, contact: ContactRecord, at: string): void => Records.touch(tx, Contacts, contact, at);

/** The live record, whoever may see it. */
export const load = (wanted: string): Promise<ContactRecord | undefined> => Records.load(Contacts, wanted, { live: true });

const filters = {
  owner: text(64).optional().describe("Id of the owner, or `none` for contacts that nobody owns"),
  role: master(CONTACT_ROLES).optional().describe("The main one"),
  status: oneOf(contactStatuses).optional(),
  is_decision_maker: query.boolean().optional(),
  paths: pathParameters(),
};

const Query = listSchema(Contacts, {
  ...filters,
  person: id(PERSON).optional().describe("Under every id that the person has had"),
  customer: id(CUSTOMER).optional(),
  lead: id(LEAD).optional(),
});

export const list = fn(Query, async (input): Promise<Page<ContactRecord>> => listRecords(Contacts, await listQuery(input)));

/** What a list of contacts is asked for. */
export async function listQuery({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireVisible("contact", rest);
  const [known, living] = await Promise.all([Master.resolveAll(Query.shape, rest, rest), person && Person.resolveMerged(person)]);
  const within = person && (living ? Person.listIds(living) : [person]);
  return { ...buildListQuery(Contacts, known), ...(within ? { personIds: within } : {}) };
}

/** What an export has to know of the list. */
export const listDefinition = {
  collection: Contacts,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, owner_id: extraFields.owner_id },
};

/** The contacts of a customer that the caller may see. */
export const listByCustomer = fn(listSchema(Contacts, filters).extend({ id: text(64) }), async ({ id: wanted, ...input }) => {
  const customer = await Customer.read(wanted);
  return list({ ...input, customer: customer.id });
});

const IdInput = z.strictObject({ id: text(64) });

export const replace = fn(
  z.strictObject({ ...fields, ...extraFields, custom_fields: CustomFields.inputSchema("contact", "whole"), ...IdInput.shape }),
  ({ id: wanted, full_name, owner_id, custom_fields, ...input }) => {
    const whole = toStoredFields(fields, expandFullName({ full_name, ...Consent.omitWithdrawals(input) }));
    return edit(wanted, whole, { owner_id, custom_fields }, {});
  },
  async ({ id: wanted = "", custom_fields, ...read }, unread) => {
    const current = await Records.find(Contacts, wanted);
    await requireAll(
      () => requireComplete(read, unread),
      () =>
        !current ||
        unread.has("custom_fields") ||
        CustomFields.resolveValues("contact", custom_fields, { current: current.custom_fields }),
    );
  },
);

const Patch = patchSchema({ ...fields, full_name: extraFields.full_name, owner_id: extraFields.owner_id }).extend({
  custom_fields: CustomFields.inputSchema("contact", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, ({ id: wanted, full_name, owner_id, custom_fields, ...patch }) =>
  edit(wanted, toStoredPatch(fields, expandFullName({ full_name, ...patch })), { owner_id, custom_fields }, { patch: true }),
);

/** What is said of a contact beside its fields. */
interface EditExtras {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
}

function edit(
  wanted: string,
  input: Partial<StoredFields<typeof fields>>,
  { owner_id: owner, custom_fields }: EditExtras,
  how: CustomFields.WriteOptions,
): Promise<ContactView> {
  return change(wanted, async (current, tx, about) => {
    requireOnePlace({ ...current, ...input });
    const { edit: heard, evidence } = await Consent.resolveOptOuts(CONTACT, current, input);
    const said = { ...current, ...input, ...evidence };
    const own = { ...how, current: current.custom_fields };
    const next = await CustomFields.resolveTogether(
      "contact",
      custom_fields,
      own,
      normalizeFields(requireIdentifyingField(said, identifyingFields), current),
    );
    if (owner !== undefined)
      next.owner_id = await User.resolveChangedOwner(current.owner_id, owner, customerGrants.assign, "contacts");
    if (contactPlace(next) !== contactPlace(current)) await requirePlace(tx, next);
    await moveLocks(tx, current, next);
    about.person = await attachPoints(tx, current, next, {
      lead_id: null,
      edit: heard,
    });
    return next;
  });
}

type ContactView = Consent.OptOutView<ContactRecord>;

const change = (wanted: string, edited: Consent.Edit<ContactRecord>, options: { deleted?: boolean } = {}): Promise<ContactView> =>
  Consent.change(Contacts, wanted, edited, { ...options, answer: (contact) => contact });

export const remove = fn(IdInput, ({ id: wanted }) =>
  change(wanted, async (current, tx) => {
    await moveLocks(tx, current, null);
    return { ...current, deleted_at: Clock.now() };
  }),
);

/** Its place may be another's by now, which is a conflict; it comes back without being the primary. */
export const restore = fn(IdInput, ({ id: wanted }) =>
  change(
    wanted,
    async (current, tx) => {
      const back = { ...(await Records.prepareRestore(Contacts, current, tx)), is_primary: false };
      await moveLocks(tx, null, back);
      return { ...back, deleted_at: null };
    },
    { deleted: true },
  ),
);

/** The values as they are stored: master data by id, the channel by code; whom it reports to is of the same place. */
async function normalizeFields<T extends StoredFields<typeof fields>>(next: T, current?: ContactRecord): Promise<T> {
  const details: ErrorDetail[] = [];
  const [resolved] = await Promise.all([
    collectDetails(details, Master.resolveAll(fields, next, current, { own: ["customer_id", "lead_id", "reports_to_id"] }), next),
    collectDetails(details, requireSuperior(next, current), undefined),
  ]);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, other_role_ids: [...new Set(resolved.other_role_ids)] };
}

type PlaceReference = { customer_id?: string | null | undefined; lead_id?: string | null | undefined };

/** Seed 004: a contact is of a customer or of a lead, never of both. */
function requireOnePlace({ customer_id, lead_id }: PlaceReference): void {
  if (customer_id && lead_id) throw invalid("lead_id", "A contact is of a customer or of a lead, not of both");
  if (!customer_id && !lead_id) throw invalid("customer_id", "Required, or lead_id");
}

/** The customer or lead is shown to the caller, and still there when the contact is written. */
async function requirePlace(tx: Transaction, contact: ContactRecord): Promise<void> {
  const [kind, field] = contact.customer_id ? ([CUSTOMER, "customer_id"] as const) : ([LEAD, "lead_id"] as const);
  const place = contactPlace(contact);
  if (!(await Records.isVisible(kind, place))) throw invalid(field, `No such ${kind}`);
  tx.requireLive(place, () => new WriteConflict(`${place} is gone by now`));
}

/** Superiors of superiors are looked at this far up. */
const MAX_LEVELS = 20;

async function requireSuperior(next: StoredFields<typeof fields>, current?: ContactRecord): Promise<void> {
  const { reports_to_id: above, customer_id, lead_id } = next;
  const stays = above === current?.reports_to_id && customer_id === current?.customer_id && lead_id === current?.lead_id;
  if (!above || stays) return;
  if (!(await Records.isVisible(CONTACT, above))) throw invalid("reports_to_id", "No such contact");
  let each = await Records.load(Contacts, above);
  if (each?.customer_id !== customer_id || each?.lead_id !== lead_id) throw invalid("reports_to_id", "The contact of another");
  for (let level = 0; each && level < MAX_LEVELS; level++) {
    if (each.id === current?.id) throw invalid("reports_to_id", "A contact cannot report to itself, or to who reports to it");
    each = each.reports_to_id ? await Records.load(Contacts, each.reports_to_id) : undefined;
  }
}

/** What an upsert finds one by. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { contact_number: matchByNumber(Contacts, "contact_number"), ...(await buildUniqueMatches(Contacts)) },
});

export * as Contact from "./contact.ts";
export { findAtPlace, hasPrimary, moveLocks, rearrangeLocks } from "./locks.ts";
