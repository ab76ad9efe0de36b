import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useActorId, useTenant } from "../../kernel/context.ts";
import { conflict, Failure, invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import type { Value } from "../../platform/custom-field/custom-field.rules.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { findKindById, loadCollection } from "../../storage/table/collection-registry.ts";
import { customName, customPath, isCustomPath } from "../../storage/table/custom-field-values.ts";
import { query as queryTable } from "../../storage/table/database.ts";
import { recordKey } from "../../storage/table/key.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { applyDecision } from "../person/candidate.rules.ts";
import {
  customFieldHolder,
  listIds,
  MAX_POINTS,
  reacquireExternalKey,
  reacquirePoints,
  read,
  redirectPrecondition,
  resolveMerged,
} from "../person/identity.ts";
import { joinPersons, type MergeOutcome, mergeLists, resolveOwnSlots, separateLists, toSlots } from "../person/merge.rules.ts";
import {
  Candidates,
  type JoinedPerson,
  type MergeRecord,
  Merges,
  mergeChoices,
  People,
  type PersonRecord,
  StoredMerge,
} from "../person/person.entity.ts";
import { MERGE, PERSON, personGrants } from "../person/person.kind.ts";
import { mergeAnswers } from "../person/preferences.ts";
import { addCandidate, buildCandidate } from "../person/resolution.ts";
import { equalityHashName, rehashDocument, sealValues } from "../person/sensitive-values.ts";
import { redactHiddenSources } from "../person/source-redaction.ts";
import { readUnique } from "../person/unique-per-person.ts";

/**
 * Merges two persons, and separates them again. A merge writes both persons, the merge record and the candidate in one transaction
 * and moves nothing else: the merged person stays where it is and refers to the survivor, which reads the records under all its
 * ids.
 */

/** Maximum number of persons merged into one: reads of the survivor join all their collections. */
export const MAX_MERGED = 50;

const MergeSide = oneOf(["survivor", "merged"]);

export const MergePreview = z.object({
  survivor_id: z.string(),
  merged_id: z.string(),
  /** Each value that at least one of the two has. */
  fields: z.array(
    z.object({
      field: z.string(),
      survivor: z.json(),
      merged: z.json(),
      outcome: z.json(),
      from: MergeSide,
      is_conflict: z
        .boolean()
        .describe(
          "Both persons have different values; `choices` can override the rule. For sealed values that the caller cannot see: both have a value",
        ),
    }),
  ),
  joins: z.object({
    contact_points: z.array(z.string()),
    addresses: z.array(z.string()),
    records: z
      .record(z.string(), z.number().int())
      .describe("Number of records about the merged person, by kind; up to 1,000 are counted"),
  }),
});

export const MergeResult = MergePreview.extend({ merge_id: z.string().nullable().describe("Null for a dry run") });

export const Merge = z.strictObject({
  id: text(64).describe("The survivor: the person that remains after the merge"),
  merged_id: text(64).describe("The person to merge into the survivor"),
  choices: mergeChoices.optional().describe("By field: the person whose value to use instead of the one chosen by the rule"),
  reason: text(500).optional(),
  dry_run: z.boolean().default(false).describe("Returns the result without writing anything"),
});

/**
 * Refuses to merge two persons who each have an individual customer, because a person has only one. A user must merge the
 * customers, or delete one of them, first.
 */
async function requireOneCustomer(...persons: readonly PersonRecord[]): Promise<void> {
  const customerLocks = await Promise.all(persons.map((person) => readUnique("PERSONCUSTOMER", listIds(person))));
  const customers = customerLocks.flatMap(({ ids }) => ids.slice(0, 1));
  if (customers.length < persons.length) return;
  const visibilities = await Promise.all(customers.map((id) => Records.isVisible(CUSTOMER, id)));
  throw conflict(
    "Each person has an individual customer, but a person can have only one: merge the two customers first",
    customers.map((id, index) => ({
      field: index === 0 ? "id" : "merged_id",
      message: visibilities[index] ? id : "A customer that you cannot see",
    })),
  );
}

/**
 * Merges one person into another. The survivor's values are used unless they are empty or the caller chooses otherwise. Contact
 * points and addresses of both are kept. All ids of both lead to the survivor.
 */
export const merge = fn(Merge, ({ id, merged_id, choices = {}, reason, dry_run }) =>
  retryOnConflict(async () => {
    const [survivor, merged] = await Promise.all([read(id), read(merged_id)]);
    if (survivor.id === merged.id) throw conflict("Both ids belong to the same person");
    redirectPrecondition(id, survivor);
    Records.requireVersion(survivor, {});
    const slots = [...toSlots(survivor).keys(), ...toSlots(merged).keys()];
    const shows = await buildSlotFilter();
    const visibleSlots = new Set(slots.filter(shows));
    const unknown = Object.keys(choices).filter((field) => !visibleSlots.has(field));
    if (unknown.length > 0)
      throw invalidAll(
        unknown.map((field) => ({ field: `choices.${field}`, message: "Neither person has a value for this field" })),
      );
    await requireOneCustomer(survivor, merged);
    const mergeId = newId(MERGE, { owner: survivor.id });
    const planned = await planMerge(survivor, merged, { id: mergeId, person_id: merged.id, choices });
    const preview = await buildPreview(survivor, merged, planned, choices);
    if (dry_run) return { ...preview, merge_id: null };
    const record: MergeRecord = Records.init(
      Merges,
      {
        survivor_id: survivor.id,
        merged_id: merged.id,
        choices,
        reason: reason ?? null,
        undone_at: null,
        undone_by: null,
      },
      { id: mergeId },
    );
    const tx = transaction().create(Merges, record);
    const next = await moveSensitiveValues(survivor, planned);
    tx.replace(People, survivor, Records.nextVersion(survivor, next));
    const away = { ...merged, merged_into: survivor.id, deleted_at: Clock.now() };
    tx.replace(People, merged, Records.nextVersion(merged, away));
    await recordDecision(tx, survivor, merged, "MERGED");
    return tx.commit({ ...preview, merge_id: mergeId });
  }),
);

interface MergePlan extends MergeOutcome {
  /** The survivor's own slots. */
  ownSlots: ReadonlyMap<string, Value>;
  joinedById: ReadonlyMap<string, PersonRecord>;
}

/** Plans the survivor after the merge, without its sensitive values. */
async function planMerge(survivor: PersonRecord, merged: PersonRecord, merge: JoinedPerson): Promise<MergePlan> {
  const merged_ids = [...survivor.merged_ids, merged.id, ...merged.merged_ids];
  if (merged_ids.length > MAX_MERGED) throw buildLimitError(`At most ${MAX_MERGED} persons can be merged into one`);
  const before = await loadJoinedPersons(survivor);
  const { ownSlots, merges } = resolveOwnSlots({ person: survivor, joinedById: before });
  const joinedById = new Map([...before, [merged.id, merged]]);
  const { person, slots } = joinPersons(survivor, ownSlots, [...merges, merge], joinedById);
  const next = mergeLists({ ...person, merged_ids }, merged);
  if (next.contact_points.length > MAX_POINTS) throw buildLimitError(`A person can have at most ${MAX_POINTS} contact points`);
  return { person: next, slots, ownSlots, joinedById };
}

const buildLimitError = (message: string): Failure => new Failure("RULE_VIOLATION", message);

/** Loads the persons merged directly into this one, as they were at the merge. */
async function loadJoinedPersons(person: PersonRecord): Promise<Map<string, PersonRecord>> {
  const records = await Promise.all(person.merges.map(({ person_id }) => Records.load(People, person_id)));
  return new Map(records.flatMap((record) => (record ? [[record.id, record]] : [])));
}

const SENSITIVE_PREFIX = "sensitive.";
/**
 * Returns whose sensitive value is used, and whether there is a choice, for callers who may not see the values. The result depends only
 * on which of the two have a value, so that it does not reveal whether the values are the same.
 */
const compareSealed = (choice: string | undefined, survivorValue: Value | null, mergedValue: Value | null) => ({
  isTheirs: mergedValue !== null && (survivorValue === null || choice === "merged"),
  is_conflict: survivorValue !== null && mergedValue !== null,
});

/** Returns a filter for the slots that the caller may know. */
async function buildSlotFilter(): Promise<(slot: string) => boolean> {
  const open = (await CustomFields.loadPresenter("person"))(null);
  return (slot) => !isCustomPath(slot) || Object.hasOwn(open, customName(slot));
}

/** Moves sensitive values as the outcome requires. While another person's value is shown, the survivor's own is kept as `own.<name>`. */
async function moveSensitiveValues(
  before: PersonRecord,
  { person, slots, ownSlots, joinedById }: MergePlan,
): Promise<PersonRecord> {
  const values: Record<string, string | null> = {};
  for (const [slot, { personId, value }] of slots) {
    if (!slot.startsWith(SENSITIVE_PREFIX)) continue;
    const name = slot.slice(SENSITIVE_PREFIX.length);
    const isBehind = slot in (before.own ?? {}) && isDeepStrictEqual(before.own?.[slot], ownSlots.get(slot) ?? null);
    const isShown = isDeepStrictEqual(value, before.hashes?.[equalityHashName(name)] ?? null);
    if (isShown && isBehind === (personId !== undefined)) continue;
    const survivorValue = await unsealValue(before, isBehind ? `own.${name}` : name);
    const sourcePerson = personId === undefined ? undefined : joinedById.get(personId);
    Object.assign(values, {
      [name]: sourcePerson ? await unsealValue(sourcePerson, name) : survivorValue,
      [`own.${name}`]: sourcePerson ? survivorValue : null,
    });
  }
  return rehashDocument(await sealValues(person, values), before);
}

const unsealValue = async ({ id, sealed }: PersonRecord, name: string): Promise<string | null> =>
  (await Vault.open(id, sealed, [name]))[name] ?? null;

async function buildPreview(
  survivor: PersonRecord,
  merged: PersonRecord,
  { slots, person }: MergePlan,
  choices: JoinedPerson["choices"],
): Promise<z.output<typeof MergePreview>> {
  const redactedPersons = await Promise.all([redactHiddenSources(survivor), redactHiddenSources(merged)]);
  const [left, right] = [toSlots(redactedPersons[0]), toSlots(redactedPersons[1])];
  const shows = await buildSlotFilter();
  const seen = await CustomFields.loadPresenter("person");
  const mayOpen = hasPermission(personGrants.sensitive);
  const fields = [...new Set([...left.keys(), ...right.keys()])].filter(shows).map((field) => {
    const [survivorValue, mergedValue] = [left.get(field) ?? null, right.get(field) ?? null];
    const { isTheirs, is_conflict } =
      field.startsWith(SENSITIVE_PREFIX) && !mayOpen
        ? compareSealed(choices[field], survivorValue, mergedValue)
        : {
            isTheirs: slots.get(field)?.personId === merged.id,
            is_conflict:
              survivorValue !== null && mergedValue !== null && JSON.stringify(survivorValue) !== JSON.stringify(mergedValue),
          };
    const custom = isCustomPath(field) ? customName(field) : undefined;
    const show = (value: Value, owner: PersonRecord) => {
      if (custom !== undefined) return seen({ [custom]: value })[custom] ?? null;
      return field.startsWith(SENSITIVE_PREFIX) && value !== null
        ? (owner.masks?.[field.slice(SENSITIVE_PREFIX.length)] ?? null)
        : value;
    };
    return {
      field,
      survivor: show(survivorValue, survivor),
      merged: show(mergedValue, merged),
      outcome: show(isTheirs ? mergedValue : survivorValue, isTheirs ? merged : survivor),
      from: isTheirs ? ("merged" as const) : ("survivor" as const),
      is_conflict,
    };
  });
  const existingIds = new Set([...survivor.contact_points, ...survivor.addresses].map(({ id }) => id));
  const addressed = ({ address_line1, city, country }: PersonRecord["addresses"][number]): string =>
    [address_line1, city, country].filter(Boolean).join(", ");
  const joins = {
    contact_points: person.contact_points.filter(({ id }) => !existingIds.has(id)).map(({ contact_value }) => contact_value),
    addresses: person.addresses.filter(({ id }) => !existingIds.has(id)).map(addressed),
    records: await countVisibleRecords(merged.id),
  };
  return { survivor_id: survivor.id, merged_id: merged.id, fields, joins };
}

/** Counts the records of each kind in a person's collection that the caller sees, among its first 1,000 items. */
async function countVisibleRecords(person: string): Promise<Record<string, number>> {
  const { Items = [] } = await queryTable({
    KeyConditionExpression: "pk = :pk and sk < :derived",
    ExpressionAttributeValues: { ":pk": recordKey(useTenant(), person).pk, ":derived": "~" },
    ProjectionExpression: "sk, #row",
    ExpressionAttributeNames: { "#row": "row" },
    Limit: 1000,
  });
  const counts: Record<string, number> = {};
  for (const [kind, items] of Map.groupBy(Items, ({ sk }) => findKindById(String(sk)))) {
    if (!kind || kind === PERSON || kind === MERGE) continue;
    const collection = await loadCollection(kind);
    const seen = await Visibility.filterVisible(
      collection,
      items.map(({ sk, row }) => collection.fromRow({ key: String(sk), row })),
    );
    if (seen.length > 0) counts[kind.name] = seen.length;
  }
  return counts;
}

/** Stores the decision on the pair in its candidate: merged, or dismissed for good. */
async function recordDecision(tx: Transaction, a: PersonRecord, b: PersonRecord, status: "MERGED" | "DISMISSED"): Promise<void> {
  const byHand = { score: 100, reasons: [{ reason: "merged by hand", lead_id: null }] };
  const newCandidate = buildCandidate(a.id, b.id, byHand, null);
  const candidate = await Records.load(Candidates, newCandidate.id);
  if (!candidate) addCandidate(tx, applyDecision(newCandidate, status, Clock.now(), byHand));
  else if (candidate.status !== status || candidate.queue !== status)
    tx.replace(Candidates, candidate, Records.nextVersion(candidate, applyDecision(candidate, status, Clock.now(), byHand)));
}

export const Unmerge = z.strictObject({
  id: text(64).describe("The survivor of the merge"),
  merged_id: text(64).describe("The person that was merged into the survivor"),
  reason: text(500).optional(),
});

export const UnmergeResult = z.object({
  survivor_id: z.string(),
  restored_id: z.string(),
  lost: z
    .array(z.string())
    .describe("Contact points, and custom fields by name, that the person lost because others have claimed them since the merge"),
});

/**
 * Undoes a merge: both persons are as before, with what came since. Changes and additions on the survivor stay there, with the
 * records that were created under its id.
 */
export const unmerge = fn(Unmerge, ({ id, merged_id }) =>
  retryOnConflict(async () => {
    const merged = await Records.load(People, merged_id);
    const survivor = merged?.merged_into ? await Records.load(People, merged.merged_into) : undefined;
    if (!merged || !survivor || (await resolveMerged(id))?.id !== (await resolveMerged(survivor.id))?.id) throw notFound();
    if (survivor.merged_into)
      throw conflict(`${survivor.id} was itself merged into ${survivor.merged_into}: undo that merge first`);
    if (survivor.deleted_at || !(await Records.canSee(People, survivor))) throw notFound();
    const entry = survivor.merges.find(({ person_id }) => person_id === merged.id);
    const record = entry && (await Records.load(Merges, entry.id));
    // Another request has separated them after this one read the merged person.
    if (!record) throw new WriteConflict(`${survivor.id} has no merge of ${merged.id}`);

    const joinedPersons = await loadJoinedPersons(survivor);
    const { ownSlots, merges } = resolveOwnSlots({ person: survivor, joinedById: joinedPersons });
    const staying = new Map([...joinedPersons].filter(([otherId]) => otherId !== merged.id));
    const separatedIds = new Set([merged.id, ...merged.merged_ids]);
    const { person, slots } = joinPersons(
      survivor,
      ownSlots,
      merges.filter(({ person_id }) => person_id !== merged.id),
      staying,
    );
    const apart = separateLists(person, merged, [...staying.values()]);
    const remainingPerson = { ...apart.person, merged_ids: survivor.merged_ids.filter((otherId) => !separatedIds.has(otherId)) };
    const next = await moveSensitiveValues(survivor, {
      person: remainingPerson,
      slots,
      ownSlots,
      joinedById: staying,
    });

    const tx = transaction();
    const { lost, person: returned } = await restoreMerged(tx, apart.leaving, next);
    const restored = { ...returned, preferences: mergeRefusals(returned.preferences, next.preferences, record.created_at) };
    tx.replace(People, survivor, Records.nextVersion(survivor, next));
    tx.replace(People, merged, Records.nextVersion(merged, restored));
    tx.replace(Merges, record, Records.nextVersion(record, { ...record, undone_at: Clock.now(), undone_by: useActorId() }));
    await recordDecision(tx, survivor, merged, "DISMISSED");
    const lostPoints = restored.contact_points.filter(({ id: point, normalized }) => {
      const before = merged.contact_points.find((mergedPoint) => mergedPoint.id === point);
      return normalized === null && before?.normalized !== null;
    });
    return tx.commit({
      survivor_id: survivor.id,
      restored_id: merged.id,
      lost: [...lostPoints.map(({ contact_value }) => contact_value), ...lost],
    });
  }),
);

/** Returns the preferences of the separated person. A refusal from the time of the merge may be either person's, so it applies to both. */
const mergeRefusals = (ownPreferences: PersonRecord["preferences"], survivor: PersonRecord["preferences"], since: string) =>
  mergeAnswers(
    ownPreferences,
    survivor.filter(({ consent, at }) => consent === "REFUSED" && at > since),
  );

/** Restores the separated person. Values that another person has taken meanwhile are returned as `lost`. */
async function restoreMerged(
  tx: Transaction,
  leaving: PersonRecord,
  survivor: PersonRecord,
): Promise<{ person: PersonRecord; lost: readonly string[] }> {
  const custom = await CustomFields.retake(tx, customFieldHolder(leaving), leaving.custom_fields, {
    ids: customFieldHolder(survivor).ids,
    values: survivor.custom_fields,
  });
  const restored = {
    ...(await reacquirePoints(tx, leaving, survivor)),
    merged_into: null,
    deleted_at: null,
    custom_fields: custom.values,
  };
  const { external_key } = restored;
  const keeps = external_key === null || (await reacquireExternalKey(tx, external_key, restored, survivor));
  const shows = await buildSlotFilter();
  const lostFields = custom.lost.map((name) => customPath(name)).filter(shows);
  return { person: keeps ? restored : { ...restored, external_key: null }, lost: lostFields };
}

const MergeInfo = StoredMerge;

export { MergeInfo as Info };
export const Row = StoredMerge;

/** Lists the merges of a person, newest first, including the undone ones. */
export const listMerges = fn(listSchema(Merges, {}).extend({ id: text(64) }), async ({ id, ...input }) => {
  const person = await read(id);
  return listRecords(Merges, { ...buildListQuery(Merges, input), parent: person.id });
});

export * as Merging from "./merge.ts";
