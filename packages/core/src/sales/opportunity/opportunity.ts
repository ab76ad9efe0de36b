import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { CAMPAIGN } from "../../engagement/campaign/campaign.kind.ts";
import { useContext, useSettings } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { collectionOwner, type Kind, newId } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import {
  IdInput,
  id,
  master,
  patchSchema,
  query,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { resolveDisclosure } from "../../people/person/disclosure.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Person } from "../../people/person/person.ts";
import { readUnique } from "../../people/person/unique-per-person.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
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
import { LEAD } from "../lead/lead.kind.ts";
import { ownerFor } from "./assignment.rule-kind.ts";
import { finalizeFields, findClosedStage, type PendingFields, type WriteOptions } from "./derived-fields.ts";
import { recordChange } from "./history.ts";
import { Line, MAX_COMPETITORS, MAX_LINES, requireSinglePrimary } from "./line.ts";
import { competitorFields, fields, lineFields, Opportunities, type OpportunityRecord, Stored } from "./opportunity.entity.ts";
import { COMPETITOR, OPPORTUNITY_LINE, opportunityGrants } from "./opportunity.kind.ts";
import { OPPORTUNITY_STAGES } from "./opportunity.masters.ts";
import { territoryForCustomer } from "./territory.ts";

/** Opportunities: possible sales to a customer, from the first stage to the win or loss. */

export const Info = Stored.extend({ custom_fields: CustomFields.outputSchema("opportunity") });
export const Row = rowSchema(Stored, Opportunities.definition.row).extend(CustomFields.rowShape("opportunity"));

const ownerFields = { owner_id: User.newOwner() };

/** Fields that only a create request accepts. Later changes have endpoints of their own. */
const createOnlyFields = {
  lead_id: id(LEAD).nullish().describe("An unconverted lead; its conversion moves the opportunity to the customer"),
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

/** Creates an opportunity like `create`. With `options`, imported history can be created as it closed. */
export async function createFromImport(
  input: Input,
  options: Pick<WriteOptions, "closed_date"> = {},
): Promise<OpportunityRecord> {
  const decided = await planCreation(input);
  return retryOnConflict(async () => {
    const tx = transaction();
    const opportunity = await buildOpportunity(input, decided, requireParties(tx, { ...NO_PARTIES, ...input }), options);
    return add(tx, opportunity).commit(opportunity);
  });
}

/** Facts that a caller of `prepare` knows. */
export interface PrepareOptions {
  /** The lead that is converted to the opportunity, and the day of its creation. */
  lead_id?: string;
  lead_created_day?: string;
  /** The owner, in place of the one in the input and without a permission check. */
  owner_id?: string | null;
  /** Whether the lead hides its person; the opportunity then hides the person as well. */
  limited?: boolean;
}

/**
 * Builds a new opportunity without writing it, for callers that write more records in the same transaction. The caller must have read its
 * customer and contact, or must write them in the same transaction. Call this once for each opportunity: it takes a number.
 */
export async function prepare(rawInput: z.input<typeof Create>, options: PrepareOptions = {}): Promise<OpportunityRecord> {
  const input = parse(Create, rawInput);
  // Callers of `prepare` do not ask a user for fields, so required ones may be missing.
  const parties = Promise.resolve({ lead_created_day: options.lead_created_day ?? null });
  const prepared = await buildOpportunity(input, await planCreation(input, options), parties, { isLenient: true });
  return options.limited ? { ...prepared, person_sight: "LIMITED" } : prepared;
}

export const add = (tx: Transaction, opportunity: OpportunityRecord): Transaction => tx.create(Opportunities, opportunity);

/**
 * Links an open opportunity to a lead that is converted to it, or to the customer of its own lead, in the transaction of the conversion.
 * The opportunity's own values stay. The transaction fails if the opportunity changed since it was read.
 */
export function attach(
  tx: Transaction,
  opportunity: OpportunityRecord,
  {
    lead_id,
    lead_created_day,
    customer_id,
    contact,
  }: {
    lead_id: string;
    lead_created_day: string | null;
    customer_id: string;
    contact: { id: string; person_sight: OpportunityRecord["person_sight"] };
  },
): OpportunityRecord {
  const linkedOpportunity = {
    ...opportunity,
    ...(opportunity.lead_id === null ? { lead_id, lead_created_day } : {}),
    customer_id: opportunity.customer_id ?? customer_id,
    ...(opportunity.contact_id
      ? {}
      : { contact_id: contact.id, personal_key_id: toPersonId(contact.id), person_sight: contact.person_sight }),
  };
  const next = Records.nextVersion(opportunity, linkedOpportunity);
  tx.replace(Opportunities, opportunity, next);
  return next;
}

/** Loads the live opportunity without a visibility check, for the system; undefined if it does not exist. */
export const load = (id: string): Promise<OpportunityRecord | undefined> => Records.load(Opportunities, id, { live: true });

/**
 * Lists opportunities of a lead that have no customer yet, oldest first, up to `limit` of them after the id `after`. No visibility check.
 */
export async function listByLead(lead: string, limit: number, after?: string): Promise<OpportunityRecord[]> {
  const matches: OpportunityRecord[] = [];
  const partitions = personPartitions([collectionOwner(lead) ?? lead]);
  for await (const row of queryPartitions(Opportunities, partitions, { order: "asc", after, chunk: 100 })) {
    const { id, lead_id, customer_id } = Opportunities.fromRow(row);
    if (lead_id !== lead || customer_id !== null) continue;
    const opportunity = await Records.load(Opportunities, id, { live: true });
    if (opportunity?.lead_id === lead && opportunity.customer_id === null) matches.push(opportunity);
    if (matches.length === limit) break;
  }
  return matches;
}

/** The most opportunities of a lead among which a conversion looks for an open one. The others move to the customer later. */
const MAX_LEAD_OPPORTUNITIES = 20;

/** Finds an open opportunity of the lead that the caller sees; its conversion uses it. The latest one, if there are several. */
export async function findOpenByLead(lead: string): Promise<OpportunityRecord | undefined> {
  const open = (await listByLead(lead, MAX_LEAD_OPPORTUNITIES)).filter(({ is_closed }) => !is_closed);
  return (await Visibility.filterVisible(Opportunities, open)).at(-1);
}

type CreationPlan = Pick<OpportunityRecord, "opportunity_number" | "owner_id" | "lead_id" | "products" | "competitors"> &
  Partial<Pick<OpportunityRecord, "territory_id">>;

/** Decisions that are made once, before the retries of the write. */
async function planCreation(input: Input, options: PrepareOptions = {}): Promise<CreationPlan> {
  const { lead_id, products = [], competitors = [] } = input;
  const territory = input.territory_id === undefined ? { territory_id: await territoryForCustomer(input.customer_id) } : {};
  const resolveNamedOwner = () => User.resolveNewOwner(input.owner_id, ...OWNER_CHECK);
  const currency = input.currency ?? useSettings().currency;
  const storedCompetitors = competitors.map((competitor) => ({
    ...toStoredFields(competitorFields, competitor),
    id: newId(COMPETITOR),
  }));
  const details: ErrorDetail[] = [];
  const [owner, lines] = await Promise.all([
    options.owner_id === undefined
      ? collectDetails(details, ownerFor({ ...input, ...territory }, resolveNamedOwner), null)
      : options.owner_id,
    Promise.all(
      products.map((line, index) => collectDetails(details, Line.build(line, `products[${index}]`, currency), undefined)),
    ),
    collectDetails(details, (async () => requireSinglePrimary(storedCompetitors))(), undefined),
  ]);
  if (details.length > 0) throw invalidAll(details);
  const [opportunity_number = ""] = await RecordNumbers.lease("O");
  return {
    opportunity_number,
    ...territory,
    owner_id: owner,
    lead_id: options.lead_id ?? lead_id ?? null,
    products: lines.flatMap((line) => (line ? { ...line, id: newId(OPPORTUNITY_LINE), total_price: null } : [])),
    competitors: storedCompetitors,
  };
}

async function buildOpportunity(
  { owner_id: _owner, lead_id: _lead, products: _products, competitors: _competitors, custom_fields, ...input }: Input,
  decided: CreationPlan,
  parties: Promise<NewParties>,
  options: WriteOptions,
): Promise<OpportunityRecord> {
  // Callers of `prepare` copy the campaign from a stored record. It may be deleted by now, or be a text of an earlier release.
  const own = options.isLenient ? ["source_campaign_id"] : [];
  const resolvedFields = resolveReferences(toStoredFields(fields, input), parties, { own });
  const fieldOptions = options.isLenient ? { lenient: true as const } : {};
  const stored = await CustomFields.resolveTogether("opportunity", custom_fields, fieldOptions, resolvedFields);
  const person = toPersonId(stored.contact_id ?? decided.lead_id);
  const draft = {
    ...stored,
    ...decided,
    ...(await parties),
    personal_key_id: person,
    person_sight: await resolveDisclosure(person),
    competitor_id: null,
    last_activity_date: null,
    ordered_at: null,
  };
  const { next } = await finalizeFields(draft, { ...options, amount: stored.amount, probability: input.probability });
  return Records.init(Opportunities, next, person ? { owner: person } : {});
}

export const get = fn(IdInput, ({ id: opportunityId }) => read(opportunityId));

/** Reads the record itself, for domains that write it. */
export const read = (opportunityId: string): Promise<OpportunityRecord> => Records.read(Opportunities, opportunityId);

const filters = {
  customer: id(CUSTOMER).optional(),
  contact: id(CONTACT).optional(),
  lead: id(LEAD).optional().describe("Only opportunities created from this lead"),
  stage: master(OPPORTUNITY_STAGES).optional(),
  is_closed: query.boolean().optional(),
  has_competition: query.boolean().optional(),
  campaign: id(CAMPAIGN).optional(),
  paths: pathParameters(),
};

export const Query = listSchema(Opportunities, filters);

export const PersonQuery = Query.extend({
  person: id(PERSON).optional().describe("Opportunities of the person's contacts, and of the customer that the person is"),
});

export const list = fn(PersonQuery, async ({ person, ...input }): Promise<Page<OpportunityRecord>> => {
  const query = await listQuery(input);
  if (person === undefined) return listRecords(Opportunities, query);
  const resolvedPerson = await Person.resolveMerged(person);
  const persons = resolvedPerson ? Person.listIds(resolvedPerson) : [person];
  return listByPersons(persons, (await readUnique("PERSONCUSTOMER", persons)).ids, query);
});

/** Lists opportunities by persons, under all ids of a person, and by the customers that they are (`own`). */
export async function listByPersons(
  persons: readonly string[],
  customerIds: readonly string[],
  query: ListQuery = buildListQuery(Opportunities, {}),
): Promise<Page<OpportunityRecord>> {
  const partitions = [...personPartitions(persons), ...customerIds.flatMap((id) => customerPartitions(id, "true", "false"))];
  return listMerged(Opportunities, query, await readMerged(Opportunities, partitions, MAX_READ_ROWS));
}

/** Builds the list query of opportunities. */
export async function listQuery(input: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireVisible(Opportunities, input);
  // Opportunities of a contact or lead are found among those of its person, who has few.
  const partyId = input.contact ?? input.lead;
  const person = partyId && collectionOwner(partyId);
  return buildListQuery(Opportunities, {
    ...(await Master.resolveAll(Query.shape, input, input)),
    ...(person ? { person } : {}),
  });
}

/** The list definition, for exports. */
export const listDefinition = {
  collection: Opportunities,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerFields },
};

export const replace = fn(
  z.strictObject({ ...fields, ...ownerFields, custom_fields: CustomFields.inputSchema("opportunity", "whole"), id: text(64) }),
  ({ id: opportunityId, owner_id, custom_fields, ...input }) =>
    edit(opportunityId, toStoredFields(fields, input), { owner_id, custom_fields }),
);

/** Fields of a patch. */
export const patchFields = {
  ...patchSchema({ ...fields, ...ownerFields }).shape,
  custom_fields: CustomFields.inputSchema("opportunity", "patch"),
};

export const update = fn(z.strictObject({ ...patchFields, id: text(64) }), ({ id: opportunityId, ...patch }) =>
  change(opportunityId, patch),
);

type Patch = z.output<z.ZodObject<typeof patchFields>>;

/** Updates an opportunity like `update`, with the options of a move. */
export const change = (
  opportunityId: string,
  { owner_id, custom_fields, ...input }: Patch,
  options: WriteOptions & SideChanges = {},
) => edit(opportunityId, toStoredPatch(fields, input), { owner_id, custom_fields, ...options }, { patch: true });

/** Fields that a move sets in addition to those of the request. */
interface SideChanges {
  sideChanges?: (current: OpportunityRecord) => Partial<OpportunityRecord>;
}

/** Fields of an edit that are not stored as they are sent. */
interface EditExtras extends WriteOptions, SideChanges {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
}

function edit(
  opportunityId: string,
  input: Partial<StoredFields<typeof fields>>,
  { owner_id, custom_fields, sideChanges, ...options }: EditExtras,
  fieldOptions: CustomFields.WriteOptions = {},
): Promise<OpportunityRecord> {
  return Records.change(Opportunities, opportunityId, async (current, tx) => {
    const parties = requireParties(tx, { ...current, ...input }, current);
    const editOptions = { ...fieldOptions, current: current.custom_fields };
    const resolvedFields = CustomFields.resolveTogether(
      "opportunity",
      custom_fields,
      editOptions,
      resolveReferences(input, parties, { current }),
    );
    const mergedFields = { ...current, ...(await resolvedFields), ...sideChanges?.(current) };
    const person = toPersonId(mergedFields.contact_id ?? mergedFields.lead_id);
    const draft = {
      ...mergedFields,
      // The stage cannot be cleared. Without a stage, a reopened opportunity starts in the first open one.
      stage_id: mergedFields.stage_id ?? (options.isReopening ? null : current.stage_id),
      personal_key_id: person,
      person_sight: person === current.personal_key_id ? current.person_sight : await resolveDisclosure(person),
      owner_id:
        owner_id === undefined ? current.owner_id : await User.resolveChangedOwner(current.owner_id, owner_id, ...OWNER_CHECK),
    };
    return applyEdit(tx, current, draft, { ...options, amount: input.amount, probability: input.probability });
  });
}

/** Finalises an edit with its derived fields, and adds it to the history. */
async function applyEdit(
  tx: Transaction,
  current: OpportunityRecord,
  draft: Omit<OpportunityRecord, keyof PendingFields> & PendingFields,
  options: WriteOptions,
): Promise<OpportunityRecord> {
  const { next, move } = await finalizeFields(draft, options, current);
  const edited = { ...current, ...next };
  recordChange(tx, current, edited, move, options.reason);
  return edited;
}

/** Fields that an accepted quote sets on its opportunity. */
type QuoteAcceptance = Pick<OpportunityRecord, "amount" | "currency" | "customer_id">;

/**
 * Wins an opportunity in the transaction that accepts its quote: from any open stage, with the amount of the quote. If the currency
 * differs, the unit prices of the products are cleared.
 */
export async function winByQuote(
  tx: Transaction,
  current: OpportunityRecord,
  acceptance: QuoteAcceptance,
): Promise<OpportunityRecord> {
  const { id: stage_id } = current.is_won ? { id: current.stage_id } : await findClosedStage(true);
  const isSame = acceptance.currency === current.currency;
  const products = isSame ? current.products : current.products.map((line) => ({ ...line, unit_price: null }));
  const options = { mayLeaveAny: true, isLenient: true, amount: acceptance.amount };
  const edited = await applyEdit(tx, current, { ...current, ...acceptance, stage_id, products }, options);
  const next = Records.nextVersion(current, edited);
  tx.replace(Opportunities, current, next);
  return next;
}

/**
 * Notes in the transaction that confirms an order of the opportunity that its orders state the revenue of the sale from now on. Returns the
 * opportunity, which does not change until the transaction is committed; undefined if it is deleted.
 */
export async function markOrdered(
  tx: Transaction,
  opportunityId: string,
  ordered_at: string,
): Promise<OpportunityRecord | undefined> {
  const current = await load(opportunityId);
  if (!current) return undefined;
  if (current.ordered_at) tx.requireUnchanged(current);
  else tx.replace(Opportunities, current, Records.nextVersion(current, { ...current, ordered_at }));
  return current;
}

/** Takes the mark back when the confirmation of its only order is undone. */
export async function unmarkOrdered(tx: Transaction, opportunityId: string): Promise<void> {
  const current = await load(opportunityId);
  if (current?.ordered_at) tx.replace(Opportunities, current, Records.nextVersion(current, { ...current, ordered_at: null }));
}

/** Changes the products or competitors of an opportunity. `answer` builds the response from the written opportunity. */
export const updateParts = <A>(
  opportunityId: string,
  arrange: (current: OpportunityRecord) => Partial<Pick<OpportunityRecord, "products" | "competitors" | "competitor_id">>,
  answer: (opportunity: OpportunityRecord) => A,
): Promise<A> =>
  Records.change(
    Opportunities,
    opportunityId,
    async (current, tx) => applyEdit(tx, current, { ...current, ...arrange(current) }, {}),
    {
      answer,
    },
  );

export const remove = fn(IdInput, ({ id: opportunityId }) =>
  Records.remove(Opportunities, opportunityId, (current, tx) => {
    recordChange(tx, current, current, "DELETED");
    return current;
  }),
);

export const restore = fn(IdInput, ({ id: opportunityId }) =>
  Records.restore(Opportunities, opportunityId, (current, tx) => {
    recordChange(tx, current, current, "RESTORED");
    return current;
  }),
);

const customerPartitions = (customer_id: string, ...closed: readonly ("true" | "false")[]): Partition[] =>
  closed.map((is_closed) => ({ index: "by_related", facets: { customer_id, is_closed } }));

const personPartitions = (persons: readonly string[]): Partition[] =>
  persons.map((person) => ({ index: "by_class", facets: { personal_key_id: person } }));

/** Counts the opportunities of a person that the caller sees, under all ids of the person, up to `limit`. */
export async function countByPerson(persons: readonly string[], limit: number): Promise<number> {
  if ((await useContext().visibleOwners()) === "all") return countRows(Opportunities, personPartitions(persons), limit);
  const { records } = await readMerged(Opportunities, personPartitions(persons), limit);
  return (await Visibility.filterVisible(Opportunities, records)).length;
}

/** Lists the newest open opportunities of a customer that the caller sees, up to `limit`, as list rows. */
export async function listOpenByCustomer(customer: string, limit: number): Promise<OpportunityRecord[]> {
  const visible = await useContext().visibleOwners();
  const open: OpportunityRecord[] = [];
  const partitions = customerPartitions(customer, "false");
  let count = 0;
  for await (const row of queryPartitions(Opportunities, partitions, { order: "desc", after: undefined, chunk: limit })) {
    const opportunity = Opportunities.fromRow(row);
    if (visible === "all" || visible.has(Opportunities.ownerId(opportunity) ?? "")) open.push(opportunity);
    if (open.length === limit || ++count >= MAX_READ_ROWS) break;
  }
  return open;
}

const OWNER_CHECK = [opportunityGrants.assign, "opportunities"] as const;

const toPersonId = (contact: string | null): string | null => contact && collectionOwner(contact);

/** Resolves master data to ids and waits for the check of `parties`. Reports all errors at once. */
async function resolveReferences<T extends object>(
  input: T,
  parties: Promise<unknown>,
  { current, own = [] }: { current?: OpportunityRecord; own?: readonly string[] } = {},
): Promise<T> {
  const details: ErrorDetail[] = [];
  const [resolved] = await Promise.all([
    collectDetails(
      details,
      Master.resolveAll(fields, input, current, { checkedFields: ["customer_id", "contact_id", ...own] }),
      input,
    ),
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

/** What a new opportunity takes over from its parties. */
type NewParties = Pick<OpportunityRecord, "lead_created_day">;

interface LeadFacts {
  created_day?: string;
  is_converted?: boolean;
  converted_customer_id?: string | null;
}

const NO_PARTIES = { customer_id: null, contact_id: null, lead_id: null };

/**
 * Checks customer, lead and contact if they are new: the caller sees them, the contact belongs to the customer or lead, and all still exist
 * at the write.
 */
async function requireParties(
  tx: Transaction,
  { customer_id, contact_id, lead_id }: Parties,
  current?: Parties,
): Promise<NewParties> {
  const parties: NewParties = { lead_created_day: null };
  const isSame = current !== undefined && (customer_id ?? null) === current.customer_id;
  if (customer_id && !isSame) await requireAlive(tx, CUSTOMER, customer_id);
  if (lead_id && !current) {
    const lead = (await requireAlive(tx, LEAD, lead_id)) as LeadFacts;
    parties.lead_created_day = lead.created_day ?? null;
    if (lead.is_converted && lead.converted_customer_id !== customer_id)
      throw invalid("lead_id", "The lead is already converted: specify the customer that it became");
  }
  if (!contact_id || (isSame && contact_id === current?.contact_id)) return parties;
  const contact = (await requireAlive(tx, CONTACT, contact_id)) as Parties;
  if (customer_id ? contact.customer_id !== customer_id : !lead_id || contact.lead_id !== lead_id)
    throw invalid(
      "contact_id",
      customer_id ? "Must be a contact of the customer" : "Must be a contact of the customer or of the lead",
    );
  return parties;
}

async function requireAlive(tx: Transaction, kind: Kind, recordId: string): Promise<object> {
  const record = await Records.findVisible(kind, recordId);
  if (!record) throw invalid(`${kind}_id`, `No such ${kind}`);
  tx.requireLive(recordId, () => new WriteConflict(`${recordId} no longer exists`));
  return record;
}

/** Finds the id of the opportunity with a number, if the caller sees it. */
export const findByNumber = (number: string): Promise<string | undefined> =>
  findIdByNumber(Opportunities, "opportunity_number", number);

/** Fields by which an upsert matches an opportunity. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: {
    opportunity_number: matchByNumber(Opportunities, "opportunity_number"),
    ...(await buildUniqueMatches(Opportunities)),
  },
});

export * as Opportunity from "./opportunity.ts";
