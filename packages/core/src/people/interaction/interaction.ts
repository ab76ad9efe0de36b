import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActor, useActorId, useSettings } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { collectionOwner } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import {
  IdInput,
  id,
  instant,
  master,
  oneOf,
  patchSchema,
  reference,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Master } from "../../platform/master-data/master.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { listKeysAfter, queryPartitions } from "../../storage/read/partition-query.ts";
import { personPartitions, toIdBounds } from "../../storage/read/query-plan.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { PERSON } from "../person/person.kind.ts";
import { Person } from "../person/person.ts";
import { inferCustomer } from "./customer-inference.ts";
import { fields, type InteractionRecord, Interactions, Stored } from "./interaction.entity.ts";
import { INTERACTION } from "./interaction.kind.ts";
import { COMMUNICATION_CHANNELS, COMMUNICATION_TYPES, INTERACTION_TYPES } from "./interaction.masters.ts";
import { appendJudgement, directions, type Judgement } from "./interaction.rules.ts";

/**
 * Interactions: contacts with a person on any channel, recorded by staff or by the public intake. They are stored with the person
 * in the order of their dates. An interaction is visible to users who see a record that it names; if it names none, to users who see
 * the person.
 */

export const Info = Stored;
export const Row = rowSchema(Stored, Interactions.definition.row);

export const Create = z.strictObject({
  personal_key_id: id(PERSON)
    .optional()
    .describe("The person, here or by external key. Empty if the interaction was with a customer only"),
  external_key: text(255).optional(),
  ...fields,
});

/** At least one of these fields must name the counterpart. */
export const identifyingFields = ["personal_key_id", "external_key", "customer_id"] as const;

/** The fields of an interaction whose person is already known. */
export const Input = z.strictObject(fields);

type PersonReference = Pick<z.output<typeof Create>, "personal_key_id" | "external_key" | "customer_id" | "lead_id">;

/**
 * Builds a new interaction without writing it. `persons` are all ids of a live person, the present one first, or empty for none.
 * With `isNew` the person was just created, so no customer is inferred. The caller answers for the references in the `own` fields.
 */
export async function prepare(
  input: z.output<typeof Input>,
  persons: readonly string[],
  { isNew = false, checkedFields = [] }: { isNew?: boolean; checkedFields?: readonly string[] } = {},
): Promise<InteractionRecord> {
  const [personId = null] = persons;
  const interaction_date = input.interaction_date ?? Clock.now();
  const dateMs = Date.parse(interaction_date);
  if (dateMs > Clock.ms() + Clock.MAX_FUTURE_MS) throw invalid("interaction_date", "Must be at most one day ahead");
  if (dateMs < 0) throw invalid("interaction_date", "Must not be before 1970");
  const isUnsaid = input.customer_id === undefined && personId !== null && !isNew;
  const stored = {
    ...toStoredFields(fields, input),
    interaction_date,
    ...(isUnsaid ? { customer_id: await inferCustomer(persons) } : {}),
  };
  const actor = useActor();
  const values = await validateFields(
    { ...stored, owner_id: input.owner_id === undefined && actor.type === "user" ? actor.id : stored.owner_id },
    persons,
    { checkedFields: isUnsaid ? [...checkedFields, "customer_id"] : checkedFields },
  );
  const createdInteraction = Records.init(
    Interactions,
    {
      ...values,
      communication_type_id: values.communication_type_id ?? (await findCommunicationType(values.interaction_type_id)),
      personal_key_id: personId,
      interaction_date,
      interaction_day: instantToDay(useSettings().timezone, interaction_date),
      recorded_by: useActorId(),
      sentiment_history: buildHistory(values, []),
      follow_up_activity_id: null,
    },
    { ...(personId === null ? {} : { owner: personId }), at: dateMs },
  );
  // The id contains the time of the interaction. created_at is now.
  return { ...createdInteraction, created_at: Clock.now(), updated_at: Clock.now() };
}

export const add = (tx: Transaction, interaction: InteractionRecord): Transaction => tx.create(Interactions, interaction);

/**
 * Returns all ids of the live person that an input names. The caller must see the person, or the lead of theirs that the input
 * names. Empty for an interaction with a customer alone.
 */
export async function resolvePersonIds({
  personal_key_id,
  external_key,
  customer_id,
  lead_id,
}: PersonReference): Promise<readonly string[]> {
  const vouched =
    personal_key_id !== undefined && Boolean(lead_id) && (await isLeadForPerson(lead_id as string, personal_key_id));
  const person = await Person.resolveReference({ personal_key_id, external_key, vouched });
  requireCounterpart({ personal_key_id: person?.id, customer_id });
  return person ? Person.listIds(person) : [];
}

/** Refuses an interaction without a person or customer. */
export function requireCounterpart({ personal_key_id, external_key, customer_id }: PersonReference): void {
  if (!personal_key_id && !external_key && !customer_id)
    throw invalid("personal_key_id", "Required, unless external_key or the customer_id of a company is given");
}

/** Returns the communication type with the same code as an interaction type; null if there is none. */
async function findCommunicationType(type: string): Promise<string | null> {
  const typeRecord = await Master.find(INTERACTION_TYPES, type);
  return (typeRecord && (await Master.findByName(COMMUNICATION_TYPES, typeRecord.code))) ?? null;
}

export const get = fn(IdInput, ({ id: interactionId }) => Records.read(Interactions, interactionId));

const filters = {
  person: id(PERSON).optional().describe("Includes interactions under all ids that the person has had"),
  lead: id(LEAD).optional(),
  customer: reference().optional(),
  opportunity: reference().optional(),
  ticket: reference().optional(),
  campaign: reference().optional(),
  type: master(INTERACTION_TYPES).optional(),
  channel: master(COMMUNICATION_CHANNELS, "code").optional(),
  direction: oneOf(directions).optional(),
  from: instant().optional().describe("Only interactions at or after this time"),
  to: instant({ day: "last" }).optional().describe("Only interactions at or before this time"),
};

export const Query = listSchema(Interactions, filters);

export const list = fn(
  Query,
  async (input): Promise<Page<InteractionRecord>> => listRecords(Interactions, await listQuery(input)),
);

/** Builds the list query. */
export async function listQuery(input: z.output<typeof Query>): Promise<ListQuery> {
  const { person, from, to, ...rest } = input;
  if (from && to && to < from) throw invalid("to", "Must not be before from");
  const [filterValues, living] = await Promise.all([
    Master.resolveAll(Query.shape, rest, rest),
    person && Person.resolveMerged(person),
  ]);
  const ids = person && (living ? Person.listIds(living) : [person]);
  return {
    ...buildListQuery(Interactions, filterValues),
    ...(ids ? { personIds: ids } : {}),
    timeRange: from || to ? { from, to } : undefined,
  };
}

/** The definition of the list for exports. */
export const listDefinition = {
  collection: Interactions,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, recorded_by: id(USER) },
  maxIdSkewMs: Clock.MAX_FUTURE_MS,
};

export const replace = fn(z.strictObject({ ...fields, id: text(64) }), ({ id: interactionId, owner_id, ...input }) =>
  editInteraction(interactionId, toStoredFields(fields, { ...input, owner_id }), owner_id),
);

export const update = fn(patchSchema(fields).extend({ id: text(64) }), ({ id: interactionId, ...patch }) =>
  editInteraction(interactionId, toStoredPatch(fields, patch), patch.owner_id),
);

export const remove = fn(IdInput, ({ id: interactionId }) => Records.remove(Interactions, interactionId));

export const restore = fn(IdInput, ({ id: interactionId }) => Records.restore(Interactions, interactionId));

/** Maximum number of rows read, because some are with other customers. */
const MAX_SKIPPED = 200;

/**
 * Lists the newest interactions with a customer from an instant on: those that name it, and those of `persons` (all ids) that name
 * no customer.
 */
export async function listRecent(
  { persons, customer }: { persons: readonly string[]; customer: string },
  from: string,
  limit: number,
): Promise<InteractionRecord[]> {
  const customerPartition = { index: "by_related" as const, facets: { customer_id: customer } };
  const bounds = toIdBounds(INTERACTION, { from });
  const partitions = [customerPartition, ...personPartitions(persons)].map((partition) => ({ ...partition, ...bounds }));
  const ids = new Set<string>();
  let count = 0;
  for await (const { key, row } of queryPartitions(Interactions, partitions, { order: "desc", after: undefined, chunk: limit })) {
    const { customer_id } = Interactions.fromRow({ key, row });
    if (customer_id === null || customer_id === customer) ids.add(key);
    if (ids.size === limit || ++count === MAX_SKIPPED) break;
  }
  const interactions = (await Records.loadMany(Interactions, [...ids], { live: true })).filter(
    (interaction) => interaction !== undefined,
  );
  return Visibility.filterVisible(Interactions, interactions);
}

/** Interactions changed in one transaction, which leaves space for other writes. Each may bring its checkpoint back from the archive. */
const MAX_LINKED = 25;

/**
 * Adds the customer and opportunity of a converted lead to its next interactions that have none: adds one batch after `after` to
 * the transaction. Returns the id after which the next call continues, or undefined at the end.
 */
export async function linkLeadInteractions(
  tx: Transaction,
  lead: string,
  to: { customer_id: string; opportunity_id: string },
  after?: string,
): Promise<string | undefined> {
  const partition = { index: "by_owner" as const, facets: { lead_id: lead } };
  const ids = await listKeysAfter(Interactions, [partition], { order: "asc", after, limit: MAX_LINKED });
  for (const interaction of await Records.loadMany(Interactions, ids, { live: true })) {
    if (interaction?.lead_id !== lead) continue;
    const { customer_id, opportunity_id } = interaction;
    if (customer_id && opportunity_id) continue;
    const nextInteraction = {
      ...interaction,
      customer_id: customer_id ?? to.customer_id,
      opportunity_id: opportunity_id ?? to.opportunity_id,
    };
    tx.replace(Interactions, interaction, Records.nextVersion(interaction, nextInteraction));
  }
  return ids.length === MAX_LINKED ? ids.at(-1) : undefined;
}

/** Adds the reference to a new follow-up activity to the transaction that creates the activity. */
export function linkFollowUp(tx: Transaction, interaction: InteractionRecord, activityId: string): InteractionRecord {
  const next = Records.nextVersion(interaction, { ...interaction, follow_up_activity_id: activityId });
  tx.replace(Interactions, interaction, next);
  return next;
}

function editInteraction(
  interactionId: string,
  { interaction_date, ...input }: Partial<StoredFields<typeof fields>>,
  owner: string | null | undefined,
): Promise<InteractionRecord> {
  return Records.change(Interactions, interactionId, async (current) => {
    if (interaction_date && interaction_date !== current.interaction_date) {
      throw invalid("interaction_date", "Cannot be changed: delete the interaction and create another");
    }
    const changes = owner === undefined ? { ...input, owner_id: current.owner_id } : input;
    const person = current.personal_key_id ? await Person.resolveMerged(current.personal_key_id) : undefined;
    const validFields = await validateFields({ ...current, ...changes }, person ? Person.listIds(person) : [], {
      before: current,
    });
    return { ...validFields, sentiment_history: buildHistory(validFields, current.sentiment_history) };
  });
}

type InteractionFields = Omit<StoredFields<typeof fields>, "interaction_date">;

/** Resolves and checks the references of an interaction, only the changed ones. Reports all errors in one answer. */
async function validateFields<T extends InteractionFields>(
  next: T,
  persons: readonly string[],
  { before, checkedFields: extraFields = [] }: { before?: InteractionRecord; checkedFields?: readonly string[] } = {},
): Promise<T> {
  const details: ErrorDetail[] = [];
  const { owner_id, lead_id } = next;
  const isForeign = lead_id && lead_id !== before?.lead_id && !persons.includes(collectionOwner(lead_id));
  if (isForeign) details.push({ field: "lead_id", message: "The lead belongs to another person" });
  const checkedFields = ["owner_id", ...extraFields, ...(isForeign ? ["lead_id"] : [])];
  const [resolved] = await Promise.all([
    collectDetails(details, Master.resolveAll(fields, next, before, { checkedFields }), next),
    owner_id && owner_id !== before?.owner_id
      ? collectDetails(details, User.requireOwner(owner_id, "owner_id"), undefined)
      : undefined,
  ]);
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}

/** Tells whether a lead belongs to the person, under any of the person's ids, and the caller sees the lead. */
async function isLeadForPerson(lead: string, person: string): Promise<boolean> {
  if (!(await Records.isVisible(LEAD, lead))) return false;
  const living = await Person.resolveMerged(collectionOwner(lead));
  return living !== undefined && Person.listIds(living).includes(person);
}

const buildHistory = (interaction: InteractionFields, history: readonly Judgement[]): Judgement[] => {
  const { sentiment, sentiment_score, sentiment_source } = interaction;
  return appendJudgement(history, { sentiment, sentiment_score, at: Clock.now(), by: useActorId(), source: sentiment_source });
};

/** The timeline entries of interactions. */
export const timelineSource = buildTimelineSource(Interactions, {
  title: (interaction) => interaction.subject ?? "",
  readActor: (interaction) => interaction.recorded_by,
});

export * as Interaction from "./interaction.ts";
