import * as z from "zod";
import { Assigner, type Choice } from "../assignment/assigner.ts";
import type { Facts } from "../assignment/assignment.rules.ts";
import { CustomFields } from "../custom-field/values.ts";
import { Clock } from "../kernel/clock.ts";
import { may, useActor, useContext, useSettings, useTenant } from "../kernel/context.ts";
import { dayHappened, happened } from "../kernel/day.ts";
import { fn, parse } from "../kernel/fn.ts";
import type { Page } from "../kernel/page.ts";
import { displayNameOf, enough, fullName, namesOf, requireOne } from "../kernel/person-name.ts";
import { anyOf, type Filled, filled, id, instant, master, oneOf, patched, patchOf, query, text } from "../kernel/schema.ts";
import { dayIn } from "../kernel/zone.ts";
import { Master } from "../masters/master.ts";
import { shownOptOuts } from "../person/consent.schema.ts";
import { Consent } from "../person/consent.ts";
import { attachPoints, claimOf } from "../person/named.ts";
import { PERSON, personGrants } from "../person/person.domain.ts";
import { type Claim, Person, type Resolution } from "../person/person.ts";
import { Render, type Rendered } from "../render/render.ts";
import { atBirth, scoredFields, scoreKept } from "../score/gather.ts";
import { Score } from "../score/score.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { listHere, list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { partitionsWithin } from "../storage/read/plan.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { rowOf, sealingsNow } from "../storage/table/collection.ts";
import { getAll } from "../storage/table/database.ts";
import { recordKey } from "../storage/table/key.ts";
import { Numbers } from "../storage/table/number.ts";
import { SealedDetail } from "../storage/vault/detail.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { withNumber } from "../storage/write/upsert.ts";
import { Territory } from "../territory/territory.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { leads } from "./assignment.kind.ts";
import { inForm } from "./form.ts";
import { History } from "./history.ts";
import { LEAD, leadGrants } from "./lead.domain.ts";
import { fields, type LeadRecord, Leads, Stored } from "./lead.entity.ts";
import { LEAD_SOURCES, LEAD_STATUSES, PRODUCT_LINES } from "./lead.masters.ts";
import { ratings } from "./lead.rules.ts";
import { OwnLines } from "./own-lines.ts";
import { Described, described } from "./product-line.rules.ts";
import { saidBy } from "./territory.ts";
import { Waiting } from "./waiting.ts";

/** Leads: prospects from first contact to conversion (seed 001, Leads; 000 and 004 add to it). */

export const Info = Stored.omit({ sealed: true, consent_due: true }).extend({
  ...shownOptOuts,
  custom_fields: CustomFields.shown("lead"),
});
export const Row = rowOf(Stored, Leads.definition.row);

const named = {
  full_name: fullName(),
  owner_id: id(USER).nullish().describe("Left out, it is as the tenant's setting new_lead_owner says"),
};

/** As the caller sees it. */
type Shown = Rendered<LeadRecord>;

export const Create = z
  .strictObject({
    ...fields,
    ...named,
    custom_fields: CustomFields.given("lead", "whole"),
    personal_key_id: id(PERSON).optional().describe("The person, when known: names and contact points left out are theirs"),
    external_key: text(255).optional().describe("Names the person by their external key"),
  })
  .meta(anyOf([...enough, "personal_key_id", "external_key"]));

export const create = fn(
  Create,
  async (input) => {
    const once = await decidedOnce(input.owner_id);
    return retryOnConflict(async () => {
      const { lead, person, choice } = await bornOf(input, once);
      const tx = await add(transaction(), lead, choice);
      const known = await person.write(tx, lead.id, Consent.toldAtBirth(LEAD, lead));
      return tx.commit((await showing())(await Consent.shown(lead, known)));
    });
  },
  async ({ full_name, custom_fields, personal_key_id, external_key, ...read }, unread) => {
    const isNamed = personal_key_id !== undefined || external_key !== undefined || naming.some((field) => unread.has(field));
    await inForm(namesOf({ full_name, ...read }), unread.has("custom_fields") ? null : custom_fields, { named: !isNamed });
  },
);

/** What may say whom a new lead is about. */
const naming = [...enough, "personal_key_id", "external_key"];

/** A new lead, what is known of its person, and why it has its owner; nothing is written yet. */
interface Born {
  lead: LeadRecord;
  person: Resolution;
  choice: Choice;
}

interface How extends Pick<Claim, "unproved" | "limited"> {
  /** In place of what is given, also where it is no longer in use. */
  fixed?: Pick<LeadRecord, "lead_source_id">;
}

/** For work that writes more beside them. */
export async function prepare(input: z.input<typeof Create>, how: How = {}): Promise<Born> {
  const read = parse(Create, input);
  return bornOf(read, await decidedOnce(read.owner_id), how);
}

/** The lead, the values that are its own alone, and what follows from how its owner was chosen. */
export async function add(tx: Transaction, lead: LeadRecord, choice: Choice): Promise<Transaction> {
  if (choice.owner_id !== null && choice.by) History.record(tx, { ...lead, owner_id: null }, choice.owner_id, choice.by);
  Waiting.keep(tx, lead, choice);
  return tx.create(Leads, lead);
}

/** The lead that the caller sees, where it is there. */
export const find = (wanted: string): Promise<Lead | undefined> => Records.find(Leads, wanted);

export type Lead = LeadRecord;

/** What is decided once, however often the writing is tried. */
interface Once {
  lead_number: string;
  choose: (lead: Facts) => Promise<Choice>;
}

async function decidedOnce(given: string | null | undefined): Promise<Once> {
  const [lead_number = ""] = await Numbers.lease("L");
  if (given === undefined && useSettings().new_lead_owner === "rule") {
    let choice: Promise<Choice> | undefined;
    return { lead_number, choose: (lead) => (choice ??= Assigner.choose(leads, lead)) };
  }
  const choice = Assigner.named(await ownerOfNew(given));
  return { lead_number, choose: async () => choice };
}

async function bornOf(
  { personal_key_id, external_key, full_name, owner_id: _given, custom_fields, ...input }: z.output<typeof Create>,
  { lead_number, choose }: Once,
  { fixed, ...how }: How = {},
): Promise<Born> {
  const who = namesOf({ full_name, ...input });
  const person = await Person.resolve({ ...claimOf(who), ...how, personal_key_id, external_key });
  const isNamed = personal_key_id !== undefined || external_key !== undefined;
  const known = isNamed && !person.person_sight ? { ...who, ...Person.fill(person.person, who) } : who;
  const given = await inForm(known, custom_fields, { named: true, lenient: how.unproved ?? false });
  const told = { ...filled(fields, given.input), ...fixed };
  const named = input.territory_id === undefined ? undefined : (told.territory_id ?? null);
  const stored = { ...told, ...(await Territory.forNew(saidBy(told), named)) };
  const scored = person.person_sight
    ? await atBirth(stored, { education_level: null }, false)
    : await atBirth(stored, person.person, person.found);
  const choice = await choose({ ...stored, ...scored });
  const born = Records.born(
    Leads,
    {
      ...stored,
      sealed: null,
      display_name: displayNameOf(stored),
      lead_number,
      owner_id: choice.owner_id,
      created_day: dayHappened(),
      custom_fields: given.custom_fields,
      personal_key_id: person.person.id,
      person_sight: person.person_sight,
      currency: stored.currency ?? useSettings().currency,
      lead_status_id: stored.lead_status_id ?? Master.fallback(LEAD_STATUSES),
      status_changed_at: happened(),
      ...scored,
      qualified_date: stored.is_qualified ? happened() : null,
      last_activity_date: null,
      follow_up_reminded_at: null,
      is_converted: false,
      converted_date: null,
      converted_day: null,
      converted_opportunity_id: null,
      converted_contact_id: null,
      converted_customer_id: null,
      order_id: null,
    },
    { owner: person.person.id },
  );
  return { lead: await withSealed(born, null), person, choice };
}

export const get = fn(z.strictObject({ id: text(64) }), async ({ id: wanted }): Promise<Shown> => {
  const lead = await Consent.read(Leads, wanted);
  return (await Render.rendering(Leads)).whole(lead);
});

/** How the caller is shown leads, for work whose answer holds one. */
export const showing = async (): Promise<(lead: LeadRecord) => Shown> => (await Render.rendering(Leads)).masked;

/** With what is sealed in the clear, whoever asks: for work that keeps it sealed, and shows it to nobody. */
export const whole = async (wanted: string): Promise<LeadRecord> =>
  SealedDetail.opened(await read(wanted), await sealingsNow(Leads));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<LeadRecord> => Records.read(Leads, wanted);

const filters = {
  status: master(LEAD_STATUSES).optional(),
  source: master(LEAD_SOURCES).optional(),
  owner: text(64).optional().describe("Id of the owner, or `none` for leads that wait to be taken"),
  rating: oneOf(ratings).optional(),
  min_score: query.int(0, 100).optional().describe("Sorted by lead_score unless told otherwise"),
  is_converted: query.boolean().optional(),
  product_line: master(PRODUCT_LINES, "code").optional(),
  contact_due_by: instant()
    .optional()
    .describe("next_contact_date up to then, most urgent first; in its order unless told otherwise"),
  paths: pathParameters(),
};

const Query = listSchema(Leads, filters);

export const list = fn(Query, async (input): Promise<Page<LeadRecord>> => listRecords(Leads, await asked(input)));

/** What a list of leads is asked for. */
export async function asked(input: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireSeen("lead", input);
  const { contact_due_by, ...rest } = await Master.resolveAll(Query.shape, input, input);
  const isOfConversion = Object.keys(rest).some((name) => /^converted_date\[[gl]te?\]$/.test(name));
  const ofFilters = rest.min_score !== undefined ? "lead_score" : isOfConversion ? "converted_date" : undefined;
  const own = contact_due_by ? "next_contact_date" : ofFilters;
  const order = rest.order ?? (rest.sort === undefined && contact_due_by ? "asc" : undefined);
  return {
    ...queryOf(Leads, { ...rest, sort: rest.sort ?? own, order }),
    until: contact_due_by ? { index: "by_date", to: `${contact_due_by}.9` } : undefined,
  };
}

/** What an export has to know of the list. */
export const listed = { collection: Leads, query: Query, asked, info: Info, fields };

export const OfPerson = listSchema(Leads, {});

/** The leads of a person, under every id that they have been known by. */
export const listOf = async (persons: readonly string[], query: z.output<typeof OfPerson>) =>
  listRecords(Leads, { ...(await askedOfPerson(query)), within: persons });

export const askedOfPerson = async (input: z.output<typeof OfPerson>): Promise<ListQuery> =>
  queryOf(Leads, await Master.resolveAll(OfPerson.shape, input, input));

/** A person has few leads: so many are read at once to know which of them the caller may see. */
const MOST_OF_PERSON = 1000;
/** The newest ones, of which mostly one is open. */
const SOME_OF_PERSON = 20;

/** The leads of a person that the caller may see, newest first. */
export async function seenOf(persons: readonly string[]): Promise<LeadRecord[]> {
  const [visible, leads] = await Promise.all([useContext().visible(), allOf(persons)]);
  return leads.filter((lead) => visible === "all" || visible.has(Leads.ownerOf(lead) ?? ""));
}

/** The leads of a person, newest first, as lists show them. */
export async function allOf(persons: readonly string[]): Promise<LeadRecord[]> {
  const reading = { order: "desc", after: undefined, chunk: MOST_OF_PERSON } as const;
  const leads: LeadRecord[] = [];
  for await (const row of merged(Leads, partitionsWithin(persons), reading))
    if (leads.push(Leads.fromRow(row)) >= MOST_OF_PERSON) break;
  return leads;
}

/** The newest lead of a person that is not converted, whoever may see it; strongly consistent. */
export async function newestOpenOf(persons: readonly string[]): Promise<LeadRecord | undefined> {
  const reading = { order: "desc", after: undefined, chunk: SOME_OF_PERSON, consistent: true } as const;
  let looked = 0;
  for await (const row of merged(Leads, partitionsWithin(persons), reading)) {
    const lead = Leads.fromRow(row);
    if (!lead.is_converted) return lead;
    if (++looked >= MOST_OF_PERSON) break;
  }
  return undefined;
}

/** Those of these leads that the caller may see, as lists show them; eventually consistent. */
export async function seenAmong(ids: readonly string[]): Promise<LeadRecord[]> {
  const keys = ids.map((id) => recordKey(useTenant(), id));
  const [items, visible] = await Promise.all([getAll(keys, { consistent: false, only: "row" }), useContext().visible()]);
  const leads = items.flatMap((item, at) => (item ? [Leads.fromRow({ key: ids[at] as string, row: item.row })] : []));
  return leads.filter((lead) => !lead.deleted_at && (visible === "all" || visible.has(Leads.ownerOf(lead) ?? "")));
}

/** A page of leads that were brought together otherwise; `bound` says that there may be more. */
export const pageAmong = (query: ListQuery, leads: readonly LeadRecord[], bound: boolean): Promise<Page<LeadRecord>> =>
  listHere(Leads, query, leads, bound);

export const replace = fn(
  z.strictObject({ ...fields, ...named, custom_fields: CustomFields.given("lead", "whole"), id: text(64) }),
  ({ id: wanted, full_name, owner_id, custom_fields, ...input }) =>
    edit(
      wanted,
      {
        ...filled(fields, namesOf({ full_name, ...Consent.takingNothingBack(input) })),
        product_line: input.product_line,
      },
      owner_id,
      custom_fields,
      {},
    ),
  async ({ id: wanted = "", full_name, owner_id: _owner, custom_fields, ...read }, unread) => {
    const current = await Records.find(Leads, wanted);
    const how = { current, named: !naming.some((field) => unread.has(field)) };
    if (current) await inForm(namesOf({ full_name, ...read }), unread.has("custom_fields") ? null : custom_fields, how);
  },
);

const Patch = patchOf({ ...fields, full_name: named.full_name, owner_id: named.owner_id }).extend({
  custom_fields: CustomFields.given("lead", "patch"),
  id: text(64),
});

export const update = fn(
  Patch,
  ({ id: wanted, full_name, owner_id, custom_fields, ...patch }) =>
    edit(wanted, patched(fields, namesOf({ full_name, ...patch })), owner_id, custom_fields, { patch: true }),
  async ({ id: wanted = "", full_name: _name, owner_id: _owner, custom_fields, ...patch }) => {
    const current = await Records.find(Leads, wanted);
    if (current) await inForm(patched(fields, patch), custom_fields, { current, patch: true });
  },
);

function edit(
  wanted: string,
  input: Partial<Filled<typeof fields>>,
  owner: string | null | undefined,
  custom: CustomFields.Given,
  how: CustomFields.How,
): Promise<Shown> {
  return change(wanted, async (current, tx, about) => {
    const { input: changes, custom_fields } = await inForm(input, custom, { ...how, current });
    const { edit: heard, evidence } = await Consent.heardIn(LEAD, current, input);
    const next: LeadRecord = {
      ...current,
      ...changes,
      ...evidence,
      custom_fields,
      currency: changes.currency ?? (input.currency === null ? useSettings().currency : current.currency),
      lead_status_id:
        changes.lead_status_id ?? (("lead_status_id" in input && Master.fallback(LEAD_STATUSES)) || current.lead_status_id),
    };
    if (owner !== undefined) next.owner_id = await ownerOfChange(current, owner);
    told(tx, current, requireOne(next, enough));
    about.person = await attachPoints(tx, current, next, {
      lead_id: current.id,
      edit: heard,
    });
    next.territory_rule = Territory.explained(current, next.territory_id ?? null);
    return rescored(tx, current, withDates(current, await withSealed(next, current)));
  });
}

/** What is sealed of the details, in the lead's vault; by those who see masks alone what they leave out stays. */
const withSealed = async (lead: LeadRecord, before: LeadRecord | null): Promise<LeadRecord> =>
  SealedDetail.sealed(lead, before, await sealingsNow(Leads), { blind: !may(personGrants.sensitive) });

/** As Records.change; the answer is as the caller sees the lead. */
const change = async (wanted: string, edit: Consent.Edit<LeadRecord>, options: { deleted?: boolean } = {}): Promise<Shown> =>
  Consent.change(Leads, wanted, edit, { ...options, answer: await showing() });

export const setStatus = fn(
  z.strictObject({ id: text(64), lead_status_id: master(LEAD_STATUSES) }),
  ({ id: wanted, lead_status_id }) =>
    change(wanted, async (current) => {
      const next = await Master.resolve(LEAD_STATUSES, lead_status_id, "lead_status_id", current.lead_status_id);
      return withDates(current, { ...current, lead_status_id: next });
    }),
);

export const remove = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) =>
  change(wanted, async (current) => ({ ...current, deleted_at: Clock.now() })),
);

export const restore = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) =>
  change(
    wanted,
    async (current, tx) => {
      // What happened meanwhile left it alone.
      return scoredAnew(tx, { ...(await Records.comingBack(Leads, current, tx)), deleted_at: null });
    },
    { deleted: true },
  ),
);

/** Gives the lead to a user; `null` lets it wait to be taken. */
export const assign = fn(z.strictObject({ id: text(64), owner_id: id(USER).nullable() }), ({ id: wanted, owner_id }) =>
  give(wanted, owner_id),
);

/** As `assign`, for work that tells the history how it came to that. */
export async function give(wanted: string, owner_id: string | null, why?: History.Why): Promise<Shown> {
  if (owner_id) await User.requireOwner(owner_id, "owner_id");
  return change(wanted, (current, tx) => told(tx, current, { ...current, owner_id }, why));
}

/** Tells the history where a lead has another owner than before. */
function told(tx: Transaction, before: LeadRecord, after: LeadRecord, why: History.Why = History.byHand): LeadRecord {
  if (after.owner_id !== before.owner_id) History.record(tx, before, after.owner_id, why);
  return after;
}

/** What a lead became. */
export interface Converted {
  converted_date: string;
  converted_customer_id: string;
  converted_contact_id: string;
  converted_opportunity_id: string;
}

/** Says of a lead what it became, once and for good; joins the transaction that makes the records. */
export function convert(tx: Transaction, lead: LeadRecord, became: Converted): LeadRecord {
  const converted_day = dayIn(useSettings().timezone, became.converted_date);
  const next = Records.nextVersion(lead, { ...lead, ...became, converted_day, is_converted: true, rescore_at: null });
  tx.replace(Leads, lead, next);
  return next;
}

/** Something happened with the lead at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, lead: LeadRecord, at: string): void => Records.touch(tx, Leads, lead, at);

/** Reminds the owner of a contact that is due, once for each date; at `lead.reminder_due`, twice and late too. */
export const remind = (wanted: string, due_at: string): Promise<void> =>
  Clocks.attend(Leads, wanted, "reminder", due_at, (lead) => ({ ...lead, follow_up_reminded_at: due_at }));

export const matching = async () => (await import("./matching.ts")).matching();

/** The product lines, and the schema of each one's detail. */
export const describeLines = fn(z.strictObject({}), async () => [...described(), ...(await OwnLines.described())]);
export const Lines = z.array(Described);

/** The instants that follow from what changed. */
function withDates(current: LeadRecord, next: LeadRecord): LeadRecord {
  const status_changed_at = next.lead_status_id === current.lead_status_id ? current.status_changed_at : Clock.now();
  const qualified_date = next.is_qualified ? (current.qualified_date ?? Clock.now()) : null;
  return { ...next, status_changed_at, qualified_date };
}

/** Scored anew where what scores go by has changed. */
async function rescored(tx: Transaction, current: LeadRecord, next: LeadRecord): Promise<LeadRecord> {
  return scoredFields.every((field) => next[field] === current[field]) ? next : scoredAnew(tx, next);
}

async function scoredAnew(tx: Transaction, lead: LeadRecord): Promise<LeadRecord> {
  if (lead.is_converted || lead.score_model === "manual") return lead;
  return withScore(tx, lead, await scoreKept(lead), "FACTS");
}

/** The lead with a score, which its history tells where it is another. */
export function withScore(
  tx: Transaction,
  lead: LeadRecord,
  decision: Score.Decision,
  cause: Score.Cause,
  reason?: string | null,
): LeadRecord {
  const after = Score.onLead(decision);
  const isSame = (["lead_score", "rating", "score_model"] as const).every((field) => after[field] === lead[field]);
  if (isSame && after.rescore_at === lead.rescore_at) return lead;
  if (!isSame) Score.record(tx, lead, Score.reached(decision, cause, reason));
  return { ...lead, ...after };
}

async function ownerOfNew(given: string | null | undefined): Promise<string | null> {
  const actor = useActor();
  if (given === undefined) return actor.type === "user" && useSettings().new_lead_owner === "creator" ? actor.id : null;
  return ownerOfChange({ owner_id: null }, given);
}

const ownerOfChange = (current: Pick<LeadRecord, "owner_id">, owner: string | null): Promise<string | null> =>
  User.ownerOfChange(current.owner_id, owner, leadGrants.assign, "leads");

/** The id of the lead with a number, of those that the caller sees. */
export const numbered = (number: string): Promise<string | undefined> => withNumber(Leads, "lead_number", number);

export * as Lead from "./lead.ts";
