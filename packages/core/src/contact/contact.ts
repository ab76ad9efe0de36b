import * as z from "zod";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER, customerGrants } from "../customer/customer.domain.ts";
import { Customer } from "../customer/customer.ts";
import { Clock } from "../kernel/clock.ts";
import { type Detail, gathered, invalid, invalidAll, together } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import type { Page } from "../kernel/page.ts";
import { displayNameOf, enough, fullName, namesOf, requireOne } from "../kernel/person-name.ts";
import { anyOf, type Filled, filled, id, master, oneOf, patched, patchOf, query, text } from "../kernel/schema.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { Master } from "../masters/master.ts";
import { shownOptOuts } from "../person/consent.schema.ts";
import { Consent } from "../person/consent.ts";
import { attachPoints, claimOf, type Preparing } from "../person/named.ts";
import { PERSON } from "../person/person.domain.ts";
import { type Claim, Person, type Resolution } from "../person/person.ts";
import type { Single } from "../person/single.ts";
import { listAmong, rowsOf } from "../storage/read/among.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { partitionsWithin } from "../storage/read/plan.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { byNumber, type Matching } from "../storage/write/upsert.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { CONTACT } from "./contact.domain.ts";
import { type ContactRecord, Contacts, contactStatuses, fields, Stored } from "./contact.entity.ts";
import { CONTACT_ROLES } from "./contact.masters.ts";
import { find, move, placeOf } from "./locks.ts";

/** Contacts: what a person is at a customer, or at the company of a lead (seed 001; 003 and 004 add to it). */

export const Info = Stored.omit({ consent_due: true }).extend({
  ...shownOptOuts,
  custom_fields: CustomFields.shown("contact"),
});
export const Row = rowOf(Stored, Contacts.definition.row);

const named = {
  full_name: fullName(),
  owner_id: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls"),
};

const enoughOfContact = enough.filter((field) => field !== "company");

export const Create = z
  .strictObject({
    ...fields,
    ...named,
    custom_fields: CustomFields.given("contact", "whole"),
    personal_key_id: id(PERSON).optional().describe("The person, when known: names and contact points left out are theirs"),
    external_key: text(255).optional().describe("Names the person by their external key"),
  })
  .meta({ ...anyOf(["customer_id", "lead_id"]), allOf: [anyOf([...enoughOfContact, "personal_key_id", "external_key"])] });

type Input = z.output<typeof Create>;

/** Its person is found or made as that of a lead is. */
export const create = fn(
  Create,
  async (input) => {
    const decided = await decide(input);
    return retryOnConflict(async () => {
      const { contact, person } = await bornOf(input, decided);
      const tx = transaction();
      await requirePlace(tx, contact);
      await add(tx, contact, await find(Person.idsOf(person.person), placeOf(contact)));
      const known = await person.write(tx, null, Consent.toldAtBirth(CONTACT, contact));
      return tx.commit(await Consent.shown(contact, known));
    });
  },
  async ({ custom_fields, ...read }, unread) => {
    await together(
      () => requireWhole(read, unread),
      () => unread.has("custom_fields") || CustomFields.checked("contact", custom_fields),
    );
  },
);

/** What a new or a replaced contact cannot do without. */
async function requireWhole(
  { full_name, personal_key_id, external_key, ...read }: Partial<Input>,
  unread: ReadonlySet<string>,
): Promise<void> {
  const isNamed = ["personal_key_id", "external_key"].some((field) => unread.has(field)) || personal_key_id || external_key;
  await together(
    () => ["customer_id", "lead_id"].some((field) => unread.has(field)) || requireOnePlace(read),
    () => isNamed || requireOne(namesOf({ full_name, ...read }), enoughOfContact, unread),
  );
}

/**
 * A new contact, not yet written, for work that writes more beside it. Its person must be named and there, and is not changed;
 * its customer or lead is the caller's to have read, or to write in the same transaction. `owner` is taken as it is, whoever
 * calls; left out, it goes by `owner_id` as in a request. Call it once: it takes a number.
 */
export async function prepare(given: z.input<typeof Create>, how: Preparing = {}): Promise<ContactRecord> {
  const input = parse(Create, given);
  const { contact, person } = await bornOf(input, await decide(input, how), { vouched: true, limited: how.limited });
  if (!person.found) throw invalid("personal_key_id", "Required");
  return contact;
}

/** What a person is at customers and at companies of leads: the newest of a few, as far as the caller sees them. */
export async function ofPersons(persons: readonly string[]): Promise<{ page: Page<ContactRecord>; customers: string[] }> {
  const found = await rowsOf(Contacts, partitionsWithin(persons), MOST_OF_PERSON);
  const customers = found.records.flatMap(({ customer_id }) => customer_id ?? []);
  return { page: await listAmong(Contacts, queryOf(Contacts, {}), found), customers };
}

/** A person is a contact of few customers. */
const MOST_OF_PERSON = 50;

/** The contacts of a lead, or of a customer, whoever may see them: the oldest first, `most` of them behind `after`. */
export async function at(
  place: { lead_id: string } | { customer_id: string },
  most: number,
  after?: string,
): Promise<ContactRecord[]> {
  const partition =
    "lead_id" in place ? { index: "by_outcome" as const, facets: place } : { index: "by_related" as const, facets: place };
  const found: ContactRecord[] = [];
  for await (const row of merged(Contacts, [partition], { order: "asc", after, chunk: most })) {
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
export async function add(tx: Transaction, contact: ContactRecord, known?: Single): Promise<Transaction> {
  await move(tx, null, contact, known);
  return tx.create(Contacts, contact);
}

/**
 * Moves a contact from its lead to a customer, in the transaction of what brought that about (004); gives the contact after it.
 * Where the person is a contact of the customer already this is a CONFLICT: ask `find` before.
 */
export async function join(tx: Transaction, contact: ContactRecord, customer_id: string): Promise<ContactRecord> {
  const moved = { ...contact, customer_id, lead_id: null, is_primary: false, reports_to_id: null };
  const next = Records.nextVersion(contact, moved);
  await move(tx, contact, next);
  tx.replace(Contacts, contact, next);
  return next;
}

/** Moves a contact to another customer that it is the primary of as far as nobody else is; gives the contact after it. */
export async function rehome(
  tx: Transaction,
  contact: ContactRecord,
  { customer_id, is_primary }: Pick<ContactRecord, "customer_id" | "is_primary">,
): Promise<ContactRecord> {
  const next = Records.nextVersion(contact, { ...contact, customer_id, is_primary });
  await move(tx, contact, next);
  tx.replace(Contacts, contact, next);
  return next;
}

/** What is decided once, however often the writing is tried. */
async function decide(
  { owner_id, ...places }: Input,
  how: { owner?: string | null } = {},
): Promise<Pick<ContactRecord, "contact_number" | "owner_id">> {
  requireOnePlace(places);
  const { owner = await User.ownerOfNew(owner_id, customerGrants.assign, "contacts") } = how;
  const [contact_number = ""] = await Numbers.lease("K");
  return { contact_number, owner_id: owner };
}

async function bornOf(
  { personal_key_id, external_key, full_name, owner_id: _given, custom_fields, ...input }: Input,
  decided: Pick<ContactRecord, "contact_number" | "owner_id">,
  how: Pick<Claim, "vouched" | "limited"> = {},
): Promise<{ contact: ContactRecord; person: Resolution }> {
  const who = namesOf({ full_name, ...input });
  const person = await Person.resolve({ ...claimOf(who), ...how, personal_key_id, external_key });
  const isNamed = personal_key_id !== undefined || external_key !== undefined;
  const known = isNamed && !person.person_sight ? { ...who, ...Person.fill(person.person, who) } : who;
  // Whoever prepares one for other work asks nobody for what is required.
  const own = { lenient: how.vouched ?? false };
  const whole = checked(filled(fields, requireOne(known, enoughOfContact)));
  const stored = await CustomFields.beside("contact", custom_fields, own, whole);
  const contact = Records.born(
    Contacts,
    {
      ...stored,
      ...decided,
      display_name: displayNameOf(stored),
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
export const leadingTo = (wanted: string): Promise<ContactRecord | undefined> => Records.leadingTo(Contacts, wanted);

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

export const list = fn(Query, async (input): Promise<Page<ContactRecord>> => listRecords(Contacts, await asked(input)));

/** What a list of contacts is asked for. */
export async function asked({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireSeen("contact", rest);
  const [known, living] = await Promise.all([Master.resolveAll(Query.shape, rest, rest), person && Person.living(person)]);
  const within = person && (living ? Person.idsOf(living) : [person]);
  return { ...queryOf(Contacts, known), ...(within ? { within } : {}) };
}

/** What an export has to know of the list. */
export const listed = { collection: Contacts, query: Query, asked, info: Info, fields: { ...fields, owner_id: named.owner_id } };

/** The contacts of a customer that the caller may see. */
export const listOfCustomer = fn(listSchema(Contacts, filters).extend({ id: text(64) }), async ({ id: wanted, ...input }) => {
  const customer = await Customer.read(wanted);
  return list({ ...input, customer: customer.id });
});

const One = z.strictObject({ id: text(64) });

export const replace = fn(
  z.strictObject({ ...fields, ...named, custom_fields: CustomFields.given("contact", "whole"), ...One.shape }),
  ({ id: wanted, full_name, owner_id, custom_fields, ...input }) => {
    const whole = filled(fields, namesOf({ full_name, ...Consent.takingNothingBack(input) }));
    return edit(wanted, whole, { owner_id, custom_fields }, {});
  },
  async ({ id: wanted = "", custom_fields, ...read }, unread) => {
    const current = await Records.find(Contacts, wanted);
    await together(
      () => requireWhole(read, unread),
      () =>
        !current ||
        unread.has("custom_fields") ||
        CustomFields.checked("contact", custom_fields, { current: current.custom_fields }),
    );
  },
);

const Patch = patchOf({ ...fields, full_name: named.full_name, owner_id: named.owner_id }).extend({
  custom_fields: CustomFields.given("contact", "patch"),
  ...One.shape,
});

export const update = fn(Patch, ({ id: wanted, full_name, owner_id, custom_fields, ...patch }) =>
  edit(wanted, patched(fields, namesOf({ full_name, ...patch })), { owner_id, custom_fields }, { patch: true }),
);

/** What is said of a contact beside its fields. */
interface Said {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.Given;
}

function edit(
  wanted: string,
  input: Partial<Filled<typeof fields>>,
  { owner_id: owner, custom_fields }: Said,
  how: CustomFields.How,
): Promise<Shown> {
  return change(wanted, async (current, tx, about) => {
    requireOnePlace({ ...current, ...input });
    const { edit: heard, evidence } = await Consent.heardIn(CONTACT, current, input);
    const said = { ...current, ...input, ...evidence };
    const own = { ...how, current: current.custom_fields };
    const next = await CustomFields.beside("contact", custom_fields, own, checked(requireOne(said, enoughOfContact), current));
    if (owner !== undefined) next.owner_id = await User.ownerOfChange(current.owner_id, owner, customerGrants.assign, "contacts");
    if (placeOf(next) !== placeOf(current)) await requirePlace(tx, next);
    await move(tx, current, next);
    about.person = await attachPoints(tx, current, next, {
      lead_id: null,
      edit: heard,
    });
    return next;
  });
}

type Shown = Consent.Shown<ContactRecord>;

const change = (wanted: string, edited: Consent.Edit<ContactRecord>, options: { deleted?: boolean } = {}): Promise<Shown> =>
  Consent.change(Contacts, wanted, edited, { ...options, answer: (contact) => contact });

export const remove = fn(One, ({ id: wanted }) =>
  change(wanted, async (current, tx) => {
    await move(tx, current, null);
    return { ...current, deleted_at: Clock.now() };
  }),
);

/** Its place may be another's by now, which is a conflict; it comes back without being the primary. */
export const restore = fn(One, ({ id: wanted }) =>
  change(
    wanted,
    async (current, tx) => {
      const back = { ...(await Records.comingBack(Contacts, current, tx)), is_primary: false };
      await move(tx, null, back);
      return { ...back, deleted_at: null };
    },
    { deleted: true },
  ),
);

/** The values as they are stored: master data by id, the channel by code; whom it reports to is of the same place. */
async function checked<T extends Filled<typeof fields>>(next: T, current?: ContactRecord): Promise<T> {
  const details: Detail[] = [];
  const [resolved] = await Promise.all([
    gathered(details, Master.resolveAll(fields, next, current, { own: ["customer_id", "lead_id", "reports_to_id"] }), next),
    gathered(details, requireAbove(next, current), undefined),
  ]);
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, other_role_ids: [...new Set(resolved.other_role_ids)] };
}

type Places = { customer_id?: string | null | undefined; lead_id?: string | null | undefined };

/** Seed 004: a contact is of a customer or of a lead, never of both. */
function requireOnePlace({ customer_id, lead_id }: Places): void {
  if (customer_id && lead_id) throw invalid("lead_id", "A contact is of a customer or of a lead, not of both");
  if (!customer_id && !lead_id) throw invalid("customer_id", "Required, or lead_id");
}

/** The customer or lead is shown to the caller, and still there when the contact is written. */
async function requirePlace(tx: Transaction, contact: ContactRecord): Promise<void> {
  const [kind, field] = contact.customer_id ? ([CUSTOMER, "customer_id"] as const) : ([LEAD, "lead_id"] as const);
  const place = placeOf(contact);
  if (!(await Records.isShown(kind, place))) throw invalid(field, `No such ${kind}`);
  tx.alive(place, () => new Moved(`${place} is gone by now`));
}

/** Superiors of superiors are looked at this far up. */
const MOST_LEVELS = 20;

async function requireAbove(next: Filled<typeof fields>, current?: ContactRecord): Promise<void> {
  const { reports_to_id: above, customer_id, lead_id } = next;
  const stays = above === current?.reports_to_id && customer_id === current?.customer_id && lead_id === current?.lead_id;
  if (!above || stays) return;
  if (!(await Records.isShown(CONTACT, above))) throw invalid("reports_to_id", "No such contact");
  let each = await Records.load(Contacts, above);
  if (each?.customer_id !== customer_id || each?.lead_id !== lead_id) throw invalid("reports_to_id", "The contact of another");
  for (let level = 0; each && level < MOST_LEVELS; level++) {
    if (each.id === current?.id) throw invalid("reports_to_id", "A contact cannot report to itself, or to who reports to it");
    each = each.reports_to_id ? await Records.load(Contacts, each.reports_to_id) : undefined;
  }
}

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({
  on: { contact_number: byNumber(Contacts, "contact_number"), ...(await ownMatches(Contacts)) },
});

export * as Contact from "./contact.ts";
export { find, hasPrimary, move, rearrange } from "./locks.ts";
