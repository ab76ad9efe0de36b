import * as z from "zod";
import { type Choosing, ownerOfNew } from "../assignment/new-owner.ts";
import { factsOf } from "../assignment/of-customer.ts";
import { CONTACT } from "../contact/contact.domain.ts";
import { CONTRACT } from "../contract/contract.domain.ts";
import { askedOf } from "../custom-field/asked.ts";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import { DEAL } from "../deal/deal.domain.ts";
import { useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { invalid, invalidAll, together } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import type { Page } from "../kernel/page.ts";
import { namesOf } from "../kernel/person-name.ts";
import { anyOf, type Filled, filled, id, master, name, oneOf, patched, patchOf, phone, query, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { INDUSTRIES } from "../masters/shared.masters.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { customersOf } from "../person/customers.ts";
import { nameOf } from "../person/identity.rules.ts";
import { attachPoints, claimOf, type Preparing } from "../person/named.ts";
import { PERSON } from "../person/person.domain.ts";
import { type Claim, Person, type Resolution } from "../person/person.ts";
import { Preferences } from "../person/preferences.ts";
import { PROPOSAL } from "../proposal/proposal.domain.ts";
import { QUOTE } from "../quote/quote.domain.ts";
import { listAmong } from "../storage/read/among.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { type BaseRecord, rowOf } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { changedFields, Records } from "../storage/write/records.ts";
import { References } from "../storage/write/references.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { byNumber, type Matching, seen } from "../storage/write/upsert.ts";
import { saidBy } from "../territory/of-customer.ts";
import { Territory } from "../territory/territory.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { type Flat, flatFields, flatOf } from "./address.schema.ts";
import { withFlat } from "./addresses.ts";
import { customers } from "./assignment.kind.ts";
import { CUSTOMER, customerGrants } from "./customer.domain.ts";
import { type CustomerRecord, Customers, fields, Stored } from "./customer.entity.ts";
import { CUSTOMER_TYPES } from "./customer.masters.ts";
import { customerStatuses, customerTypes, lifecycleStages, misplaced, personalFields, tiers } from "./customer.rules.ts";
import { noFigures } from "./figures.schema.ts";
import { holderOfTaxId, type Known, move, ofPerson } from "./locks.ts";
import { bornWell, derived, standing } from "./standing.ts";
import { Tree } from "./tree.ts";

/** Customers: companies, and persons who buy for themselves (seeds 001, 002 and 003; clients of 004). */

export const Info = Stored.omit({ ancestor_ids: true }).extend({ custom_fields: CustomFields.shown("customer") });
export const Row = rowOf(Stored, Customers.definition.row);

const owner_id = id(USER).nullish().describe("Left out, it is as the tenant's setting new_customer_owner says");

const preferences = z
  .array(Preferences.Typed)
  .max(200)
  .optional()
  .describe("Of a business: answers that are named are set, others stay");

export const Create = z
  .strictObject({
    customer_type: oneOf(customerTypes).default("business"),
    ...fields,
    ...flatFields,
    custom_fields: CustomFields.given("customer", "whole"),
    preferences,
    owner_id,
    personal_key_id: id(PERSON).optional().describe("Of an individual: the person, when known"),
    external_key: text(255).optional().describe("Of an individual: names the person by their external key"),
    first_name: name(100).optional().describe("Of an individual, as is last_name: whom their email and telephone find or make"),
    last_name: name(100).optional(),
    mobile: phone().optional().describe("Of an individual: one more number of the person"),
  })
  .meta(anyOf(["name", "personal_key_id", "external_key", "first_name", "last_name"]));

type Input = z.output<typeof Create>;

/** An individual is found or made as the person of a lead is. A business is not: two of one name may be two companies. */
export const create = fn(
  Create,
  async (input) => {
    const decided = await decide(input);
    return retryOnConflict(async () => {
      const { customer, person } = await bornOf(input, decided);
      const tx = transaction();
      await add(tx, customer, person ? { person: await ofPerson(Person.idsOf(person.person)) } : {});
      await person?.write(tx, null);
      return tx.commit(customer);
    });
  },
  async (read, unread) => {
    const { customer_type = "business", name } = read;
    const isUnread = unread.has("customer_type");
    const mayBePerson = isUnread ? personalFields.some((field) => read[field] !== undefined) : customer_type === "individual";
    await together(
      () => isUnread || requirePlaced(customer_type, read),
      () => mayBePerson || unread.has("name") || requireName(name, undefined),
      () => unread.has("custom_fields") || CustomFields.checked("customer", read.custom_fields),
    );
  },
);

/**
 * A new customer, not yet written, for work that writes more beside it. The person of an individual must be named and there,
 * and is not changed. `owner` is taken as it is, whoever calls; left out, it goes by `owner_id` as in a request. Call it once:
 * it takes a number.
 */
export async function prepare(given: z.input<typeof Create>, how: Preparing = {}): Promise<CustomerRecord> {
  const input = parse(Create, given);
  const { customer, person } = await bornOf(input, await decide(input, how), { vouched: true, limited: how.limited });
  if (person && !person.found) throw invalid("personal_key_id", "Required");
  return customer;
}

/**
 * The customer, and what it takes: its company name, its tax id, its person. `known` is what `byName` or `ofPerson` gave to
 * the decision that a customer is made: then a customer that somebody else made of the same meanwhile refuses the
 * transaction with `Moved`, so run the reading, the decision and the write together under `retryOnConflict`.
 */
export async function add(tx: Transaction, customer: CustomerRecord, known: Known = {}): Promise<Transaction> {
  await move(tx, null, customer, known);
  await Tree.placed(tx, customer);
  return tx.create(Customers, customer);
}

/** What other work changes of a customer: nothing that it holds a lock for. */
export type Changes = Partial<
  Omit<CustomerRecord, keyof BaseRecord | "name" | "tax_id" | "customer_type" | "personal_key_id" | "customer_number">
>;

/**
 * Adds changes to the transaction of what brought them about; gives the customer after it. Without a difference the
 * transaction still holds only while the customer is as it was read: so nothing is joined to one that was deleted meanwhile.
 */
export function touch(tx: Transaction, customer: CustomerRecord, changes: Changes): CustomerRecord {
  const edited = derived({ ...customer, ...changes });
  if (changedFields(customer, edited).length === 0) {
    tx.unchanged(customer);
    return customer;
  }
  const next = Records.nextVersion(customer, edited);
  tx.replace(Customers, customer, next);
  return next;
}

function requirePlaced(type: CustomerRecord["customer_type"], given: object): void {
  const wrong = misplaced(type, given as Record<string, unknown>);
  if (wrong.length > 0) throw invalidAll(wrong);
}

/** What is decided once, however often the writing is tried. */
interface Once {
  customer_number: string;
  choose: Choosing;
}

async function decide(input: Input, { owner }: { owner?: string | null } = {}): Promise<Once> {
  requirePlaced(input.customer_type, input);
  const choose: Choosing =
    owner !== undefined
      ? async () => owner
      : await ownerOfNew({
          given: input.owner_id,
          setting: useSettings().new_customer_owner,
          named: () => User.ownerOfNew(input.owner_id, customerGrants.assign, "customers"),
          by: customers,
        });
  const [customer_number = ""] = await Numbers.lease("C");
  return { customer_number, choose };
}

async function bornOf(
  { customer_type, owner_id: _given, personal_key_id, external_key, first_name, last_name, mobile, ...given }: Input,
  { customer_number, choose }: Once,
  how: Pick<Claim, "vouched" | "limited"> = {},
): Promise<{ customer: CustomerRecord; person: Resolution | undefined }> {
  const { preferences, custom_fields, ...input } = given;
  const isNamed = personal_key_id !== undefined || external_key !== undefined;
  const names = namesOf({ full_name: isNamed ? undefined : input.name, ...said({ first_name, last_name }) });
  const typed = claimOf({ ...names, email: input.email, phone: input.phone, mobile });
  const who = { ...typed, ...how, personal_key_id, external_key };
  const person = customer_type === "individual" ? await Person.resolve(who) : undefined;
  const called = person && !person.person_sight ? nameOf(person.person) : undefined;
  const stored = checked({ ...filled(fields, input), name: requireName(input.name, called) });
  // Whoever prepares one for other work asks nobody for what is required.
  const own = { lenient: how.vouched ?? false };
  const customer = Records.born(Customers, {
    ...(await CustomFields.beside("customer", custom_fields, own, stored)),
    customer_number,
    owner_id: null,
    lifecycle_stage: "PROSPECT",
    lifecycle_is_manual: false,
    customer_type,
    personal_key_id: person?.person.id ?? null,
    first_lead_id: null,
    preferences: await answered([], preferences),
    company_size: null,
    person_sight: person?.person_sight ?? null,
    lead_score: null,
    ...(await bornWell(input.status)),
    last_activity_date: null,
    merged_into: null,
    merge_id: null,
    merged_ids: [],
    ...(await addressed([], flatIn(input))),
    churned_at: null,
    ...(await Tree.placeUnder(input.parent_customer_id ?? null)),
    ...noFigures,
    amounts: [],
    lead_status: null,
    potential_status: null,
    id_batch: null,
    territory_rule: null,
  });
  Object.assign(
    customer,
    await Territory.forNew(await saidBy(customer), input.territory_id === undefined ? undefined : customer.territory_id),
  );
  customer.owner_id = await choose(() => factsOf(customer));
  return { customer: await standing(customer, undefined, input.lifecycle_stage), person };
}

export const get = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<CustomerRecord> => Records.read(Customers, wanted);

/** The live record, whoever may see it. */
export const load = (wanted: string): Promise<CustomerRecord | undefined> => Records.load(Customers, wanted, { live: true });

const filters = {
  owner: text(64).optional().describe("Id of the owner, or `none` for customers that nobody owns"),
  status: oneOf(customerStatuses).optional(),
  customer_type: oneOf(customerTypes).optional(),
  type: master(CUSTOMER_TYPES).optional(),
  industry: master(INDUSTRIES).optional(),
  parent: id(CUSTOMER).optional(),
  lifecycle_stage: oneOf(lifecycleStages).optional(),
  tier: oneOf(tiers).optional(),
  vip_status: query.boolean().optional(),
  paths: pathParameters(),
};

const Query = listSchema(Customers, filters);

export const OfPerson = Query.extend({
  person: id(PERSON).optional().describe("The customer that they are, and those for which they stand as a contact"),
});

export const list = fn(OfPerson, async ({ person, ...input }): Promise<Page<CustomerRecord>> => {
  const query = await asked(input);
  if (person === undefined) return listRecords(Customers, query);
  const known = await Person.living(person);
  const { own, places, isBound } = await customersOf(known ? Person.idsOf(known) : [person]);
  return pageAmong([...own, ...places], isBound, query);
});

/** The page of a list that is these customers, as far as the caller sees them. */
export async function pageAmong(
  ids: readonly string[],
  isBound: boolean,
  query: ListQuery = queryOf(Customers, {}),
): Promise<Page<CustomerRecord>> {
  const records = await Records.loadMany(Customers, [...new Set(ids)], { live: true });
  return listAmong(Customers, query, { records: records.filter((record) => record !== undefined), isBound });
}

/** What a list of customers is asked for. */
export const asked = askedOf(Customers, Query);

/** What an export has to know of the list. */
export const listed = { collection: Customers, query: Query, asked, info: Info, fields: { ...fields, owner_id } };

const One = z.strictObject({ id: text(64) });
/** Left out, they stay as they are, of a PUT too. */
const staying = { customer_type: oneOf(customerTypes).optional().describe("It stays"), owner_id, preferences, ...flatFields };

export const replace = fn(
  z.strictObject({ ...fields, ...staying, custom_fields: CustomFields.given("customer", "whole"), ...One.shape }),
  ({ id: wanted, ...input }) => edit(wanted, filled(fields, input), input, {}),
  async ({ id: wanted = "", name, custom_fields }, unread) => {
    const current = await Records.find(Customers, wanted);
    if (!current) return;
    await together(
      async () => unread.has("name") || requireName(name, await personName(current)),
      () => unread.has("custom_fields") || CustomFields.checked("customer", custom_fields, { current: current.custom_fields }),
    );
  },
);

const Patch = patchOf({ ...fields, ...flatFields, owner_id }).extend({
  customer_type: staying.customer_type,
  preferences,
  custom_fields: CustomFields.given("customer", "patch"),
  ...One.shape,
});

export const update = fn(Patch, ({ id: wanted, ...patch }) => edit(wanted, patched(fields, patch), patch, { patch: true }));

/** The answers of a company with those that are given now; of two to one question the one given later holds. */
const answered = async (known: CustomerRecord["preferences"], given: Input["preferences"]) =>
  given ? Preferences.withAnswers(known ?? [], await Preferences.inForm(given)) : known;

/** What is said of a customer beside its fields. */
interface Said extends Partial<Flat> {
  customer_type?: CustomerRecord["customer_type"] | undefined;
  owner_id?: string | null | undefined;
  preferences?: Input["preferences"];
  custom_fields?: CustomFields.Given;
}

function edit(
  wanted: string,
  input: Partial<Filled<typeof fields>>,
  { customer_type, owner_id, preferences, custom_fields, ...beside }: Said,
  how: CustomFields.How,
): Promise<CustomerRecord> {
  return Records.change(Customers, wanted, async (current, tx) => {
    if (customer_type !== undefined && customer_type !== current.customer_type) throw invalid("customer_type", "It stays");
    const wrong = misplaced(current.customer_type, { ...input, preferences });
    if (wrong.length > 0) throw invalidAll(wrong);
    const name = "name" in input ? requireName(input.name, await personName(current)) : current.name;
    const stored = checked({ ...current, ...input, name }, current);
    const own = { ...how, current: current.custom_fields };
    const next = {
      ...(await CustomFields.beside("customer", custom_fields, own, stored)),
      lifecycle_stage: current.lifecycle_stage,
      preferences: await answered(current.preferences, preferences),
      ...(await addressed(current.addresses, flatIn(beside))),
    };
    if (owner_id !== undefined)
      next.owner_id = await User.ownerOfChange(current.owner_id, owner_id, customerGrants.assign, "customers");
    await move(tx, current, next);
    Object.assign(next, await Tree.placed(tx, next, current));
    const { personal_key_id } = current;
    if (personal_key_id) await attachPoints(tx, { ...current, personal_key_id }, next, { lead_id: null });
    next.territory_rule = Territory.explained(current, next.territory_id);
    return standing(next, current, input.lifecycle_stage);
  });
}

/** What could not do without it stands in its way. */
export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(Customers, wanted, async (current, tx) => {
    await References.requireUnnamed(
      CUSTOMER,
      [current.id, ...current.merged_ids],
      [OPPORTUNITY, DEAL, QUOTE, PROPOSAL, CONTRACT, CONTACT, CUSTOMER],
    );
    await move(tx, current, null);
    return current;
  }),
);

/** Its tax id and its person are free for others while it is deleted: what they took meanwhile is a conflict. */
export const restore = fn(One, ({ id: wanted }) =>
  Records.restore(Customers, wanted, async (current, tx) => {
    await move(tx, null, current);
    return { ...current, ...(await Tree.restored(tx, current)) };
  }),
);

const flatIn = (input: Partial<Flat>): Partial<Flat> =>
  patched(flatFields, Object.fromEntries(Object.keys(flatFields).map((field) => [field, input[field as keyof Flat]])));

/** The addresses, with what was typed of them under the names of seed 001. */
async function addressed(known: CustomerRecord["addresses"], typed: Partial<Flat>) {
  const addresses = await withFlat(known, typed);
  return { addresses, ...flatOf(addresses) };
}

/** The values as they are stored: master data by id, a currency; what they name exists, and the year has come. */
async function checked<T extends Filled<typeof fields> & { name: string }>(
  next: T,
  current?: CustomerRecord,
): Promise<T & { currency: string }> {
  const { founding_year } = next;
  if (founding_year && founding_year > Number(today().slice(0, 4))) throw invalid("founding_year", "In the future");
  const resolved = await Master.resolveAll(fields, next, current);
  return { ...resolved, currency: next.currency ?? useSettings().currency };
}

function requireName(typed: string | null | undefined, called: string | null | undefined): string {
  const name = typed ?? called;
  if (!name) throw invalid("name", "Required");
  return name;
}

/** What the person of an individual is called; undefined for a business. */
const personName = async ({ personal_key_id }: CustomerRecord): Promise<string | null | undefined> =>
  personal_key_id === null ? undefined : nameOf(await Person.living(personal_key_id));

const said = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({
  on: {
    customer_number: byNumber(Customers, "customer_number"),
    tax_id: { find: seen(Customers, (value) => holderOfTaxId(String(value))) },
    ...(await ownMatches(Customers)),
  },
});

export * as Customer from "./customer.ts";
export { leadsOf, linkLead } from "./leads.ts";
export { byName, move, type Named, ofPerson, rearrange } from "./locks.ts";
