import * as z from "zod";
import { ownMatches } from "../custom-field/matching.ts";
import { CustomFields } from "../custom-field/values.ts";
import * as Amount from "../kernel/amount.ts";
import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { conflict, type Detail, gathered, invalid, invalidAll, together } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import type { Page } from "../kernel/page.ts";
import { anyOf, type Filled, filled, id, master, patched, patchOf, reference, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { PRIORITIES } from "../masters/shared.masters.ts";
import { forgotten, valuesOf } from "../masters/values.ts";
import { PERSON } from "../person/person.domain.ts";
import { Person } from "../person/person.ts";
import { listAmong, rowsOf } from "../storage/read/among.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema, MOST_READ, queryOf } from "../storage/read/list.ts";
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
import { potentialGrants } from "./potential.domain.ts";
import { fields, type PotentialRecord, Potentials, Stored } from "./potential.entity.ts";
import { POTENTIAL_STAGES, POTENTIAL_STATUSES } from "./potential.masters.ts";
import { becameOf, statusStage } from "./potential.rules.ts";

/**
 * Potentials: what a person may come to buy, before there is a customer (seed 000, crm_potential). Each is born in the collection of
 * its person, and becomes an order or an opportunity, once.
 */

export const Info = Stored.omit({ status_stage: true }).extend({ custom_fields: CustomFields.shown("potential") });
export const Row = rowOf(
  Info,
  Potentials.definition.row.filter((field) => field !== "status_stage"),
);

const owned = { assigned_to: id(USER).nullish().describe("Left out, it is the caller; nobody where an API key calls") };

export const Create = z
  .strictObject({
    ...fields,
    ...owned,
    personal_key_id: id(PERSON).optional().describe("The person; it stays"),
    external_key: text(255).optional().describe("Names the person by their external key"),
    custom_fields: CustomFields.given("potential", "whole"),
  })
  .meta(anyOf(["personal_key_id", "external_key"]));

type Input = z.output<typeof Create>;

export const create = fn(
  Create,
  async (input) => {
    const decided = await decide(input);
    return retryOnConflict(async () => {
      const tx = transaction();
      const potential = await bornOf(tx, input, decided);
      return tx.create(Potentials, potential).commit(potential);
    });
  },
  async ({ custom_fields, personal_key_id, external_key }, unread) => {
    await together(
      () =>
        ["personal_key_id", "external_key"].some((field) => unread.has(field)) || requireNamed({ personal_key_id, external_key }),
      () => unread.has("custom_fields") || CustomFields.checked("potential", custom_fields),
    );
  },
);

type Named = Pick<Input, "personal_key_id" | "external_key">;

function requireNamed({ personal_key_id, external_key }: Named): void {
  if (personal_key_id === undefined && external_key === undefined)
    throw invalid("personal_key_id", "Required, or the external_key of the person");
}

/** What is decided once, however often the writing is tried. */
async function decide({ assigned_to }: Input): Promise<Pick<PotentialRecord, "potential_number" | "assigned_to">> {
  const owner = await User.ownerOfNew(assigned_to, ...ASSIGN);
  const [potential_number = ""] = await Numbers.lease("PT");
  return { potential_number, assigned_to: owner };
}

async function bornOf(
  tx: Transaction,
  { assigned_to: _given, personal_key_id, external_key, custom_fields, ...input }: Input,
  decided: Pick<PotentialRecord, "potential_number" | "assigned_to">,
): Promise<PotentialRecord> {
  const details: Detail[] = [];
  const named = { personal_key_id, external_key };
  const [person, stored] = await Promise.all([
    gathered(details, personOf(named), undefined),
    gathered(details, whole(custom_fields, filled(fields, input), {}), undefined),
  ]);
  if (!person || !stored) throw invalidAll(details);
  tx.alive(person.id, () => new Moved(`${person.id} is gone by now`));
  return Records.born(
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

async function personOf(named: Named) {
  requireNamed(named);
  return Person.personNamed(named);
}

/** What people write, as it is stored; all that is wrong with it is said at once. */
async function whole(
  custom_fields: CustomFields.Given,
  next: Filled<typeof fields> | PotentialRecord,
  how: CustomFields.How,
  current?: PotentialRecord,
) {
  const said = { ...next, status: next.status ?? POTENTIAL_STATUSES.fallback };
  const resolved = Master.resolveAll(fields, said, current);
  const stored = await CustomFields.beside("potential", custom_fields, how, resolved);
  const currency = stored.currency ?? useSettings().currency;
  return { ...stored, currency, estimated_value: Amount.inCurrency("estimated_value", stored.estimated_value, currency) };
}

export const get = fn(z.strictObject({ id: text(64) }), ({ id: wanted }) => read(wanted));

/** The record itself, for work that writes on. */
export const read = (wanted: string): Promise<PotentialRecord> => Records.read(Potentials, wanted);

/** Something happened with the potential at `at`; joins the transaction that records it. */
export const touch = (tx: Transaction, potential: PotentialRecord, at: string): void =>
  Records.touch(tx, Potentials, potential, at);

const filters = {
  status: master(POTENTIAL_STATUSES, "code").optional(),
  stage: master(POTENTIAL_STAGES, "code").optional(),
  priority: master(PRIORITIES, "code").optional(),
  campaign: reference().optional(),
  owner: text(64).optional().describe("Id of whom they are assigned to, or `none` for those that wait to be taken"),
  paths: pathParameters(),
};

export const OfPerson = listSchema(Potentials, filters);

const Query = OfPerson.extend({ person: id(PERSON).optional().describe("Under every id that the person has had") });

export const list = fn(Query, async (input): Promise<Page<PotentialRecord>> => listRecords(Potentials, await asked(input)));

/** What a list of potentials is asked for. */
export async function asked({ person, ...rest }: z.output<typeof Query>): Promise<ListQuery> {
  await CustomFields.requireSeen("potential", rest);
  const [known, living] = await Promise.all([Master.resolveAll(Query.shape, rest, rest), person && Person.living(person)]);
  const within = person && (living ? Person.idsOf(living) : [person]);
  return { ...inOne(queryOf(Potentials, known)), ...(within ? { within } : {}) };
}

/** Status and stage together are one partition. */
function inOne({ filters: { status, stage, ...others }, ...query }: ListQuery): ListQuery {
  if (status === undefined || stage === undefined)
    return { ...query, filters: { ...others, ...(status ? { status } : {}), ...(stage ? { stage } : {}) } };
  return { ...query, filters: { ...others, status_stage: String(statusStage({ status, stage })) } };
}

/** What an export has to know of the list. */
export const listed = { collection: Potentials, query: Query, asked, info: Info, fields: { ...fields, ...owned } };

/** Those of a person under all of their ids. */
export const listOf = (persons: readonly string[], query: z.output<typeof OfPerson>): Promise<Page<PotentialRecord>> =>
  asked(query).then((wanted) => listRecords(Potentials, { ...wanted, within: persons }));

/** The newest of a person that the caller sees, as lists show them. */
export async function ofPersons(persons: readonly string[]): Promise<Page<PotentialRecord>> {
  return listAmong(Potentials, queryOf(Potentials, {}), await rowsOf(Potentials, partitionsWithin(persons), MOST_READ));
}

/** So many of a person are read at once; of the newest, mostly one is open. */
const [SOME_OF_PERSON, MOST_OF_PERSON] = [20, 1000];

/** The newest potential of a person whose status is not final, whoever may see it; strongly consistent. */
export async function newestOpenOf(persons: readonly string[]): Promise<PotentialRecord | undefined> {
  const reading = { order: "desc", after: undefined, chunk: SOME_OF_PERSON, consistent: true } as const;
  let looked = 0;
  for await (const row of merged(Potentials, partitionsWithin(persons), reading)) {
    const potential = Potentials.fromRow(row);
    if (!(await isFinal(potential.status))) return potential;
    if (++looked >= MOST_OF_PERSON) break;
  }
  return undefined;
}

async function isFinal(code: string): Promise<boolean> {
  const known = (await valuesOf(POTENTIAL_STATUSES)).byCode.get(code);
  if (known) return Boolean(known.is_final);
  // One that was made since this process read them.
  forgotten(POTENTIAL_STATUSES);
  return Boolean((await valuesOf(POTENTIAL_STATUSES)).byCode.get(code)?.is_final);
}

const One = z.strictObject({ id: text(64) });

const { personal_key_id: _person, external_key: _key, ...replaced } = Create.shape;

export const replace = fn(z.strictObject(replaced).extend(One.shape), ({ id: wanted, assigned_to, custom_fields, ...input }) =>
  edit(wanted, filled(fields, input), { assigned_to, custom_fields }, {}),
);

const Patch = patchOf({ ...fields, ...owned }).extend({
  custom_fields: CustomFields.given("potential", "patch"),
  ...One.shape,
});

export const update = fn(Patch, ({ id: wanted, assigned_to, custom_fields, ...patch }) =>
  edit(wanted, patched(fields, patch), { assigned_to, custom_fields }, { patch: true }),
);

/** What is said of a potential beside its fields. */
interface Said {
  assigned_to?: string | null | undefined;
  custom_fields?: CustomFields.Given;
}

function edit(
  wanted: string,
  input: Partial<Filled<typeof fields>>,
  { assigned_to: owner, custom_fields }: Said,
  how: CustomFields.How,
): Promise<PotentialRecord> {
  return Records.change(Potentials, wanted, async (current) => {
    requireUnconverted(current);
    const own = { ...how, current: current.custom_fields };
    const next = await whole(custom_fields, { ...current, ...input }, own, current);
    return {
      ...current,
      ...next,
      status_changed_at: next.status === current.status ? current.status_changed_at : Clock.now(),
      assigned_to: owner === undefined ? current.assigned_to : await User.ownerOfChange(current.assigned_to, owner, ...ASSIGN),
    };
  });
}

/** What a potential became has gone its own way: from then on only notes and activities tell more of it. */
export function requireUnconverted(potential: PotentialRecord): void {
  const became = becameOf(potential);
  if (became) throw conflict(`It was converted already, and became ${became.message}`, [became]);
}

/**
 * Ends a potential in what it became, in the transaction that `edit` adds to: once, because it is asked of the record as it is
 * written.
 */
export const end = (
  wanted: string,
  edit: (
    current: PotentialRecord,
    tx: Transaction,
  ) => Promise<Pick<PotentialRecord, "converted_to_order_id" | "converted_opportunity_id">>,
): Promise<PotentialRecord> =>
  Records.change(Potentials, wanted, async (current, tx) => {
    requireUnconverted(current);
    const became = await edit(current, tx);
    const status = await Master.firstOf(POTENTIAL_STATUSES, ({ is_successful }) => Boolean(is_successful));
    if (!status) throw invalid("status", "No successful status is in use: make one among the potential statuses");
    const at = Clock.now();
    return { ...current, ...became, converted_at: at, status: status.code, status_changed_at: at };
  });

export const remove = fn(One, ({ id: wanted }) => Records.remove(Potentials, wanted));

export const restore = fn(One, ({ id: wanted }) => Records.restore(Potentials, wanted));

const ASSIGN = [potentialGrants.assign, "potentials", "assigned_to"] as const;

/** What an upsert finds one by. */
export const matching = async (): Promise<Matching> => ({
  on: { potential_number: byNumber(Potentials, "potential_number"), ...(await ownMatches(Potentials)) },
});

export * as Potential from "./potential.ts";
