import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { useContext, useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import { type Kind, ownerOf } from "../kernel/id.ts";
import type { Page } from "../kernel/page.ts";
import { type Filled, filled, id, master, patched, patchOf, query, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import type { Stage } from "../masters/stage.rules.ts";
import { PERSON } from "../person/person.domain.ts";
import { Person } from "../person/person.ts";
import { sightOf } from "../person/person-sight.ts";
import { readSingle } from "../person/single.ts";
import { listAmong, rowsOf } from "../storage/read/among.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema, MOST_READ, queryOf } from "../storage/read/list.ts";
import type { ListQuery, Partition } from "../storage/read/query.ts";
import { countRows, merged } from "../storage/read/scan.ts";
import { Visible } from "../storage/read/visibility.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { byNumber, type Matching } from "../storage/write/upsert.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { opportunityGrants } from "./opportunity.domain.ts";
import { fields, Opportunities, type OpportunityRecord, Stored } from "./opportunity.entity.ts";
import { OPPORTUNITY_STAGES } from "./opportunity.masters.ts";
import { contradicts, endingIn, expectedRevenue, probabilityIn } from "./opportunity.rules.ts";

/** Opportunities: what may be sold to a customer, from the first stage to its end (seed 001, Opportunities). */

export const Info = Stored.extend({ custom_fields: CustomFields.shown("opportunity") });
export const Row = rowOf(Stored, Opportunities.definition.row);

const owned = { owner_id: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls") };

export const Create = z.strictObject({ ...fields, ...owned, custom_fields: CustomFields.given("opportunity", "whole") });

type Input = z.output<typeof Create>;

export const create = fn(Create, async (input) => {
  const decided = await decide(input);
  return retryOnConflict(async () => {
    const tx = transaction();
    const opportunity = await bornOf(input, decided, requireParties(tx, input));
    return add(tx, opportunity).commit(opportunity);
  });
});

/** What whoever prepares an opportunity knows of it. */
export interface Known {
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
export async function prepare(given: z.input<typeof Create>, known: Known = {}): Promise<OpportunityRecord> {
  const input = parse(Create, given);
  // Whoever prepares one for other work asks nobody for what is required.
  const born = await bornOf(input, await decide(input, known), Promise.resolve(), { lenient: true });
  return known.limited ? { ...born, person_sight: "LIMITED" } : born;
}

export const add = (tx: Transaction, opportunity: OpportunityRecord): Transaction => tx.create(Opportunities, opportunity);

/**
 * Joins an open opportunity to a lead that becomes it, in the transaction of the conversion; what it has of its own stays. It
 * still holds only while the opportunity is as it was read.
 */
export function attach(
  tx: Transaction,
  opportunity: OpportunityRecord,
  { lead_id, contact }: { lead_id: string; contact: { id: string; person_sight: OpportunityRecord["person_sight"] } },
): OpportunityRecord {
  const joined = {
    ...opportunity,
    lead_id: opportunity.lead_id ?? lead_id,
    ...(opportunity.contact_id
      ? {}
      : { contact_id: contact.id, personal_key_id: personOf(contact.id), person_sight: contact.person_sight }),
  };
  const next = Records.nextVersion(opportunity, joined);
  tx.replace(Opportunities, opportunity, next);
  return next;
}

type Decided = Pick<OpportunityRecord, "opportunity_number" | "owner_id" | "lead_id">;

/** What is decided once, however often the writing is tried. */
async function decide({ owner_id }: Input, known: Known = {}): Promise<Decided> {
  const owner = known.owner_id === undefined ? await User.ownerOfNew(owner_id, ...ASSIGN) : known.owner_id;
  const [opportunity_number = ""] = await Numbers.lease("O");
  return { opportunity_number, owner_id: owner, lead_id: known.lead_id ?? null };
}

async function bornOf(
  { owner_id: _given, custom_fields, ...input }: Input,
  decided: Decided,
  parties: Promise<void>,
  own: CustomFields.How = {},
): Promise<OpportunityRecord> {
  const whole = withReferences(filled(fields, input), parties);
  const stored = await CustomFields.beside("opportunity", custom_fields, own, whole);
  const { contact_id } = stored;
  return Records.born(
    Opportunities,
    {
      ...stored,
      ...inStage(await stageOf(stored.stage_id), stored.amount, input.probability),
      ...decided,
      personal_key_id: personOf(contact_id),
      person_sight: await sightOf(personOf(contact_id)),
      currency: stored.currency ?? useSettings().currency,
      win_loss_reason_id: null,
      win_loss_notes: null,
      last_activity_date: null,
    },
    contact_id ? { owner: ownerOf(contact_id) } : {},
  );
}

export const get = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<OpportunityRecord> => Records.read(Opportunities, wanted);

const filters = {
  customer: id(CUSTOMER).optional(),
  contact: id(CONTACT).optional(),
  stage: master(OPPORTUNITY_STAGES).optional(),
  is_closed: query.boolean().optional(),
  owner: text(64).optional().describe("Id of the owner, or `none` for those that wait to be taken"),
  paths: pathParameters(),
};

export const Query = listSchema(Opportunities, filters);

export const OfPerson = Query.extend({
  person: id(PERSON).optional().describe("Those of their contacts, and of the customer that they are"),
});

export const list = fn(OfPerson, async ({ person, ...input }): Promise<Page<OpportunityRecord>> => {
  const query = await asked(input);
  if (person === undefined) return listRecords(Opportunities, query);
  const known = await Person.living(person);
  const persons = known ? Person.idsOf(known) : [person];
  return ofPersons(persons, (await readSingle("PERSONCUSTOMER", persons)).ids, query);
});

/** Those of a person under all of their ids, and of the customers that they are. */
export async function ofPersons(
  persons: readonly string[],
  own: readonly string[],
  query: ListQuery = queryOf(Opportunities, {}),
): Promise<Page<OpportunityRecord>> {
  const partitions = [...partitionsOf(persons), ...own.flatMap((id) => ofCustomer(id, "true", "false"))];
  return listAmong(Opportunities, query, await rowsOf(Opportunities, partitions, MOST_READ));
}

/** What a list of opportunities is asked for. */
export async function asked(input: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireSeen("opportunity", input);
  // Those of a contact are among those of its person, who has few.
  const person = input.contact && ownerOf(input.contact);
  return queryOf(Opportunities, { ...(await Master.resolveAll(Query.shape, input, input)), ...(person ? { person } : {}) });
}

/** What an export has to know of the list. */
export const listed = { collection: Opportunities, query: Query, asked, info: Info, fields: { ...fields, ...owned } };

export const replace = fn(Create.extend({ id: text(64) }), ({ id: wanted, owner_id, custom_fields, ...input }) =>
  edit(wanted, filled(fields, input), { owner_id, custom_fields }, {}),
);

const Patch = patchOf({ ...fields, ...owned }).extend({
  custom_fields: CustomFields.given("opportunity", "patch"),
  id: text(64),
});

export const update = fn(Patch, ({ id: wanted, owner_id, custom_fields, ...patch }) =>
  edit(wanted, patched(fields, patch), { owner_id, custom_fields }, { patch: true }),
);

/** What is said of an opportunity beside its fields. */
interface Said {
  owner_id?: string | null | undefined;
  custom_fields?: CustomFields.Given;
}

function edit(
  wanted: string,
  input: Partial<Filled<typeof fields>>,
  { owner_id: owner, custom_fields }: Said,
  how: CustomFields.How,
): Promise<OpportunityRecord> {
  return Records.change(Opportunities, wanted, async (current, tx) => {
    const parties = requireParties(tx, { ...current, ...input }, current);
    const own = { ...how, current: current.custom_fields };
    const said = CustomFields.beside("opportunity", custom_fields, own, withReferences(input, parties, current));
    const next = { ...current, ...(await said) };
    return {
      ...next,
      ...inStage(await stageOf(next.stage_id), next.amount, input.probability, current),
      personal_key_id: personOf(next.contact_id),
      person_sight: next.contact_id === current.contact_id ? current.person_sight : await sightOf(personOf(next.contact_id)),
      currency: next.currency ?? useSettings().currency,
      owner_id: owner === undefined ? current.owner_id : await User.ownerOfChange(current.owner_id, owner, ...ASSIGN),
    };
  });
}

export const remove = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => Records.remove(Opportunities, wanted));

export const restore = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => Records.restore(Opportunities, wanted));

/** Something happened with the opportunity at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, opportunity: OpportunityRecord, at: string): void =>
  Records.touch(tx, Opportunities, opportunity, at);

const ofCustomer = (customer_id: string, ...closed: readonly ("true" | "false")[]): Partition[] =>
  closed.map((is_closed) => ({ index: "by_related", facets: { customer_id, is_closed } }));

const partitionsOf = (persons: readonly string[]): Partition[] =>
  persons.map((person) => ({ index: "by_class", facets: { personal_key_id: person } }));

/** How many opportunities that the caller sees a person has under all of their ids, up to `most`. */
export async function countOf(persons: readonly string[], most: number): Promise<number> {
  if ((await useContext().visible()) === "all") return countRows(Opportunities, partitionsOf(persons), most);
  const { records } = await rowsOf(Opportunities, partitionsOf(persons), most);
  return (await Visible.among(Opportunities, records)).length;
}

/** The newest `most` open opportunities of a customer that the caller may see, as lists show them. */
export async function openOf(customer: string, most: number): Promise<OpportunityRecord[]> {
  const visible = await useContext().visible();
  const open: OpportunityRecord[] = [];
  const partitions = ofCustomer(customer, "false");
  let count = 0;
  for await (const row of merged(Opportunities, partitions, { order: "desc", after: undefined, chunk: most })) {
    const opportunity = Opportunities.fromRow(row);
    if (visible === "all" || visible.has(Opportunities.ownerOf(opportunity) ?? "")) open.push(opportunity);
    if (open.length === most || ++count >= MOST_READ) break;
  }
  return open;
}

const ASSIGN = [opportunityGrants.assign, "opportunities"] as const;

const personOf = (contact: string | null): string | null => contact && ownerOf(contact);

/** The input with its master data by id, once its `parties` are found good too; all that is wrong is said at once. */
async function withReferences<T extends object>(input: T, parties: Promise<void>, current?: OpportunityRecord): Promise<T> {
  const details: Detail[] = [];
  const [resolved] = await Promise.all([
    gathered(details, Master.resolveAll(fields, input, current, { own: ["customer_id", "contact_id"] }), input),
    gathered(details, parties, undefined),
  ]);
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

interface Parties {
  customer_id: string;
  contact_id?: string | null | undefined;
}

/** Where they are new: the customer is shown to the caller, the contact is one of its own, and both are there at the write. */
async function requireParties(tx: Transaction, { customer_id, contact_id }: Parties, current?: Parties): Promise<void> {
  const isSame = customer_id === current?.customer_id;
  if (!isSame) await requireAlive(tx, CUSTOMER, customer_id);
  if (!contact_id || (isSame && contact_id === current?.contact_id)) return;
  const contact = await requireAlive(tx, CONTACT, contact_id);
  if (!("customer_id" in contact) || contact.customer_id !== customer_id) throw invalid("contact_id", "Of another customer");
}

async function requireAlive(tx: Transaction, kind: Kind, wanted: string): Promise<object> {
  const record = await Records.shown(kind, wanted);
  if (!record) throw invalid(`${kind}_id`, `No such ${kind}`);
  tx.alive(wanted, () => new Moved(`${wanted} is gone by now`));
  return record;
}

/** The stage with this id, or else the first that is open. */
async function stageOf(stage_id: string | null): Promise<Stage & { id: string }> {
  const value =
    stage_id === null
      ? await Master.firstOf(OPPORTUNITY_STAGES, ({ is_closed }) => !is_closed)
      : await Master.find(OPPORTUNITY_STAGES, stage_id);
  if (!value) throw invalid("stage_id", "Required: no open stage is in use");
  const { id, probability = 0, forecast_category = "PIPELINE", is_closed = false, is_won = false } = value;
  return { id, probability, forecast_category, is_closed, is_won };
}

/** What follows from a stage; `given` is the probability that the input names. */
function inStage(
  stage: Stage & { id: string },
  amount: string | null,
  given: number | null | undefined,
  current?: OpportunityRecord,
) {
  if (contradicts(stage, given, current)) throw invalid("probability", "A closed opportunity has 100 when won, 0 when lost");
  const followed = probabilityIn(stage, given, current);
  return {
    stage_id: stage.id,
    stage_changed_at: current?.stage_id === stage.id ? current.stage_changed_at : Clock.now(),
    ...followed,
    ...endingIn(stage, today(), current),
    forecast_category: stage.forecast_category,
    expected_revenue: expectedRevenue(amount, followed.probability),
  };
}

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({
  on: { opportunity_number: byNumber(Opportunities, "opportunity_number"), ...(await ownMatches(Opportunities)) },
});

export * as Opportunity from "./opportunity.ts";
