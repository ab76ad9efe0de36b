import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { conflict, invalidAll, notFound } from "../../kernel/error.ts";
import type { Kind } from "../../kernel/id.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import {
  type Choices,
  type ChosenField,
  chooseFields,
  collectCustomFields,
  customFieldName,
  diffSurvivor,
  listSpreadFields,
  revertChanges,
  spreadCustomFields,
} from "./field-choice.rules.ts";
import { isOpen, type RecordMerge, RecordMerges } from "./merging.entity.ts";
import { countReferences, type ReferenceField } from "./reference-fields.ts";

/**
 * Merges of two customers or contacts, and their undo (docs/accounts/merging.md). One transaction writes both records, their locks and the
 * merge. The references to the merged record are then moved in slices (repoint.ts) and logged, so that they can be moved back.
 */

/** Fields of every record that can be merged. */
interface MergeableRecord extends BaseRecord {
  merged_into: string | null;
  merge_id: string | null;
  merged_ids: string[];
  custom_fields: CustomFields.Values | null;
}

/** How records of a kind are merged. */
export interface MergeDefinition<R extends MergeableRecord> {
  entity: RecordMerge["entity"];
  kind: Kind;
  collection: Collection<R>;
  /** Fields for which a caller may choose the value. */
  fields: readonly string[];
  /** The field that names the parent. */
  parentField: keyof R & string;
  /** Refuses two records that cannot be merged. */
  requireFit(survivor: R, merged: R): void;
  /** Returns fields that combine the values of both records and cannot be chosen. */
  combine(survivor: R, merged: R): Partial<R>;
  /** Releases and acquires the unique locks of the kind. */
  rearrange(tx: Transaction, before: readonly R[], after: readonly R[]): Promise<void>;
  /** Locks the ancestors in the tree until the transaction is written, so that concurrent moves conflict. */
  lockAncestors?(tx: Transaction, ids: readonly string[], above: string | null): Promise<unknown>;
  /** The reference fields that are moved from the merged record to the survivor. */
  listReferences(merged: R): readonly ReferenceField[];
}

const Side = oneOf(["survivor", "merged"]);

export const Merge = z.strictObject({
  id: text(64).describe("The survivor: the record that remains after the merge"),
  merged_id: text(64).describe("The record to merge into the survivor"),
  choices: z
    .record(z.string(), Side)
    .default({})
    .describe("By field: the record whose value to use instead of the one chosen by the rule"),
  reason: text(500).optional(),
  dry_run: z.boolean().default(false).describe("Returns the result without writing anything"),
});

export const MergeResult = z
  .object({
    survivor_id: z.string(),
    merged_id: z.string(),
    fields: z.array(
      z.object({
        field: z.string(),
        survivor: z.json(),
        merged: z.json(),
        outcome: z.json(),
        from: oneOf(["survivor", "merged", "both"]),
        is_conflict: z.boolean().describe("Both records have different values"),
      }),
    ),
    moves: z
      .record(z.string(), z.number().int())
      .describe("Records that refer to the merged one and that the caller can see, by kind, up to 100 each"),
    merge_id: z.string().nullable().describe("Null for a dry run"),
  })
  .meta({ id: "RecordMerged" });

export const Unmerge = Merge.pick({ id: true, merged_id: true });
export const UnmergeResult = z
  .object({ survivor_id: z.string(), restored_id: z.string(), merge_id: z.string() })
  .meta({ id: "RecordUnmerged" });

/** Reads two records that the caller sees and that can be merged. */
export async function readPair<R extends MergeableRecord>(
  definition: MergeDefinition<R>,
  id: string,
  merged_id: string,
): Promise<[R, R]> {
  const [survivor, merged] = await Promise.all([
    Records.read(definition.collection, id),
    Records.read(definition.collection, merged_id),
  ]);
  if (survivor.id === merged.id) throw conflict("Both ids belong to the same record");
  Records.requireVersion(survivor);
  definition.requireFit(survivor, merged);
  return [survivor, merged];
}

/**
 * Chooses the values of all fields. Refuses choices for fields that are empty in both records, or for custom fields that the caller does
 * not see.
 */
export async function resolveChoices<R extends MergeableRecord>(
  definition: MergeDefinition<R>,
  survivor: R,
  merged: R,
  choices: Choices,
): Promise<ChosenField[]> {
  const fields = [...definition.fields, ...listSpreadFields(survivor, merged)];
  const chosenFields = chooseFields(spreadCustomFields(survivor), spreadCustomFields(merged), fields, choices);
  const open = (await CustomFields.loadPresenter(definition.kind.name))(null);
  const isOpen = ({ field }: ChosenField): boolean => {
    const name = customFieldName(field);
    return name === undefined || Object.hasOwn(open, name);
  };
  const visibleFields = new Set(chosenFields.filter(isOpen).map(({ field }) => field));
  const unknown = Object.keys(choices).filter((field) => !visibleFields.has(field));
  if (unknown.length > 0)
    throw invalidAll(
      unknown.map((field) => ({ field: `choices.${field}`, message: "Neither record has a value for this field" })),
    );
  return chosenFields;
}

/** Merges a record into another, both visible to the caller. A dry run only returns the preview. */
export async function mergeRecords<R extends MergeableRecord>(
  definition: MergeDefinition<R>,
  { id, merged_id, choices, reason, dry_run }: z.output<typeof Merge>,
  persons: RecordMerge["persons"] = null,
): Promise<z.output<typeof MergeResult>> {
  const two = await readPair(definition, id, merged_id);
  const [survivor, merged] = two;
  const chosenFields = await resolveChoices(definition, survivor, merged, choices);
  const moves = await countReferences(definition.listReferences(merged), merged.id);
  const preview = {
    survivor_id: survivor.id,
    merged_id: merged.id,
    fields: await presentChoices(definition, chosenFields),
    moves,
  };
  if (dry_run) return { ...preview, merge_id: null };
  const tx = transaction();
  const { id: merge_id } = await joinRecords(tx, definition, two, { chosenFields, reason: reason ?? null, persons });
  return tx.commit({ ...preview, merge_id });
}

/** Returns the chosen fields with values of custom fields as the caller sees them. */
async function presentChoices({ kind }: { kind: Kind }, all: readonly ChosenField[]): Promise<ChosenField[]> {
  const seen = await CustomFields.loadPresenter(kind.name);
  return all.flatMap((choice) => {
    const name = customFieldName(choice.field);
    if (name === undefined) return [choice];
    if (!Object.hasOwn(seen(null), name)) return [];
    const as = (value: ChosenField["outcome"]): ChosenField["outcome"] => seen({ [name]: value })[name] ?? null;
    return [{ ...choice, survivor: as(choice.survivor), merged: as(choice.merged), outcome: as(choice.outcome) }];
  });
}

/** Adds the writes of a merge to the transaction, and returns the merge. */
export async function joinRecords<R extends MergeableRecord>(
  tx: Transaction,
  definition: MergeDefinition<R>,
  [survivor, merged]: readonly [R, R],
  { chosenFields, reason, persons }: Pick<RecordMerge, "reason" | "persons"> & { chosenFields: readonly ChosenField[] },
): Promise<RecordMerge> {
  const { collection } = definition;
  const values = Object.fromEntries(chosenFields.map(({ field, outcome }) => [field, outcome]));
  const above = await resolveParent(definition, survivor, merged);
  await definition.lockAncestors?.(tx, [survivor.id, merged.id], above);
  const edited = {
    ...survivor,
    ...collectCustomFields(survivor, values),
    ...definition.combine(survivor, merged),
    [definition.parentField]: above,
    merged_ids: [...survivor.merged_ids, merged.id, ...merged.merged_ids],
  };
  const next = collection.applyComputed(Records.nextVersion(survivor, edited));
  const bare = collection.fields.filter((field) => field !== "merged_ids" && field !== "custom_fields");
  const comparedFields = [...bare, ...listSpreadFields(survivor, next)];
  const merge: RecordMerge = Records.init(RecordMerges, {
    entity: definition.entity,
    survivor_id: survivor.id,
    merged_id: merged.id,
    reason,
    taken: diffSurvivor(spreadCustomFields(survivor), spreadCustomFields(next), comparedFields),
    persons,
    status: "MOVING",
    undone_at: null,
    undone_by: null,
    ...Job.requestWorker(),
  });
  await definition.rearrange(tx, [survivor, merged], [next]);
  const deletedRecord = { ...merged, merged_into: survivor.id, merge_id: merge.id, deleted_at: Clock.now() };
  tx.replace(collection, survivor, next).replace(collection, merged, Records.nextVersion(merged, deletedRecord));
  for (const key of mergeLockKeys(merge))
    tx.put({ ...key, merge_id: merge.id }, { condition: "attribute_not_exists(pk)", rejection: busyRejection });
  tx.create(RecordMerges, merge);
  return merge;
}

/** A record is in one merge at a time, so that references that are moving do not move elsewhere meanwhile. */
const mergeLockKeys = ({ survivor_id, merged_id }: Pick<RecordMerge, "survivor_id" | "merged_id">): Key[] =>
  [survivor_id, merged_id].map((id) => ({ pk: tenantKey(useTenant(), "MERGING", id), sk: "merge" }));

const busyRejection = () => conflict("One of the records is being merged or separated by another request: try again in a moment");

/** Whether a record is below another in the hierarchy. */
async function isBelow<R extends MergeableRecord>(
  { collection, parentField }: MergeDefinition<R>,
  record: R,
  ancestorId: string,
): Promise<boolean> {
  const visitedIds = new Set<string>();
  for (let node: R | undefined = record; node && !visitedIds.has(node.id); ) {
    visitedIds.add(node.id);
    const parentId: unknown = node[parentField];
    if (parentId === ancestorId) return true;
    node = typeof parentId === "string" ? await Records.load(collection, parentId) : undefined;
  }
  return false;
}

/** Returns the parent of the survivor after the merge. A survivor below the merged record takes over its parent, so that no cycle forms. */
async function resolveParent<R extends MergeableRecord>(
  definition: MergeDefinition<R>,
  survivor: R,
  merged: R,
): Promise<string | null> {
  const readParent = (record: R) => (record[definition.parentField] ?? null) as string | null;
  if (await isBelow(definition, survivor, merged.id)) return readParent(merged);
  return readParent(survivor) ?? ((await isBelow(definition, merged, survivor.id)) ? null : readParent(merged));
}

/** Returns the later of two instants, or null if both are null. */
export const laterInstant = (left: string | null, right: string | null): string | null =>
  [left, right]
    .filter((instant) => instant !== null)
    .sort()
    .at(-1) ?? null;

/** Reads the survivor, the merged record and their merge. */
export async function readMerge<R extends MergeableRecord>(definition: MergeDefinition<R>, id: string, merged_id: string) {
  const merged = await Records.load(definition.collection, merged_id);
  const [survivor, merge, requestedRecord] = await Promise.all([
    merged?.merged_into ? Records.load(definition.collection, merged.merged_into) : undefined,
    merged?.merge_id ? Records.load(RecordMerges, merged.merge_id) : undefined,
    Records.read(definition.collection, id),
  ]);
  if (
    !merged ||
    !survivor ||
    !merge ||
    !(survivor.id === id || requestedRecord.merged_ids.includes(survivor.id) || requestedRecord.id === survivor.id)
  )
    throw notFound();
  if (survivor.merged_into)
    throw conflict(`${survivor.id} was itself merged into ${survivor.merged_into}: undo that merge first`);
  if (survivor.deleted_at || !(await Records.canSee(definition.collection, survivor))) throw notFound();
  return { survivor, merged, merge };
}

/** Undoes a merge: both records get their former values, except for fields of the survivor that were changed since. */
export async function unmergeRecords<R extends MergeableRecord>(
  definition: MergeDefinition<R>,
  { survivor, merged, merge }: Awaited<ReturnType<typeof readMerge<R>>>,
): Promise<z.output<typeof UnmergeResult>> {
  const { collection } = definition;
  const mergedIds = new Set([merged.id, ...merged.merged_ids]);
  const restoredSurvivor = {
    ...survivor,
    ...collectCustomFields(survivor, revertChanges(spreadCustomFields(survivor), merge.taken)),
    merged_ids: survivor.merged_ids.filter((id) => !mergedIds.has(id)),
  };
  const next = collection.applyComputed(Records.nextVersion(survivor, restoredSurvivor));
  const back = Records.nextVersion(merged, { ...merged, merged_into: null, merge_id: null, deleted_at: null });
  const undoing = { ...merge, status: "UNDOING" as const, undone_at: Clock.now(), undone_by: useActorId() };
  const tx = transaction();
  await definition.rearrange(tx, [survivor], [next, back]);
  tx.replace(collection, survivor, next).replace(collection, merged, back);
  for (const key of mergeLockKeys(merge))
    tx.put({ ...key, merge_id: merge.id }, { condition: "attribute_not_exists(pk)", rejection: busyRejection });
  tx.replace(RecordMerges, merge, Records.nextVersion(merge, { ...undoing, ...Job.requestWorker(merge.turn) }));
  tx.put(Job.initialProgressItem(merge.id, initialProgress));
  return tx.commit({ survivor_id: survivor.id, restored_id: merged.id, merge_id: merge.id });
}

/** Closes the merge and releases its locks. */
export const finishMerge = (id: string): Promise<unknown> =>
  Records.change(RecordMerges, id, (current, tx) => {
    if (!isOpen(current)) return current;
    for (const key of mergeLockKeys(current)) tx.delete(key, { condition: "merge_id = :merge", values: { ":merge": id } });
    const isUndone = current.status === "UNDOING";
    return {
      ...current,
      status: isUndone ? ("UNDONE" as const) : ("MOVED" as const),
      attention_at: isUndone ? null : Clock.addSeconds(Job.INDEX_LAG_SECONDS),
    };
  });

/** How far the references to the merged record have moved. Moving back always starts over. */
export interface Progress {
  step: number;
  after?: string | undefined;
}
export const initialProgress: Progress = { step: 0 };
