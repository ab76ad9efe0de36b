import * as z from "zod";
import * as Amount from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll, requireAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import {
  anyOf,
  IdInput,
  id,
  master,
  patchSchema,
  reference,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Person } from "../../people/person/person.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { forgetValues, loadValues } from "../../platform/master-data/values.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema, MAX_READ_ROWS } from "../../storage/read/list.ts";
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
import { fields, type PotentialRecord, Potentials, Stored } from "./potential.entity.ts";
import { potentialGrants } from "./potential.kind.ts";
import { POTENTIAL_STAGES, POTENTIAL_STATUSES } from "./potential.masters.ts";
import { describeOutcome, statusStage } from "./potential.rules.ts";

/**
 * Potentials: possible purchases of a person who is not a customer yet. A potential is stored in the collection of its person, and is
 * converted to an order or an opportunity at most once.
 */

export const Info = Stored.omit({ status_stage: true }).extend({ custom_fields: CustomFields.outputSchema("potential") });
export const Row = rowSchema(
  Info,
  Potentials.definition.row.filter((field) => field !== "status_stage"),
).extend(CustomFields.rowShape("potential"));

const ownerFields = { assigned_to: User.newOwner() };

export const Create = z
  .strictObject({
    ...fields,
    ...ownerFields,
    personal_key_id: id(PERSON).optional().describe("The person. Cannot be changed"),
    external_key: text(255).optional().describe("Key of the person in another system"),
    custom_fields: CustomFields.inputSchema("potential", "whole"),
  })
  .meta(anyOf(["personal_key_id", "external_key"]));

type Input = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => {
    const decided = await planCreation(input);
    return retryOnConflict(async () => {
      const tx = transaction();
      const potential = await buildPotential(tx, input, decided);
      return tx.create(Potentials, potential).commit(potential);
    });
  },
  async ({ custom_fields, personal_key_id, external_key }, unread) => {
    await requireAll(
      () =>
        ["personal_key_id", "external_key"].some((field) => unread.has(field)) ||
        requirePersonReference({ personal_key_id, external_key }),
      () => unread.has("custom_fields") || CustomFields.resolveValues("potential", custom_fields),
    );
  },
);

type PersonReference = Pick<Input, "personal_key_id" | "external_key">;

function requirePersonReference({ personal_key_id, external_key }: PersonReference): void {
  if (personal_key_id === undefined && external_key === undefined)
    throw invalid("personal_key_id", "Required, unless external_key is given");
}

/** Decisions that are made once, before the retries of the write. */
async function planCreation({ assigned_to }: Input): Promise<Pick<PotentialRecord, "potential_number" | "assigned_to">> {
  const owner = await User.resolveNewOwner(assigned_to, ...OWNER_CHECK);
  const [potential_number = ""] = await RecordNumbers.lease("PT");
  return { potential_number, assigned_to: owner };
}

async function buildPotential(
  tx: Transaction,
  { assigned_to: _given, personal_key_id, external_key, custom_fields, ...input }: Input,
  decided: Pick<PotentialRecord, "potential_number" | "assigned_to">,
): Promise<PotentialRecord> {
  const details: ErrorDetail[] = [];
  const personReference = { personal_key_id, external_key };
  const [person, stored] = await Promise.all([
    collectDetails(details, resolvePerson(personReference), undefined),
    collectDetails(details, normalizeFields(custom_fields, toStoredFields(fields, input), {}), undefined),
  ]);
  if (!person || !stored) throw invalidAll(details);
  tx.requireLive(person.id, () => new WriteConflict(`${person.id} no longer exists`));
  return Records.init(
    Potentials,
    {
      ...stored,
      ...decided,
      personal_key_id: person.id,
      status_changed_at: Clock.now(),
      converted_at: null,
      converted_to_order_id: null,
      converted_opportunity_id: null,
      last_activity_date: null,
      status_stage: null,
    },
    { owner: person.id },
  );
}

async function resolvePerson(personReference: PersonReference) {
  requirePersonReference(personReference);
  return Person.resolveReference(personReference);
}

/** Normalises the input for storage. Reports all errors at once. */
async function normalizeFields(
  custom_fields: CustomFields.CustomFieldInput,
  next: StoredFields<typeof fields> | PotentialRecord,
  options: CustomFields.WriteOptions,
  current?: PotentialRecord,
) {
  const nextFields = { ...next, status: next.status ?? POTENTIAL_STATUSES.fallback };
  const resolved = Master.resolveAll(fields, nextFields, current);
  const stored = await CustomFields.resolveTogether("potential", custom_fields, options, resolved);
  const currency = stored.currency ?? useSettings().currency;
  return {
    ...stored,
    currency,
    estimated_value: Amount.toCurrencyPrecision("estimated_value", stored.estimated_value, currency),
  };
}

export const get = fn(IdInput, ({ id: potentialId }) => read(potentialId));

/** Reads the record itself, for domains that write it. */
export const read = (potentialId: string): Promise<PotentialRecord> => Records.read(Potentials, potentialId);

const filters = {
  status: master(POTENTIAL_STATUSES, "code").optional(),
  stage: master(POTENTIAL_STAGES, "code").optional(),
  priority: master(PRIORITIES, "code").optional(),
  campaign: reference().optional(),
  paths: pathParameters(),
};

export const PersonQuery = listSchema(Potentials, filters);

const Query = PersonQuery.extend({
  person: id(PERSON).optional().describe("Includes potentials under all ids that the person has had"),
});

export const list = fn(Query, async (input): Promise<Page<PotentialRecord>> => listRecords(Potentials, await listQuery(input)));

/** Builds the list query of potentials. */
export async function listQuery({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireVisible(Potentials, rest);
  const [resolvedQuery, living] = await Promise.all([
    Master.resolveAll(Query.shape, rest, rest),
    person && Person.resolveMerged(person),
  ]);
  const personIds = person && (living ? Person.listIds(living) : [person]);
  return { ...combineStatusStage(buildListQuery(Potentials, resolvedQuery)), ...(personIds ? { personIds: personIds } : {}) };
}

/** Replaces filters by status and stage with one filter by both, which has a partition of its own. */
function combineStatusStage({ filters: { status, stage, ...otherFilters }, ...query }: ListQuery): ListQuery {
  if (status === undefined || stage === undefined)
    return { ...query, filters: { ...otherFilters, ...(status ? { status } : {}), ...(stage ? { stage } : {}) } };
  return { ...query, filters: { ...otherFilters, status_stage: String(statusStage({ status, stage })) } };
}

/** The list definition, for exports. */
export const listDefinition = {
  collection: Potentials,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerFields },
};

/** Lists the potentials of a person. `persons` holds all ids of the person. */
export const listByPerson = (persons: readonly string[], query: z.output<typeof PersonQuery>): Promise<Page<PotentialRecord>> =>
  listQuery(query).then((resolvedQuery) => listRecords(Potentials, { ...resolvedQuery, personIds: persons }));

/** Lists the newest potentials of some persons that the caller sees, as list rows. */
export async function listNewestByPersons(persons: readonly string[]): Promise<Page<PotentialRecord>> {
  return listMerged(
    Potentials,
    buildListQuery(Potentials, {}),
    await readMerged(Potentials, personPartitions(persons), MAX_READ_ROWS),
  );
}

/** Potentials that one query reads, since the newest usually include an open one, and the most that are read in all. */
const [NEWEST_CHUNK_SIZE, MAX_PER_PERSON] = [20, 1000];

/** Finds the newest potential of a person whose status is not final, without a visibility check. Strongly consistent. */
export async function findNewestOpen(persons: readonly string[]): Promise<PotentialRecord | undefined> {
  const reading = { order: "desc", after: undefined, chunk: NEWEST_CHUNK_SIZE, consistent: true } as const;
  let readCount = 0;
  for await (const row of queryPartitions(Potentials, personPartitions(persons), reading)) {
    const potential = Potentials.fromRow(row);
    if (!(await isFinal(potential.status))) return potential;
    if (++readCount >= MAX_PER_PERSON) break;
  }
  return undefined;
}

async function isFinal(code: string): Promise<boolean> {
  const cachedStatus = (await loadValues(POTENTIAL_STATUSES)).byCode.get(code);
  if (cachedStatus) return Boolean(cachedStatus.is_final);
  // The status may have been created after this process cached the values.
  forgetValues(POTENTIAL_STATUSES);
  return Boolean((await loadValues(POTENTIAL_STATUSES)).byCode.get(code)?.is_final);
}

const { personal_key_id: _person, external_key: _key, ...replaceFields } = Create.shape;

export const replace = fn(
  z.strictObject(replaceFields).extend(IdInput.shape),
  ({ id: potentialId, assigned_to, custom_fields, ...input }) =>
    edit(potentialId, toStoredFields(fields, input), { assigned_to, custom_fields }, {}),
);

const Patch = patchSchema({ ...fields, ...ownerFields }).extend({
  custom_fields: CustomFields.inputSchema("potential", "patch"),
  ...IdInput.shape,
});

export const update = fn(Patch, ({ id: potentialId, assigned_to, custom_fields, ...patch }) =>
  edit(potentialId, toStoredPatch(fields, patch), { assigned_to, custom_fields }, { patch: true }),
);

/** Fields of an edit that are not stored as they are sent. */
interface EditExtras {
  assigned_to?: string | null | undefined;
  custom_fields?: CustomFields.CustomFieldInput;
}

function edit(
  potentialId: string,
  input: Partial<StoredFields<typeof fields>>,
  { assigned_to, custom_fields }: EditExtras,
  options: CustomFields.WriteOptions,
): Promise<PotentialRecord> {
  return Records.change(Potentials, potentialId, async (current) => {
    requireUnconverted(current);
    const editOptions = { ...options, current: current.custom_fields };
    const next = await normalizeFields(custom_fields, { ...current, ...input }, editOptions, current);
    return {
      ...current,
      ...next,
      status_changed_at: next.status === current.status ? current.status_changed_at : Clock.now(),
      assigned_to:
        assigned_to === undefined
          ? current.assigned_to
          : await User.resolveChangedOwner(current.assigned_to, assigned_to, ...OWNER_CHECK),
    };
  });
}

/** Refuses to change a converted potential. After the conversion only its notes and activities can be extended. */
export function requireUnconverted(potential: PotentialRecord): void {
  const became = describeOutcome(potential);
  if (became) throw conflict(`The potential was already converted to ${became.message}`, [became]);
}

/** What a potential became. */
type Outcome = Partial<Pick<PotentialRecord, "converted_to_order_id" | "converted_opportunity_id">>;

/**
 * Marks a potential as converted, in the transaction to which `edit` adds. The check is part of the write, so a potential is converted at
 * most once.
 */
export const markConverted = (
  potentialId: string,
  edit: (current: PotentialRecord, tx: Transaction) => Promise<Outcome>,
): Promise<PotentialRecord> =>
  Records.change(Potentials, potentialId, async (current, tx) => {
    requireUnconverted(current);
    return applyConversion(current, await edit(current, tx));
  });

async function applyConversion(current: PotentialRecord, outcome: Outcome): Promise<PotentialRecord> {
  const status = await Master.findFirst(POTENTIAL_STATUSES, ({ is_successful }) => Boolean(is_successful));
  if (!status) throw invalid("status", "There is no active successful status: create one among the potential statuses");
  const convertedAt = Clock.now();
  return { ...current, ...outcome, converted_at: convertedAt, status: status.code, status_changed_at: convertedAt };
}

/** Marks a potential as converted in the transaction of another change, and returns its new version. */
export async function replaceConverted(tx: Transaction, potential: PotentialRecord, outcome: Outcome): Promise<PotentialRecord> {
  // A potential that named the order by its number was converted then.
  const next = potential.converted_at === null ? await applyConversion(potential, outcome) : { ...potential, ...outcome };
  const after = Potentials.applyComputed(Records.nextVersion(potential, next));
  tx.replace(Potentials, potential, after);
  return after;
}

/** Loads a live potential without a visibility check. */
export const load = (potentialId: string): Promise<PotentialRecord | undefined> =>
  Records.load(Potentials, potentialId, { live: true });

export const remove = fn(IdInput, ({ id: potentialId }) => Records.remove(Potentials, potentialId));

export const restore = fn(IdInput, ({ id: potentialId }) => Records.restore(Potentials, potentialId));

const OWNER_CHECK = [potentialGrants.assign, "potentials", "assigned_to"] as const;

/** Fields by which an upsert matches a potential. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: { potential_number: matchByNumber(Potentials, "potential_number"), ...(await buildUniqueMatches(Potentials)) },
});

export * as Potential from "./potential.ts";
