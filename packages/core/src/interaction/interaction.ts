import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useActor, useActorId, useSettings } from "../kernel/context.ts";
import { type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { ownerOf } from "../kernel/id.ts";
import type { Page } from "../kernel/page.ts";
import { type Filled, filled, id, instant, master, oneOf, patched, patchOf, reference, text } from "../kernel/schema.ts";
import { dayIn } from "../kernel/zone.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { Master } from "../masters/master.ts";
import { PERSON } from "../person/person.domain.ts";
import { Person } from "../person/person.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { partitionsWithin, timeBounds } from "../storage/read/plan.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { keysBehind, merged } from "../storage/read/scan.ts";
import { momentsOf } from "../storage/read/timeline.ts";
import { Visible } from "../storage/read/visibility.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { User } from "../user/user.ts";
import { INTERACTION } from "./interaction.domain.ts";
import { fields, type InteractionRecord, Interactions, Stored } from "./interaction.entity.ts";
import { COMMUNICATION_CHANNELS, COMMUNICATION_TYPES, INTERACTION_TYPES } from "./interaction.masters.ts";
import { directions, type Judgement, judged } from "./interaction.rules.ts";
import { customerOf } from "./with-whom.ts";

/**
 * Everything that happened with a person, on any channel: written down by staff, or by the public intake. It lives with
 * its person, in order of its date, and is seen by whoever sees a record that it names, or, naming none, the person.
 */

export const Info = Stored;
export const Row = rowOf(Stored, Interactions.definition.row);

export const Create = z.strictObject({
  personal_key_id: id(PERSON)
    .optional()
    .describe("The person, or else their external_key; nobody where it was with a customer alone"),
  external_key: text(255).optional(),
  ...fields,
});

/** Any one of which says whom it was with. */
export const naming = ["personal_key_id", "external_key", "customer_id"] as const;

/** What is said of an interaction whose person is known. */
export const Input = z.strictObject(fields);

type Named = Pick<z.output<typeof Create>, "personal_key_id" | "external_key" | "customer_id" | "lead_id">;

/**
 * A new interaction, not yet written: of a living person under all of their ids, theirs first, or of nobody in particular. Who is
 * `isNew` is nobody's contact yet.
 */
export async function prepare(
  input: z.output<typeof Input>,
  persons: readonly string[],
  { isNew = false }: { isNew?: boolean } = {},
): Promise<InteractionRecord> {
  const [personId = null] = persons;
  const interaction_date = input.interaction_date ?? Clock.now();
  const at = Date.parse(interaction_date);
  if (at > Clock.ms() + Clock.AHEAD) throw invalid("interaction_date", "More than a day ahead");
  if (at < 0) throw invalid("interaction_date", "Before 1970");
  const isUnsaid = input.customer_id === undefined && personId !== null && !isNew;
  const stored = { ...filled(fields, input), interaction_date, ...(isUnsaid ? { customer_id: await customerOf(persons) } : {}) };
  const actor = useActor();
  const known = await checked(
    { ...stored, owner_id: input.owner_id === undefined && actor.type === "user" ? actor.id : stored.owner_id },
    persons,
    { own: isUnsaid ? ["customer_id"] : [] },
  );
  const born = Records.born(
    Interactions,
    {
      ...known,
      communication_type_id: known.communication_type_id ?? (await communicatedBy(known.interaction_type_id)),
      personal_key_id: personId,
      interaction_date,
      interaction_day: dayIn(useSettings().timezone, interaction_date),
      recorded_by: useActorId(),
      sentiment_history: historyOf(known, []),
      follow_up_activity_id: null,
    },
    { ...(personId === null ? {} : { owner: personId }), at },
  );
  // Its id tells when it happened; when it was written down is now.
  return { ...born, created_at: Clock.now(), updated_at: Clock.now() };
}

export const add = (tx: Transaction, interaction: InteractionRecord): Transaction => tx.create(Interactions, interaction);

/**
 * All ids of the living person that an input names, whom the caller sees, or whose lead they do; of what was with a customer alone
 * there is none.
 */
export async function personsOf({ personal_key_id, external_key, customer_id, lead_id }: Named): Promise<readonly string[]> {
  const vouched = personal_key_id !== undefined && Boolean(lead_id) && (await isLeadOf(lead_id as string, personal_key_id));
  const person = await Person.personNamed({ personal_key_id, external_key, vouched });
  requireSomebody({ personal_key_id: person?.id, customer_id });
  return person ? Person.idsOf(person) : [];
}

/** An interaction is with somebody. */
export function requireSomebody({ personal_key_id, external_key, customer_id }: Named): void {
  if (!personal_key_id && !external_key && !customer_id)
    throw invalid("personal_key_id", "Required, or external_key, or the customer_id of a company");
}

/** The communication type that is called as the type of an interaction; null where there is none. */
async function communicatedBy(type: string): Promise<string | null> {
  const known = await Master.find(INTERACTION_TYPES, type);
  return (known && (await Master.named(COMMUNICATION_TYPES, known.code))) ?? null;
}

export const get = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => Records.read(Interactions, wanted));

const filters = {
  person: id(PERSON).optional().describe("Under every id that the person has had"),
  lead: id(LEAD).optional(),
  customer: reference().optional(),
  opportunity: reference().optional(),
  ticket: reference().optional(),
  campaign: reference().optional(),
  type: master(INTERACTION_TYPES).optional(),
  channel: master(COMMUNICATION_CHANNELS, "code").optional(),
  direction: oneOf(directions).optional(),
  from: instant().optional().describe("Only what happened then or later"),
  to: instant().optional().describe("Only what happened then or earlier"),
};

export const Query = listSchema(Interactions, filters);

export const list = fn(Query, async (input): Promise<Page<InteractionRecord>> => listRecords(Interactions, await asked(input)));

/** What a list of interactions is asked for. */
export async function asked(input: z.output<typeof Query>): Promise<ListQuery> {
  const { person, from, to, ...rest } = input;
  if (from && to && to < from) throw invalid("to", "Before from");
  const [known, living] = await Promise.all([Master.resolveAll(Query.shape, rest, rest), person && Person.living(person)]);
  const ids = person && (living ? Person.idsOf(living) : [person]);
  return {
    ...queryOf(Interactions, known),
    ...(ids ? { within: ids } : {}),
    between: from || to ? { from, to } : undefined,
  };
}

/** What an export has to know of the list. */
export const listed = { collection: Interactions, query: Query, asked, info: Info, fields };

export const replace = fn(z.strictObject({ ...fields, id: text(64) }), ({ id: wanted, owner_id, ...input }) =>
  edit(wanted, filled(fields, { ...input, owner_id }), owner_id),
);

export const update = fn(patchOf(fields).extend({ id: text(64) }), ({ id: wanted, ...patch }) =>
  edit(wanted, patched(fields, patch), patch.owner_id),
);

export const remove = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => Records.remove(Interactions, wanted));

export const restore = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => Records.restore(Interactions, wanted));

/** Interactions of a person that are passed over because they were with another customer. */
const MOST_PASSED = 200;

/**
 * The newest interactions with a customer from an instant on: those that name it and, of `persons` under all of their ids,
 * those that name none.
 */
export async function recentOf(
  { persons, customer }: { persons: readonly string[]; customer: string },
  from: string,
  most: number,
): Promise<InteractionRecord[]> {
  const named = { index: "by_related" as const, facets: { customer_id: customer } };
  const bounds = timeBounds(INTERACTION, { from });
  const partitions = [named, ...partitionsWithin(persons)].map((each) => ({ ...each, ...bounds }));
  const ids = new Set<string>();
  let count = 0;
  for await (const { key, row } of merged(Interactions, partitions, { order: "desc", after: undefined, chunk: most })) {
    const { customer_id } = Interactions.fromRow({ key, row });
    if (customer_id === null || customer_id === customer) ids.add(key);
    if (ids.size === most || ++count === MOST_PASSED) break;
  }
  const found = (await Records.loadMany(Interactions, [...ids], { live: true })).filter(
    (interaction) => interaction !== undefined,
  );
  return Visible.among(Interactions, found);
}

/** So many go into one transaction, with room for what else belongs to it. */
const MOST_JOINED = 50;

/**
 * Lets the next interactions of a lead, behind `after`, name the customer and opportunity that it became, where they name none:
 * adds their next versions to the transaction, and gives the id behind which to go on, or undefined at the end.
 */
export async function join(
  tx: Transaction,
  lead: string,
  to: { customer_id: string; opportunity_id: string },
  after?: string,
): Promise<string | undefined> {
  const partition = { index: "by_owner" as const, facets: { lead_id: lead } };
  const ids = await keysBehind(Interactions, [partition], { order: "asc", after, most: MOST_JOINED });
  for (const interaction of await Records.loadMany(Interactions, ids, { live: true })) {
    if (interaction?.lead_id !== lead) continue;
    const { customer_id, opportunity_id } = interaction;
    if (customer_id && opportunity_id) continue;
    const joined = {
      ...interaction,
      customer_id: customer_id ?? to.customer_id,
      opportunity_id: opportunity_id ?? to.opportunity_id,
    };
    tx.replace(Interactions, interaction, Records.nextVersion(interaction, joined));
  }
  return ids.length === MOST_JOINED ? ids.at(-1) : undefined;
}

/** Joins the transaction that makes the activity which follows from it. */
export function followedUp(tx: Transaction, interaction: InteractionRecord, activityId: string): InteractionRecord {
  const next = Records.nextVersion(interaction, { ...interaction, follow_up_activity_id: activityId });
  tx.replace(Interactions, interaction, next);
  return next;
}

function edit(
  wanted: string,
  { interaction_date, ...input }: Partial<Filled<typeof fields>>,
  owner: string | null | undefined,
): Promise<InteractionRecord> {
  return Records.change(Interactions, wanted, async (current) => {
    if (interaction_date && interaction_date !== current.interaction_date) {
      throw invalid("interaction_date", "It stays: delete the interaction and write it down again");
    }
    const changes = owner === undefined ? { ...input, owner_id: current.owner_id } : input;
    const person = current.personal_key_id ? await Person.living(current.personal_key_id) : undefined;
    const known = await checked({ ...current, ...changes }, person ? Person.idsOf(person) : [], { before: current });
    return { ...known, sentiment_history: historyOf(known, current.sentiment_history) };
  });
}

type Checked = Omit<Filled<typeof fields>, "interaction_date">;

/** Whom and what it names, by id and code; only what is new is looked at, and all that is wrong is said at once. */
async function checked<T extends Checked>(
  next: T,
  persons: readonly string[],
  { before, own: looked = [] }: { before?: InteractionRecord; own?: readonly string[] } = {},
): Promise<T> {
  const details: Detail[] = [];
  const { owner_id, lead_id } = next;
  const isForeign = lead_id && lead_id !== before?.lead_id && !persons.includes(ownerOf(lead_id));
  if (isForeign) details.push({ field: "lead_id", message: "The lead of another person" });
  const own = ["owner_id", ...looked, ...(isForeign ? ["lead_id"] : [])];
  const [resolved] = await Promise.all([
    gathered(details, Master.resolveAll(fields, next, before, { own }), next),
    owner_id && owner_id !== before?.owner_id ? gathered(details, User.requireOwner(owner_id, "owner_id"), undefined) : undefined,
  ]);
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

/** Whether a lead that the caller sees is of the person, under any of their ids. */
async function isLeadOf(lead: string, person: string): Promise<boolean> {
  if (!(await Records.isShown(LEAD, lead))) return false;
  const living = await Person.living(ownerOf(lead));
  return living !== undefined && Person.idsOf(living).includes(person);
}

const historyOf = (known: Checked, history: readonly Judgement[]): Judgement[] => {
  const { sentiment, sentiment_score, sentiment_source: source } = known;
  return judged(history, { sentiment, sentiment_score, at: Clock.now(), by: useActorId(), source });
};

/** What a timeline shows of an interaction. */
export const moments = momentsOf(Interactions, {
  title: (interaction) => interaction.subject ?? "",
  by: (interaction) => interaction.recorded_by,
});

export * as Interaction from "./interaction.ts";
