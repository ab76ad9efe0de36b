import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useRequest, useTenant } from "../../kernel/context.ts";
import { conflict, type ErrorDetail, Failure, isFailure, notFound } from "../../kernel/error.ts";
import { idPrefix, idTime, isId, type Kind, newId } from "../../kernel/id.ts";
import { requireProcessable } from "../../kernel/processing.ts";
import { listRecordReferences } from "../../kernel/schema.ts";
import { presentAnswer } from "../read/answer-presenter.ts";
import { canSee, filterVisible } from "../read/visibility.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { findKindById, loadCollection } from "../table/collection-registry.ts";
import { readItem, readItems } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { recordKey } from "../table/key.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "./transaction.ts";

/**
 * Operations of domains on their records. All follow the same rule of visibility (read/visibility.ts): a record that the actor may not see
 * does not exist for them.
 */

type NewRecordFields<R extends BaseRecord> = Omit<R, keyof BaseRecord>;

/** Builds a new record in its owner's collection, created now (or at `at`, for imported history). Does not write it. */
export function init<R extends BaseRecord>(
  collection: Collection<R>,
  fields: NewRecordFields<R>,
  options: { id?: string; owner?: string; at?: number } = {},
): R {
  const past = options.at ?? useRequest().at;
  const id =
    options.id ?? newId(collection.kind, { ...(options.owner ? { owner: options.owner } : {}), ...(past ? { at: past } : {}) });
  const createdAt = new Date(idTime(id)).toISOString();
  const actorId = useActorId();
  const base: BaseRecord = {
    id,
    version: 1,
    created_at: createdAt,
    created_by: actorId,
    updated_at: createdAt,
    updated_by: actorId,
    deleted_at: null,
  };
  return collection.applyComputed({ ...fields, ...base } as R);
}

/**
 * Reads a record that must exist and be visible: live, or deleted with `deleted`. Missing, foreign and hidden records give the same error.
 * All reads in this file are strongly consistent.
 */
export async function read<R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  options: { deleted?: boolean } = {},
): Promise<R> {
  const record = await (options.deleted ? load(collection, id) : resolveMergedForRequest(collection, id));
  if (!record || Boolean(record.deleted_at) !== (options.deleted ?? false)) throw notFound(id);
  if (!(await canSee(collection, record))) throw notFound(id);
  const into = mergedInto(record);
  if (into !== undefined) throw conflict(`The record was merged into ${into}: undo that merge first`);
  return record;
}

/** Loads the record of an id in any state: itself, or the record into which it was merged. */
export async function resolveMerged<R extends BaseRecord>(collection: Collection<R>, id: string): Promise<R | undefined> {
  let record = await load(collection, id);
  for (let into = mergedInto(record); into !== undefined; into = mergedInto(record)) record = await load(collection, into);
  return record;
}

/** Like `resolveMerged`. If-Match then applies to the record that was found. */
async function resolveMergedForRequest<R extends BaseRecord>(collection: Collection<R>, id: string): Promise<R | undefined> {
  const record = await resolveMerged(collection, id);
  const { precondition } = useRequest();
  if (record && record.id !== id && precondition?.id === id) precondition.id = record.id;
  return record;
}

/** Returns the live record if the actor may see it; otherwise undefined. */
export async function find<R extends BaseRecord>(collection: Collection<R>, id: string): Promise<R | undefined> {
  const record = await load(collection, id, { live: true });
  return record && (await canSee(collection, record)) ? record : undefined;
}

/** Whether to load all records, or only those that are not deleted. */
interface LoadOptions {
  live?: boolean;
}

/**
 * Loads a record without a visibility check, deleted or not unless `live` is set; undefined if there is none. For bookkeeping of domains.
 */
export async function load<R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  { live = false }: LoadOptions = {},
): Promise<R | undefined> {
  if (!isId(id, collection.kind)) return undefined;
  const item = await readItem(recordKey(useTenant(), id));
  return matchesLife(item, live) ? collection.fromItem(item) : undefined;
}

/** Like `load`, for many ids, in their order. */
export async function loadMany<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
  { live = false }: LoadOptions = {},
): Promise<(R | undefined)[]> {
  const tenant = useTenant();
  const validIds = ids.filter((id) => isId(id, collection.kind));
  const items = await readItems(validIds.map((id) => recordKey(tenant, id)));
  const recordById = new Map(
    items.flatMap((item, index) => (matchesLife(item, live) ? [[validIds[index], collection.fromItem(item)]] : [])),
  );
  return ids.map((id) => recordById.get(id));
}

const matchesLife = (item: Item | undefined, live: boolean): item is Item =>
  item !== undefined && (!live || item.life === "live");

/** Returns whether a live record of the kind has this id. For references between domains that do not import each other. */
export const exists = async (kind: Kind, id: string): Promise<boolean> =>
  (await load(await loadCollection(kind), id, { live: true })) !== undefined;

/** Like `find`, for a kind whose collection may not be loaded yet. Undefined if there is no kind. */
export const findVisible = async (kind: Kind | undefined, id: string): Promise<BaseRecord | undefined> =>
  kind && find(await loadCollection(kind), id);

/** Like `exists`, for records that the actor may see. */
export const isVisible = async (kind: Kind | undefined, id: string): Promise<boolean> =>
  (await findVisible(kind, id)) !== undefined;

/** Returns which of these ids belong to live records that the actor may see. */
export async function filterVisibleIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const typedIds = ids.flatMap((id) => {
    const kind = findKindById(id);
    return kind ? [{ id, kind }] : [];
  });
  return new Set((await findVisibleByIds(typedIds)).keys());
}

/** An id together with its kind. */
export type TypedId = Readonly<{ kind: Kind; id: string }>;

/**
 * Returns the live records that the actor may see, by the requested ids, in one batch for all kinds. For a merged record, returns the
 * record into which it was merged.
 */
export async function findVisibleByIds(typedIds: readonly TypedId[]): Promise<ReadonlyMap<string, BaseRecord>> {
  const kinds = [...new Set(typedIds.map(({ kind }) => kind))];
  const byPrefix = new Map(await Promise.all(kinds.map(async (kind) => [kind.prefix, await loadCollection(kind)] as const)));
  const collectionFor = (id: string) => byPrefix.get(idPrefix(id) ?? "");
  const tenant = useTenant();
  const loaded = new Map<string, BaseRecord | undefined>();
  const requestedIds = typedIds.flatMap(({ kind, id }) => (isId(id, kind) ? [id] : []));
  for (let pendingIds = new Set(requestedIds); pendingIds.size > 0; ) {
    const ids = [...pendingIds];
    const items = await readItems(ids.map((id) => recordKey(tenant, id)));
    for (const [index, id] of ids.entries()) loaded.set(id, items[index] && collectionFor(id)?.fromItem(items[index]));
    pendingIds = new Set(ids.flatMap((id) => mergedInto(loaded.get(id)) ?? []).filter((id) => !loaded.has(id)));
  }
  const end = (id: string): BaseRecord | undefined => {
    const into = mergedInto(loaded.get(id));
    return into === undefined ? loaded.get(id) : end(into);
  };
  const ends = requestedIds.flatMap((id) => end(id) ?? []).filter(({ deleted_at }) => !deleted_at);
  const byCollection = Map.groupBy(new Set(ends), ({ id }) => collectionFor(id) as Collection<BaseRecord>);
  const seen = new Set(
    (await Promise.all([...byCollection].map(([collection, records]) => filterVisible(collection, records)))).flat(),
  );
  return new Map(
    requestedIds.flatMap((id) => {
      const record = end(id);
      return record && seen.has(record) ? [[id, record] as const] : [];
    }),
  );
}

/** Returns the id of the record into which this one was merged. */
const mergedInto = (record: (BaseRecord & { merged_into?: string | null }) | undefined): string | undefined =>
  record?.merged_into ?? undefined;

export { canSee };

/** Edits a record and may add writes to the transaction, which already contains the record itself. */
export type Edit<R extends BaseRecord> = (current: R, tx: Transaction) => R | Promise<R>;

/** Ends quietly if the record of some work does not exist. */
export async function ignoreMissing(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isFailure(error, "NOT_FOUND")) throw error;
  }
}

/**
 * Reads a record, edits it, and writes it as the next version together with the writes that `edit` added. On a conflict with another write
 * it starts again, unless the caller named a version (If-Match): then VERSION_CONFLICT names the fields of the request whose stored values
 * differ. An edit without a change writes nothing. `answer` selects what the caller gets, now and at a repeat of the request; the whole
 * record by default.
 */
export async function change<R extends BaseRecord, A>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R>,
  options: { deleted?: boolean; answer: (record: R) => A },
): Promise<A>;
export async function change<R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R>,
  options?: { deleted?: boolean },
): Promise<R>;
export async function change<R extends BaseRecord, A>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R>,
  options: { deleted?: boolean; answer?: (record: R) => A } = {},
): Promise<R | A> {
  const answer = options.answer ?? ((record: R): R | A => record);
  return retryOnConflict(async () => {
    const current = await read(collection, id, options);
    if (useRequest().precondition) requireVersion(current, await presentAnswer(answer(current)));
    const tx = transaction();
    const edited = await edit(current, tx);
    await requireAssignable(collection, current, edited);
    if (tx.size === 0 && isDeepStrictEqual(omitEmpty(edited), omitEmpty(current))) return answer(current);
    const next = collection.applyComputed(nextVersion(current, edited));
    return tx.replace(collection, current, next).commit(answer(next));
  });
}

/** Refuses another owner of a record about a person who may not be assigned. No owner is always possible. */
async function requireAssignable<R extends BaseRecord>({ definition }: Collection<R>, current: R, edited: R): Promise<void> {
  const { owner, person } = definition;
  if (owner === undefined || person === undefined || !edited[owner] || edited[owner] === current[owner]) return;
  await requireProcessable(person, edited[person] as string | null, "assign");
}

/** Returns the next version: the edited fields, by the actor, now. */
export const nextVersion = <R extends BaseRecord>(current: R, edited: R): R => ({
  ...edited,
  version: current.version + 1,
  updated_at: Clock.now(),
  updated_by: useActorId(),
});

/**
 * Adds a record to the transaction of something that happened to it at `at`. Moves its last_activity_date, never backwards. The transaction
 * fails if the record changed since it was read.
 */
export function touch<R extends BaseRecord & { last_activity_date: string | null }>(
  tx: Transaction,
  collection: Collection<R>,
  record: R,
  activityTime: string,
): void {
  const isLater = !record.last_activity_date || record.last_activity_date < activityTime;
  if (isLater) tx.replace(collection, record, nextVersion(record, { ...record, last_activity_date: activityTime }));
  else tx.requireUnchanged(record);
}

/** Soft delete: the record leaves all lists and returns 404, and can be restored. */
export const remove = <R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R> = (current) => current,
): Promise<R> => change(collection, id, async (current, tx) => ({ ...(await edit(current, tx)), deleted_at: Clock.now() }));

export const restore = <R extends BaseRecord>(
  collection: Collection<R>,
  id: string,
  edit: Edit<R> = (current) => current,
): Promise<R> =>
  change(
    collection,
    id,
    async (current, tx) => ({ ...(await edit(await prepareRestore(collection, current, tx), tx)), deleted_at: null }),
    {
      deleted: true,
    },
  );

/**
 * Prepares a deleted record for restoring. References to records that were merged meanwhile name the record into which they were merged.
 * Required references must exist when it is written; otherwise CONFLICT names the field.
 */
export async function prepareRestore<R extends BaseRecord>(collection: Collection<R>, record: R, tx: Transaction): Promise<R> {
  const { schema, requiredReferences = [] } = collection.definition;
  const next = { ...record };
  const missing: ErrorDetail[] = [];
  for (const { field, path, kind, id } of listRecordReferences(schema.shape, record, findKindById)) {
    const isNeeded = (requiredReferences as readonly string[]).includes(field);
    if (path !== field || !(isNeeded || kind.isMergeable)) continue;
    const now = await resolveMerged(await loadCollection(kind), id);
    if (kind.isMergeable && now) Object.assign(next, { [field]: now.id });
    if (!isNeeded) continue;
    if (now && !now.deleted_at) tx.requireLive(now.id, () => new WriteConflict(`${now.id} no longer exists`));
    else missing.push({ field, message: `The ${kind.name} is deleted: restore it first` });
  }
  if (missing.length > 0) throw conflict("A required related record is deleted", missing);
  return next;
}

/**
 * Refuses a request for another version (If-Match). The details name only differing fields that the caller sees, so that a caller cannot
 * guess hidden values.
 */
export function requireVersion(current: Pick<BaseRecord, "id" | "version">, answer: unknown = current): void {
  const { precondition } = useRequest();
  if (!precondition || precondition.id !== current.id || precondition.versions === undefined) return;
  if (precondition.versions.includes(current.version)) return;
  const answerFields = (answer ?? {}) as Record<string, unknown>;
  const differs = (field: string, value: unknown): string[] => {
    // In requests below another record, `id` is the id of that record.
    if (field === "id" || !(field in current) || !(field in answerFields)) return [];
    if (field !== "custom_fields") return isDeepStrictEqual(answerFields[field] ?? null, value ?? null) ? [] : [field];
    const customFields = (answerFields[field] ?? {}) as Record<string, unknown>;
    return Object.entries((value ?? {}) as object)
      .filter(
        ([name, fieldValue]) =>
          Object.hasOwn(customFields, name) && !isDeepStrictEqual(customFields[name] ?? null, fieldValue ?? null),
      )
      .map(([name]) => `${field}.${name}`);
  };
  const fields = Object.entries(precondition.input).flatMap(([field, value]) => differs(field, value));
  const details: ErrorDetail[] = fields.map((field) => ({ field, message: "The stored value differs" }));
  throw new Failure("VERSION_CONFLICT", `The record has version ${current.version}`, { details });
}

const omitEmpty = (record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));

/** Lists the fields of a collection in which two versions differ, except computed ones. */
export const listChangedFields = <R extends BaseRecord>(
  { fields }: Collection<R>,
  before: R | undefined,
  after: R | undefined,
): string[] => {
  const changed: string[] = [];
  for (const field of changedFields(before, after)) if (fields.includes(field)) changed.push(field);
  return changed;
};

/** Lists the fields in which two versions differ. */
export function changedFields(before: object | undefined, after: object | undefined): string[] {
  const [old, next] = [(before ?? {}) as Record<string, unknown>, (after ?? {}) as Record<string, unknown>];
  const fields: string[] = [];
  for (const field of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const [a, b] = [old[field] ?? null, next[field] ?? null];
    if (a !== b && !isDeepStrictEqual(a, b)) fields.push(field);
  }
  return fields;
}

export * as Records from "./records.ts";
