import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Value } from "../custom-field/custom-field.rules.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { may, useActorId, useTenant } from "../kernel/context.ts";
import { conflict, Failure, invalidAll, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { oneOf, text } from "../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { Visible } from "../storage/read/visibility.ts";
import { collectionOf, kindOf } from "../storage/table/collections.ts";
import { query as queryTable } from "../storage/table/database.ts";
import { recordKey } from "../storage/table/key.ts";
import { Vault } from "../storage/vault/vault.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { decided } from "./candidate.rules.ts";
import { holder, idsOf, living, MOST_POINTS, meant, read, retake, retakeKey } from "./identity.ts";
import { asNamed } from "./leads-named.ts";
import { joinedTo, type Outcome, ownOf, slotsOf, withListsOf, withoutListsOf } from "./merge.rules.ts";
import { MERGE, PERSON, personGrants } from "./person.domain.ts";
import {
  Candidates,
  choices,
  type Joined,
  type MergeRecord,
  Merges,
  People,
  type PersonRecord,
  StoredMerge,
} from "./person.entity.ts";
import { withAnswers } from "./preferences.ts";
import { addCandidate, candidateOf } from "./resolve.ts";
import { rehashed, sameness, withValues } from "./sensitive.ts";
import { readSingle } from "./single.ts";

/**
 * Two persons become one, and two again. A merge writes both records and its own in one transaction and moves nothing
 * else: the merged person stays where it is and names the survivor, which joins what was born under its ids.
 */

/** Persons that one can have joined to it: reads of it join their collections. */
export const MOST_MERGED = 50;

const Side = oneOf(["survivor", "merged"]);

export const Preview = z.object({
  survivor_id: z.string(),
  merged_id: z.string(),
  /** Each value that either has. */
  fields: z.array(
    z.object({
      field: z.string(),
      survivor: z.json(),
      merged: z.json(),
      outcome: z.json(),
      from: Side,
      is_conflict: z
        .boolean()
        .describe(
          "Both have one, and they differ: `choices` can tell otherwise. Of sealed values, for those who may not see them: both have one",
        ),
    }),
  ),
  joins: z.object({
    contact_points: z.array(z.string()),
    addresses: z.array(z.string()),
    records: z.record(z.string(), z.number().int()).describe("What is about the merged person, by kind; up to 1,000 are counted"),
  }),
});

export const Merged = Preview.extend({ merge_id: z.string().nullable().describe("Null for a dry run") });

export const Merge = z.strictObject({
  id: text(64).describe("The survivor"),
  merged_id: text(64).describe("The person that is joined to it"),
  choices: choices.optional().describe("By field: whose value holds, where the rule would choose otherwise"),
  reason: text(500).optional(),
  dry_run: z.boolean().default(false).describe("Shows what would come of it, and writes nothing"),
});

/**
 * A person has one individual customer, and which of two holds is nobody's guess: they are merged, or one of them goes, before
 * the persons are joined.
 */
async function requireOneCustomer(...persons: readonly PersonRecord[]): Promise<void> {
  const owned = await Promise.all(persons.map((person) => readSingle("PERSONCUSTOMER", idsOf(person))));
  const customers = owned.flatMap(({ ids }) => ids.slice(0, 1));
  if (customers.length < persons.length) return;
  const shown = await Promise.all(customers.map((id) => Records.isShown(CUSTOMER, id)));
  throw conflict(
    "Each of them has an individual customer, and a person has one: merge the two customers first",
    customers.map((id, at) => ({ field: at === 0 ? "id" : "merged_id", message: shown[at] ? id : "One that you may not see" })),
  );
}

/**
 * Joins one person to another. A field is the survivor's unless that is empty; contact points and addresses are those of
 * both. Every id that either ever had leads to the survivor.
 */
export const merge = fn(Merge, ({ id, merged_id, choices: chosen = {}, reason, dry_run }) =>
  retryOnConflict(async () => {
    const [survivor, merged] = await Promise.all([read(id), read(merged_id)]);
    if (survivor.id === merged.id) throw conflict("These are one person already");
    meant(id, survivor);
    Records.requireVersion(survivor, {});
    const slots = [...slotsOf(survivor).keys(), ...slotsOf(merged).keys()];
    const shows = await shownSlots();
    const known = new Set(slots.filter(shows));
    const unknown = Object.keys(chosen).filter((field) => !known.has(field));
    if (unknown.length > 0)
      throw invalidAll(unknown.map((field) => ({ field: `choices.${field}`, message: "Neither has such a value" })));
    await requireOneCustomer(survivor, merged);
    const mergeId = newId(MERGE, { owner: survivor.id });
    const planned = await plan(survivor, merged, { id: mergeId, person_id: merged.id, choices: chosen });
    const preview = await previewOf(survivor, merged, planned, chosen);
    if (dry_run) return { ...preview, merge_id: null };
    const record: MergeRecord = Records.born(
      Merges,
      {
        survivor_id: survivor.id,
        merged_id: merged.id,
        choices: chosen,
        reason: reason ?? null,
        undone_at: null,
        undone_by: null,
      },
      { id: mergeId },
    );
    const tx = transaction().create(Merges, record);
    const next = await withSensitive(survivor, planned);
    tx.replace(People, survivor, Records.nextVersion(survivor, next));
    const away = { ...merged, merged_into: survivor.id, deleted_at: Clock.now() };
    tx.replace(People, merged, Records.nextVersion(merged, away));
    await decide(tx, survivor, merged, "MERGED");
    return tx.commit({ ...preview, merge_id: mergeId });
  }),
);

interface Planned extends Outcome {
  /** The survivor's own slots. */
  own: ReadonlyMap<string, Value>;
  joined: ReadonlyMap<string, PersonRecord>;
}

/** The survivor as it will be, sensitive values aside. */
async function plan(survivor: PersonRecord, merged: PersonRecord, merge: Joined): Promise<Planned> {
  const merged_ids = [...survivor.merged_ids, merged.id, ...merged.merged_ids];
  if (merged_ids.length > MOST_MERGED) throw tooMany(`A person can have ${MOST_MERGED} others joined to it`);
  const before = await joinedPersons(survivor);
  const { own, merges } = ownOf({ person: survivor, joined: before });
  const joined = new Map([...before, [merged.id, merged]]);
  const { person, slots } = joinedTo(survivor, own, [...merges, merge], joined);
  const next = withListsOf({ ...person, merged_ids }, merged);
  if (next.contact_points.length > MOST_POINTS) throw tooMany(`A person has ${MOST_POINTS} contact points at most`);
  return { person: next, slots, own, joined };
}

const tooMany = (message: string): Failure => new Failure("RULE_VIOLATION", message);

/** Persons joined to this one directly, as they were then. */
async function joinedPersons(person: PersonRecord): Promise<Map<string, PersonRecord>> {
  const records = await Promise.all(person.merges.map(({ person_id }) => Records.load(People, person_id)));
  return new Map(records.flatMap((record) => (record ? [[record.id, record]] : [])));
}

const SENSITIVE = "sensitive.";
const CUSTOM = "custom_fields.";

/**
 * Whose of two sealed values holds, and whether there is a choice, for those who may not see them: as far as that follows
 * from which of the two have one. Whether they are the same is not told.
 */
const ofSealed = (chosen: string | undefined, mine: Value | null, theirs: Value | null) => ({
  isTheirs: theirs !== null && (mine === null || chosen === "merged"),
  is_conflict: mine !== null && theirs !== null,
});

/** Which slots the caller may know of. */
async function shownSlots(): Promise<(slot: string) => boolean> {
  const open = (await CustomFields.seen("person"))(null);
  return (slot) => !slot.startsWith(CUSTOM) || Object.hasOwn(open, slot.slice(CUSTOM.length));
}

/** Moves sensitive values to where the outcome says: the survivor's own is kept behind another's that is shown. */
async function withSensitive(before: PersonRecord, { person, slots, own, joined }: Planned): Promise<PersonRecord> {
  const values: Record<string, string | null> = {};
  for (const [slot, { from, value }] of slots) {
    if (!slot.startsWith(SENSITIVE)) continue;
    const name = slot.slice(SENSITIVE.length);
    const isBehind = slot in (before.own ?? {}) && isDeepStrictEqual(before.own?.[slot], own.get(slot) ?? null);
    const isShown = isDeepStrictEqual(value, before.hashes?.[sameness(name)] ?? null);
    if (isShown && isBehind === (from !== undefined)) continue;
    const mine = await opened(before, isBehind ? `own.${name}` : name);
    const other = from === undefined ? undefined : joined.get(from);
    Object.assign(values, { [name]: other ? await opened(other, name) : mine, [`own.${name}`]: other ? mine : null });
  }
  return rehashed(await withValues(person, values), before);
}

const opened = async ({ id, sealed }: PersonRecord, name: string): Promise<string | null> =>
  (await Vault.open(id, sealed, [name]))[name] ?? null;

async function previewOf(
  survivor: PersonRecord,
  merged: PersonRecord,
  { slots, person }: Planned,
  chosen: Joined["choices"],
): Promise<z.output<typeof Preview>> {
  const named = await Promise.all([asNamed(survivor), asNamed(merged)]);
  const [left, right] = [slotsOf(named[0]), slotsOf(named[1])];
  const shows = await shownSlots();
  const seen = await CustomFields.seen("person");
  const mayOpen = may(personGrants.sensitive);
  const fields = [...new Set([...left.keys(), ...right.keys()])].filter(shows).map((field) => {
    const [mine, theirs] = [left.get(field) ?? null, right.get(field) ?? null];
    const { isTheirs, is_conflict } =
      field.startsWith(SENSITIVE) && !mayOpen
        ? ofSealed(chosen[field], mine, theirs)
        : {
            isTheirs: slots.get(field)?.from === merged.id,
            is_conflict: mine !== null && theirs !== null && JSON.stringify(mine) !== JSON.stringify(theirs),
          };
    const custom = field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : undefined;
    const show = (value: Value, of: PersonRecord) => {
      if (custom !== undefined) return seen({ [custom]: value })[custom] ?? null;
      return field.startsWith(SENSITIVE) && value !== null ? (of.masks?.[field.slice(SENSITIVE.length)] ?? null) : value;
    };
    return {
      field,
      survivor: show(mine, survivor),
      merged: show(theirs, merged),
      outcome: show(isTheirs ? theirs : mine, isTheirs ? merged : survivor),
      from: isTheirs ? ("merged" as const) : ("survivor" as const),
      is_conflict,
    };
  });
  const had = new Set([...survivor.contact_points, ...survivor.addresses].map(({ id }) => id));
  const addressed = ({ address_line1, city, country }: PersonRecord["addresses"][number]): string =>
    [address_line1, city, country].filter(Boolean).join(", ");
  const joins = {
    contact_points: person.contact_points.filter(({ id }) => !had.has(id)).map(({ contact_value }) => contact_value),
    addresses: person.addresses.filter(({ id }) => !had.has(id)).map(addressed),
    records: await recordsAbout(merged.id),
  };
  return { survivor_id: survivor.id, merged_id: merged.id, fields, joins };
}

/** How many records of each kind in a person's collection the caller sees, out of its first 1,000 items. */
async function recordsAbout(person: string): Promise<Record<string, number>> {
  const { Items = [] } = await queryTable({
    KeyConditionExpression: "pk = :pk and sk < :derived",
    ExpressionAttributeValues: { ":pk": recordKey(useTenant(), person).pk, ":derived": "~" },
    ProjectionExpression: "sk, #row",
    ExpressionAttributeNames: { "#row": "row" },
    Limit: 1000,
  });
  const counts: Record<string, number> = {};
  for (const [kind, items] of Map.groupBy(Items, ({ sk }) => kindOf(String(sk)))) {
    if (!kind || kind === PERSON || kind === MERGE) continue;
    const collection = await collectionOf(kind);
    const seen = await Visible.among(
      collection,
      items.map(({ sk, row }) => collection.fromRow({ key: String(sk), row })),
    );
    if (seen.length > 0) counts[kind.name] = seen.length;
  }
  return counts;
}

/** What people said of the pair: joined, or told apart for good. */
async function decide(tx: Transaction, one: PersonRecord, other: PersonRecord, status: "MERGED" | "DISMISSED"): Promise<void> {
  const byHand = { score: 100, reasons: [{ reason: "merged by hand", lead_id: null }] };
  const found = candidateOf(one.id, other.id, byHand, null);
  const candidate = await Records.load(Candidates, found.id);
  if (!candidate) addCandidate(tx, decided(found, status, Clock.now(), byHand));
  else if (candidate.status !== status || candidate.queue !== status)
    tx.replace(Candidates, candidate, Records.nextVersion(candidate, decided(candidate, status, Clock.now(), byHand)));
}

export const Unmerge = z.strictObject({
  id: text(64).describe("The survivor"),
  merged_id: text(64).describe("The person that was joined to it"),
  reason: text(500).optional(),
});

export const Unmerged = z.object({
  survivor_id: z.string(),
  restored_id: z.string(),
  lost: z
    .array(z.string())
    .describe("Contact points, and custom fields by name, that others took meanwhile, and that the person no longer owns"),
});

/**
 * Takes a merge back: both persons are as they were, plus what came since. What was changed or added on the survivor
 * since stays there, with the records that were born under it.
 */
export const unmerge = fn(Unmerge, ({ id, merged_id }) =>
  retryOnConflict(async () => {
    const merged = await Records.load(People, merged_id);
    const survivor = merged?.merged_into ? await Records.load(People, merged.merged_into) : undefined;
    if (!merged || !survivor || (await living(id))?.id !== (await living(survivor.id))?.id) throw notFound();
    if (survivor.merged_into)
      throw conflict(`${survivor.id} was itself merged into ${survivor.merged_into}: take that back first`);
    if (survivor.deleted_at || !(await Records.sees(People, survivor))) throw notFound();
    const entry = survivor.merges.find(({ person_id }) => person_id === merged.id);
    const record = entry && (await Records.load(Merges, entry.id));
    // Another request has separated them after this one read the merged person.
    if (!record) throw new Moved(`${survivor.id} has no merge of ${merged.id}`);

    const joined = await joinedPersons(survivor);
    const { own, merges } = ownOf({ person: survivor, joined });
    const staying = new Map([...joined].filter(([other]) => other !== merged.id));
    const gone = new Set([merged.id, ...merged.merged_ids]);
    const { person, slots } = joinedTo(
      survivor,
      own,
      merges.filter(({ person_id }) => person_id !== merged.id),
      staying,
    );
    const apart = withoutListsOf(person, merged, [...staying.values()]);
    const left = { ...apart.person, merged_ids: survivor.merged_ids.filter((other) => !gone.has(other)) };
    const next = await withSensitive(survivor, { person: left, slots, own, joined: staying });

    const tx = transaction();
    const { lost: values, person: returned } = await back(tx, apart.leaving, next);
    const restored = { ...returned, preferences: withRefusals(returned.preferences, next.preferences, record.created_at) };
    tx.replace(People, survivor, Records.nextVersion(survivor, next));
    tx.replace(People, merged, Records.nextVersion(merged, restored));
    tx.replace(Merges, record, Records.nextVersion(record, { ...record, undone_at: Clock.now(), undone_by: useActorId() }));
    await decide(tx, survivor, merged, "DISMISSED");
    const lost = restored.contact_points.filter(({ id: point, normalized }) => {
      const before = merged.contact_points.find((each) => each.id === point);
      return normalized === null && before?.normalized !== null;
    });
    return tx.commit({
      survivor_id: survivor.id,
      restored_id: merged.id,
      lost: [...lost.map(({ contact_value }) => contact_value), ...values],
    });
  }),
);

/** What was refused while they were one, either may have refused. */
const withRefusals = (own: PersonRecord["preferences"], survivor: PersonRecord["preferences"], since: string) =>
  withAnswers(
    own,
    survivor.filter(({ consent, at }) => consent === "REFUSED" && at > since),
  );

/** The person who comes back, with what is theirs alone as far as nobody else has it now. */
async function back(
  tx: Transaction,
  leaving: PersonRecord,
  survivor: PersonRecord,
): Promise<{ person: PersonRecord; lost: readonly string[] }> {
  const custom = await CustomFields.retake(tx, holder(leaving), leaving.custom_fields, {
    ids: holder(survivor).ids,
    values: survivor.custom_fields,
  });
  const restored = {
    ...(await retake(tx, leaving, survivor)),
    merged_into: null,
    deleted_at: null,
    custom_fields: custom.values,
  };
  const { external_key } = restored;
  const keeps = external_key === null || (await retakeKey(tx, external_key, restored, survivor));
  const shows = await shownSlots();
  const lost = custom.lost.map((name) => CUSTOM + name).filter(shows);
  return { person: keeps ? restored : { ...restored, external_key: null }, lost };
}

const MergeInfo = StoredMerge;

export { MergeInfo as Info };
export const Row = StoredMerge;

/** The lineage of a person: who was joined to it, newest first, with merges that were taken back. */
export const lineage = fn(listSchema(Merges, {}).extend({ id: text(64) }), async ({ id, ...input }) => {
  const person = await read(id);
  return listRecords(Merges, { ...queryOf(Merges, input), parent: person.id });
});

export * as Merging from "./merge.ts";
