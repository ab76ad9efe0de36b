import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.domain.ts";
import { CUSTOMER } from "../../accounts/customer/customer.domain.ts";
import { useContext, useSettings } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { collectionOwner, type Kind, newId } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import { id, master, patchSchema, query, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { resolveDisclosure } from "../../people/person/disclosure.ts";
import { PERSON } from "../../people/person/person.domain.ts";
import { Person } from "../../people/person/person.ts";
import { readUnique } from "../../people/person/unique-per-person.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { USER } from "../../platform/user/user.domain.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema, MAX_READ_ROWS } from "../../storage/read/list.ts";
import type { ListQuery, Partition } from "../../storage/read/list-query.ts";
import { listMerged, readMerged } from "../../storage/read/merged-list.ts";
import { countRows, queryPartitions } from "../../storage/read/partition-query.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { findIdByNumber, matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { ownerFor } from "./assignment.kind.ts";
import { finalizeFields, findClosedStage, type PendingFields, type WriteOptions } from "./derived-fields.ts";
import { recordChange } from "./history.ts";
import { Line, MAX_COMPETITORS, MAX_LINES, requireSinglePrimary } from "./line.ts";
import { COMPETITOR, OPPORTUNITY_LINE, opportunityGrants } from "./opportunity.domain.ts";
import { competitorFields, fields, lineFields, Opportunities, type OpportunityRecord, Stored } from "./opportunity.entity.ts";
import { OPPORTUNITY_STAGES } from "./opportunity.masters.ts";
import { territoryForCustomer } from "./territory.ts";

/** Opportunities: what may be sold to a customer, from the first stage to its end (seed 001, Opportunities). */

export const Info = Stored.extend({ custom_fields: CustomFields.outputSchema("opportunity") });
export const Row = rowSchema(Stored, Opportunities.definition.row);

const ownerFields = { owner_id: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls") };

/** What an opportunity is made with, beside its fields; later each has requests of its own. */
const createOnlyFields = {
  lead_id: id(LEAD).nullish().describe("Of a lead that is not converted: its conversion moves it to the customer"),
  products: z.array(z.strictObject(lineFields)).max(MAX_LINES).optional(),
  competitors: z.array(z.strictObject(competitorFields)).max(MAX_COMPETITORS).optional(),
};

export const Create = z.strictObject({
  ...fields,
  ...ownerFields,
  ...createOnlyFields,
  custom_fields: CustomFields.inputSchema("opportunity", "whole"),
});

type Input = z.output<typeof Create>;

export const create = fn(Create, (input) => createFromImport(input));

/** As create, for what is brought in with how it ended. */
export async function createFromImport(input: Input, said: Pick<WriteOptions, "closed_date"> = {}): Promise<OpportunityRecord> {
  const decided = await planCreation(input);
  return retryOnConflict(async () => {
    const tx = transaction();
    const opportunity = await buildOpportunity(input, decided, requireParties(tx, { ...NO_PARTIES, ...input }), said);
    return add(tx, opportunity).commit(opportunity);
  });
}

/** What whoever prepares an opportunity knows of it. */
export interface PrepareOptions {
  /** The lead that it is converted from. */
  lead_id?: string;
  /** In place of the one in the input: whom it goes to, whatever the caller may do. */
  owner_id?: string | null;
  /** That lead shows nothing of the person: neither does it. */
  limited?: boolean;
}

/**
 * A new opportunity, not yet written, for work that writes more beside it: its customer, and a contact of that customer, are the
 * caller's to have read, or to write in the same transaction. Call it once: it takes a number.
 */
export async function prepare(given: z.input<typeof Create>, known: PrepareOptions = {}): Promise<OpportunityRecord> {
  const input = parse(Create, given);
  // Whoever prepares one for other work asks nobody for what is required.
  const prepared = await buildOpportunity(input, await planCreation(input, known), Promise.resolve(), { isLenient: true });
  return known.limited ? { ...prepared, person_sight: "LIMITED" } : prepared;
}

export const add = (tx: Transaction, opportunity: OpportunityRecord): Transaction => tx.create(Opportunities, opportunity);

/**
 * Joins an open opportunity to a lead that becomes it, or that it was of, in the transaction of the conversion; what it has of
 * its own stays. It still holds only while the opportunity is as it was read.
 */
export function attach(
  tx: Transaction,
  opportunity: OpportunityRecord,
  {
    lead_id,
    customer_id,
    contact,
  }: { lead_id: string; customer_id: string; contact: { id: string; person_sight: OpportunityRecord["person_sight"] } },
): OpportunityRecord {
  const joined = {
    ...opportunity,
    lead_id: opportunity.lead_id ?? lead_id,
    customer_id: opportunity.customer_id ?? customer_id,
    ...(opportunity.contact_id
      ? {}
      : { contact_id: contact.id, personal_key_id: toPersonId(contact.id), person_sight: contact.person_sight }),
  };
  const next = Records.nextVersion(opportunity, joined);
  tx.replace(Opportunities, opportunity, next);
  return next;
}

/** For the system's own work; undefined where it is not there. */
export const load = (id: string): Promise<OpportunityRecord | undefined> => Records.load(Opportunities, id, { live: true });

/** The next of a lead's own opportunities behind `after`, that are of no customer yet; the system's, so whoever may see them. */
export async function listByLead(lead: string, most: number, after?: string): Promise<OpportunityRecord[]> {
  const found: OpportunityRecord[] = [];
  const partitions = personPartitions([collectionOwner(lead) ?? lead]);
  for await (const row of queryPartitions(Opportunities, partitions, { order: "asc", after, chunk: 100 })) {
    const { id, lead_id, customer_id } = Opportunities.fromRow(row);
    if (lead_id !== lead || customer_id !== null) continue;
    const whole = await Records.load(Opportunities, id, { live: true });
    if (whole?.lead_id === lead && whole.customer_id === null) found.push(whole);
    if (found.length === most) break;
  }
  return found;
}

/** How many of a lead's own opportunities are looked at for one to go on with; the others follow to the customer. */
const MAX_LEAD_OPPORTUNITIES = 20;

/** The newest open opportunity that a lead has already and the caller sees: its conversion goes on with it. */
export async function findOpenByLead(lead: string): Promise<OpportunityRecord | undefined> {
  const open = (await listByLead(lead, MAX_LEAD_OPPORTUNITIES)).filter(({ is_closed }) => !is_closed);
  return (await Visibility.filterVisible(Opportunities, open)).at(-1);
}

type CreationPlan = Pick<OpportunityRecord, "opportunity_number" | "owner_id" | "lead_id" | "products" | "competitors"> &
  Partial<Pick<OpportunityRecord, "territory_id">>;

/** What is decided once, however often the writing is tried. */
async function planCreation(input: Input, known: PrepareOptions = {}): Promise<CreationPlan> {
  const { lead_id, products = [], competitors = [] } = input;
  const territory = input.territory_id === undefined ? { territory_id: await territoryForCustomer(input.customer_id) } : {};
  const named = () => User.resolveNewOwner(input.owner_id, ...OWNER_CHECK);
  const currency = input.currency ?? useSettings().currency;
  const others = competitors.map((each) => ({ ...toStoredFields(competitorFields, each), id: newId(COMPETITOR) }));
  const details: ErrorDetail[] = [];
  const [owner, lines] = await Promise.all([
    known.owner_id === undefined ? collectDetails(details, ownerFor({ ...input, ...territory }, named), null) : known.owner_id,
    Promise.all(products.map((line, at) => collectDetails(details, Line.build(line, `products[${at}]`, currency), undefined))),
    collectDetails(details, (async () => requireSinglePrimary(others))(), undefined),
  ]);
  if (details.length > 0) throw invalidAll(details);
  const [opportunity_number = ""] = await RecordNumbers.lease("O");
  return {
    opportunity_number,
    ...territory,
    owner_id: owner,
    lead_id: known.lead_id ?? lead_id ?? null,
    products: lines.flatMap((line) => (line ? { ...line, id: newId(OPPORTUNITY_LINE), total_price: null } : [])),
    competitors: others,
  };
}

async function buildOpportunity(
  { owner_id: _owner, lead_id: _lead, products: _products, competitors: _competitors, custom_fields, ...input }: Input,
  decided: CreationPlan,
  parties: Promise<void>,
  said: WriteOptions,
): Promise<OpportunityRecord> {
  const whole = resolveReferences(toStoredFields(fields, input), parties);
  const how = said.isLenient ? { lenient: true as const } : {};
  const stored = await CustomFields.resolveTogether("opportunity", custom_fields, how, whole);
  const person = toPersonId(stored.contact_id ?? decided.lead_id);
  const draft = {
    ...stored,
    ...decided,
    personal_key_id: person,
    person_sight: await resolveDisclosure(person),
    competitor_id: null,
    last_activity_date: null,
  };
  const { next } = await finalizeFields(draft, { ...said, amount: stored.amount, probability: input.probability });
  return Records.init(Opportunities, next, person ? { owner: person } : {});
}

export const get = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<OpportunityRecord> => Records.read(Opportunities, wanted);

const filters = {
  customer: id(CUSTOMER).optional(),
  contact: id(CONTACT).optional(),
  lead: id(LEAD).optional().describe("Those that came of a lead"),
  stage: master(OPPORTUNITY_STAGES).optional(),
  is_closed: query.boolean().optional(),
  owner: text(64).optional().describe("Id of the owner, or `none` for those that wait to be taken"),
  paths: pathParameters(),
};

export const Query = listSchema(Opportunities, filters);

export const PersonQuery = Query.extend({
  person: id(PERSON).optional().describe("Those of their contacts, and of the customer that they are"),
});

export const list = fn(PersonQuery, async ({ person, ...input }): Promise<Page<OpportunityRecord>> => {
  const query = await listQuery(input);
  if (person === undefined) return listRecords(Opportunities, query);
  const known = await Person.resolveMerged(person);
  const persons = known ? Person.listIds(known) : [person];
  return listByPersons(persons, (await readUnique("PERSONCUSTOMER", persons)).ids, query);
});

/** Those of a person under all of their ids, and of the customers that they are. */
export async function listByPersons(
  persons: readonly string[],
  own: readonly string[],
  query: ListQuery = buildListQuery(Opportunities, {}),
): Promise<Page<OpportunityRecord>> {
  const partitions = [...personPartitions(persons), ...own.flatMap((id) => customerPartitions(id, "true", "false"))];
  return listMerged(Opportunities, query, await readMerged(Opportunities, partitions, MAX_READ_ROWS));
}

/** What a list of opportunities is asked for. */
export async function listQuery(input: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireVisible("opportunity", input);
  // Those of a contact, or of a lead, are among those of its person, who has few.
  const of = input.contact ?? input.lead;
  const person = of && collectionOwner(of);
  return buildListQuery(Opportunities, {
    ...(await Master.resolveAll(Query.shape, input, input)),
    ...(person ? { person } : {}),
  });
}

/** What an export has to know of the list. */
export const listDefinition = {
  collection: Opportunities,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerFields },
};

export const replace = fn(
  z.strictObject({ ...fields, ...ownerFields, custom_fields: CustomFields.inputSchema("opportunity", "whole"), id: text(64) }),
  ({ id: wanted, owner_id, custom_fields, ...input }) => edit(wanted, toStoredFields(fields, input), { owner_id, custom_fields }),
);

/** What a patch of an opportunity may say. */
export const patchFields = {
  ...patchSchema({ ...fields, ...ownerFields }).shape,
  custom_fields: CustomFields.inputSchema("opportunity", "patch"),
};

export const update = fn(z.strictObject({ ...patchFields, id: text(64) }), ({ id: wanted, ...said }) => change(wanted, said));

type Patch = z.output<z.ZodObject<typeof patchFields>>;

/** As update, for a move: what it says of how it goes there. */
export const change = (wanted: string, { owner_id, custom_fields, ...input }: Patch, said: WriteOptions & SideChanges = {}) =>
  edit(wanted, toStoredPatch(fields, input), { owner_id, custom_fields, ...said }, { patch: true });

/** What moves set beside what people write. */
interface SideChanges {
  sideChanges?: (current: OpportunityRecord) => Partial<OpportunityRecord>;
}

/** What is said of an opportunity beside its fields. */
interface EditExtras extends WriteOptions, SideChanges {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
}

function edit(
  wanted: string,
  input: Partial<StoredFields<typeof fields>>,
  { owner_id: owner, custom_fields, sideChanges: beside, ...said }: EditExtras,
  how: CustomFields.WriteOptions = {},
): Promise<OpportunityRecord> {
  return Records.change(Opportunities, wanted, async (current, tx) => {
    const parties = requireParties(tx, { ...current, ...input }, current);
    const own = { ...how, current: current.custom_fields };
    const written = CustomFields.resolveTogether("opportunity", custom_fields, own, resolveReferences(input, parties, current));
    const named = { ...current, ...(await written), ...beside?.(current) };
    const person = toPersonId(named.contact_id ?? named.lead_id);
    const draft = {
      ...named,
      // A stage is not cleared: one that is reopened begins with the first.
      stage_id: named.stage_id ?? (said.isReopening ? null : current.stage_id),
      personal_key_id: person,
      person_sight: person === current.personal_key_id ? current.person_sight : await resolveDisclosure(person),
      owner_id: owner === undefined ? current.owner_id : await User.resolveChangedOwner(current.owner_id, owner, ...OWNER_CHECK),
    };
    return applyEdit(tx, current, draft, { ...said, amount: input.amount, probability: input.probability });
  });
}

/** An edit with all that follows from it, told to the history. */
async function applyEdit(
  tx: Transaction,
  current: OpportunityRecord,
  draft: Omit<OpportunityRecord, keyof PendingFields> & PendingFields,
  said: WriteOptions,
): Promise<OpportunityRecord> {
  const { next, move } = await finalizeFields(draft, said, current);
  const edited = { ...current, ...next };
  recordChange(tx, current, edited, move, said.reason);
  return edited;
}

/** What a quote that was accepted says of its opportunity. */
type QuoteAcceptance = Pick<OpportunityRecord, "amount" | "currency" | "customer_id">;

/**
 * An opportunity as the acceptance of a quote leaves it, in the transaction of that: won from whatever open stage, with that
 * amount. Prices of its products in another currency are not known any more.
 */
export async function winByQuote(tx: Transaction, current: OpportunityRecord, won: QuoteAcceptance): Promise<OpportunityRecord> {
  const { id: stage_id } = current.is_won ? { id: current.stage_id } : await findClosedStage(true);
  const isSame = won.currency === current.currency;
  const products = isSame ? current.products : current.products.map((line) => ({ ...line, unit_price: null }));
  const said = { mayLeaveAny: true, isLenient: true, amount: won.amount };
  const edited = await applyEdit(tx, current, { ...current, ...won, stage_id, products }, said);
  const next = Records.nextVersion(current, edited);
  tx.replace(Opportunities, current, next);
  return next;
}

/** Changes what stands in an opportunity, its products or its competitors; the answer is of what is written. */
export const updateParts = <A>(
  wanted: string,
  arrange: (current: OpportunityRecord) => Partial<Pick<OpportunityRecord, "products" | "competitors" | "competitor_id">>,
  answer: (written: OpportunityRecord) => A,
): Promise<A> =>
  Records.change(Opportunities, wanted, async (current, tx) => applyEdit(tx, current, { ...current, ...arrange(current) }, {}), {
    answer,
  });

export const remove = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) =>
  Records.remove(Opportunities, wanted, (current, tx) => {
    recordChange(tx, current, current, "DELETED");
    return current;
  }),
);

export const restore = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) =>
  Records.restore(Opportunities, wanted, (current, tx) => {
    recordChange(tx, current, current, "RESTORED");
    return current;
  }),
);

/** Something happened with the opportunity at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, opportunity: OpportunityRecord, at: string): void =>
  Records.touch(tx, Opportunities, opportunity, at);

const customerPartitions = (customer_id: string, ...closed: readonly ("true" | "false")[]): Partition[] =>
  closed.map((is_closed) => ({ index: "by_related", facets: { customer_id, is_closed } }));

const personPartitions = (persons: readonly string[]): Partition[] =>
  persons.map((person) => ({ index: "by_class", facets: { personal_key_id: person } }));

/** How many opportunities that the caller sees a person has under all of their ids, up to `most`. */
export async function countByPerson(persons: readonly string[], most: number): Promise<number> {
  if ((await useContext().visibleOwners()) === "all") return countRows(Opportunities, personPartitions(persons), most);
  const { records } = await readMerged(Opportunities, personPartitions(persons), most);
  return (await Visibility.filterVisible(Opportunities, records)).length;
}

/** The newest `most` open opportunities of a customer that the caller may see, as lists show them. */
export async function listOpenByCustomer(customer: string, most: number): Promise<OpportunityRecord[]> {
  const visible = await useContext().visibleOwners();
  const open: OpportunityRecord[] = [];
  const partitions = customerPartitions(customer, "false");
  let count = 0;
  for await (const row of queryPartitions(Opportunities, partitions, { order: "desc", after: undefined, chunk: most })) {
    const opportunity = Opportunities.fromRow(row);
    if (visible === "all" || visible.has(Opportunities.ownerId(opportunity) ?? "")) open.push(opportunity);
    if (open.length === most || ++count >= MAX_READ_ROWS) break;
  }
  return open;
}

const OWNER_CHECK = [opportunityGrants.assign, "opportunities"] as const;

const toPersonId = (contact: string | null): string | null => contact && collectionOwner(contact);

/** The input with its master data by id, once its `parties` are found good too; all that is wrong is said at once. */
async function resolveReferences<T extends object>(input: T, parties: Promise<void>, current?: OpportunityRecord): Promise<T> {
  const details: ErrorDetail[] = [];
  const [resolved] = await Promise.all([
    collectDetails(details, Master.resolveAll(fields, input, current, { own: ["customer_id", "contact_id"] }), input),
    collectDetails(details, parties, undefined),
  ]);
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

interface Parties {
  customer_id?: string | null | undefined;
  contact_id?: string | null | undefined;
  lead_id?: string | null | undefined;
}

const NO_PARTIES = { customer_id: null, contact_id: null, lead_id: null };

/**
 * Where they are new: customer and lead are shown to the caller, the contact is one of theirs, and all are there at the write.
 */
async function requireParties(tx: Transaction, { customer_id, contact_id, lead_id }: Parties, current?: Parties): Promise<void> {
  const isSame = current !== undefined && (customer_id ?? null) === current.customer_id;
  if (customer_id && !isSame) await requireAlive(tx, CUSTOMER, customer_id);
  if (lead_id && !current) {
    const lead = (await requireAlive(tx, LEAD, lead_id)) as { is_converted?: boolean; converted_customer_id?: string | null };
    if (lead.is_converted && lead.converted_customer_id !== customer_id)
      throw invalid("lead_id", "Converted already: name the customer that it became");
  }
  if (!contact_id || (isSame && contact_id === current?.contact_id)) return;
  const contact = (await requireAlive(tx, CONTACT, contact_id)) as Parties;
  if (customer_id ? contact.customer_id !== customer_id : !lead_id || contact.lead_id !== lead_id)
    throw invalid("contact_id", customer_id ? "Of another customer" : "Neither of its customer nor of its lead");
}

async function requireAlive(tx: Transaction, kind: Kind, wanted: string): Promise<object> {
  const record = await Records.findVisible(kind, wanted);
  if (!record) throw invalid(`${kind}_id`, `No such ${kind}`);
  tx.requireLive(wanted, () => new WriteConflict(`${wanted} is gone by now`));
  return record;
}

/** The id of the one with a number, where the caller sees it. */
export const findByNumber = (number: string): Promise<string | undefined> =>
  findIdByNumber(Opportunities, "opportunity_number", number);

/** What an upsert finds one by. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: {
    opportunity_number: matchByNumber(Opportunities, "opportunity_number"),
    ...(await buildUniqueMatches(Opportunities)),
  },
});

export * as Opportunity from "./opportunity.ts";
