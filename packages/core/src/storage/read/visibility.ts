import { canSeePrivate, type Owners, useActorId, useContext, useTenant } from "../../kernel/context.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import type { BaseRecord, Collection, SubjectRule } from "../table/collection.ts";
import { findKindById, loadCollection } from "../table/collection-registry.ts";
import { readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { listSharedNames, listViewers, toListNames } from "../table/viewer.ts";
import { PersonVisibilities } from "./person-visibility.ts";

/**
 * Decides who sees which record. No other module does (docs/platform/visibility.md).
 * - A record with an owner is visible to users who see the owner's records.
 * - A person is visible to users who see one of the person's live records.
 * - An interaction is visible to users who see a record that it names, or else the person.
 * - Other records are visible to all.
 * - A private record is visible only to the users that it names and to administrators.
 */

/**
 * Filters the records that the actor sees, in their order. Many records cost as few reads as one, except for the records that they name.
 */
export async function filterVisible<R extends BaseRecord>(collection: Collection<R>, records: readonly R[]): Promise<R[]> {
  return filterByRules(collection, records, await useContext().visibleOwners());
}

export const canSee = async <R extends BaseRecord>(collection: Collection<R>, record: R): Promise<boolean> =>
  (await filterVisible(collection, [record])).length === 1;

/** Returns whether a record or row is not private, or private to the actor. Needs no reads. */
export function isOpenToActor<R extends BaseRecord>({ definition }: Collection<R>, record: R): boolean {
  const { privacy } = definition;
  return !privacy || !record[privacy.field] || canSeePrivate() || privacy.userIds(record).includes(useActorId());
}

/** Returns whether a record is open to the actor independent of the record that it is about. Needs no reads. */
export const isOpenedToActor = <R extends BaseRecord>({ definition }: Collection<R>, record: R): boolean =>
  definition.openTo !== undefined && !record.deleted_at && definition.openTo(record) === useActorId();

type VisibleOwnerSet = Exclude<Owners, "all">;

/** Loads the actor's teams if the kind, or the records that make it visible, can be shared with teams. */
async function loadTeams<R extends BaseRecord>({ definition }: Collection<R>): Promise<ReadonlySet<string> | undefined> {
  return definition.sharing?.teams || definition.derivedVisibility ? useContext().visibleTeams?.() : undefined;
}

/** Returns the viewer names by which lists and searches find what the actor sees; "all" if the actor sees every record. */
export async function loadVisibleNames<R extends BaseRecord>(collection: Collection<R>): Promise<Owners> {
  const visible = await useContext().visibleOwners();
  return visible === "all" ? visible : toListNames(collection, visible, await loadTeams(collection));
}

/**
 * Filters the rows of a list that the actor sees now. Entries of shared records come from the stream and may lag, so the current records
 * are checked. A new viewer finds the record moments later; a former viewer no longer finds it.
 */
export async function recheckVisible<R extends BaseRecord>(collection: Collection<R>, rows: readonly R[]): Promise<R[]> {
  const visible = await useContext().visibleOwners();
  const isRead = ({ version }: Partial<R>): boolean => version !== undefined;
  const now = new Map<R, R | undefined>(rows.map((row) => [row, row]));
  const lagging = visible === "all" ? [] : rows.filter((row) => !isRead(row) && listSharedNames(collection, row).length > 0);
  const tenant = useTenant();
  const items = await readItems(
    lagging.map(({ id }) => recordKey(tenant, id)),
    { only: "row" },
  );
  for (const [index, row] of lagging.entries()) {
    const item = items[index];
    now.set(row, item && collection.fromRow({ key: row.id, row: item.row }));
  }
  const currentRecords = [...now.values()].filter((record) => record !== undefined);
  const seen = new Set<R | undefined>(await filterByRules(collection, currentRecords, visible));
  const isSame = (row: R): boolean => !now.get(row)?.deleted_at === !row.deleted_at;
  return rows.filter((row) => seen.has(now.get(row)) && isSame(row));
}

async function filterByRules<R extends BaseRecord>(collection: Collection<R>, all: readonly R[], visible: Owners): Promise<R[]> {
  const { owner, derivedVisibility, subject, visibleWith } = collection.definition;
  const records = all.filter((record) => isOpenToActor(collection, record));
  if (owner !== undefined || visibleWith !== undefined) {
    const teams = visible === "all" ? undefined : await loadTeams(collection);
    const isOwn = (record: R): boolean =>
      visible === "all" || listViewers(collection, record).some((seer) => visible.has(seer) || teams?.has(seer));
    const readParentId = (record: R): unknown => visibleWith && record[visibleWith];
    const above = await findVisibleIds(records.map(readParentId), visible);
    return records.filter(
      (record) => isOpenedToActor(collection, record) || (readParentId(record) ? above.has(readParentId(record)) : isOwn(record)),
    );
  }
  if (visible === "all") return records;
  if (derivedVisibility) {
    const seen = await checkDerived(
      collection,
      records.map(({ id }) => id),
      visible,
    );
    return records.filter(({ id }) => seen.get(id) === true);
  }
  return subject ? filterBySubject(subject, records, visible) : [...records];
}

type VisibilityById = ReadonlyMap<string, boolean>;

async function checkDerived<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
  visible: VisibleOwnerSet,
): Promise<VisibilityById> {
  const [owners, teams] = await Promise.all([PersonVisibilities.findOwners(collection, ids), loadTeams(collection)]);
  return new Map([...owners].map(([id, ownerIds]) => [id, ownerIds.some((owner) => visible.has(owner) || teams?.has(owner))]));
}

/** Returns which of these ids, of any kinds, belong to visible records. */
async function findVisibleIds(ids: readonly unknown[], visible: Owners): Promise<ReadonlySet<unknown>> {
  const stringIds = new Set(ids.filter((id) => typeof id === "string"));
  const seen = await Promise.all(
    [...Map.groupBy(stringIds, findKindById)].map(async ([kind, kindIds]) => {
      if (!kind) return visible === "all" ? kindIds : [];
      const collection = await loadCollection(kind);
      if (seesWholeKind(collection, visible)) return kindIds;
      return [...(await checkIds(collection, kindIds, visible))].flatMap(([id, isVisible]) => (isVisible ? [id] : []));
    }),
  );
  return new Set(seen.flat());
}

/** Returns whether all records of a kind are visible, so that no check is needed. */
const seesWholeKind = ({ definition }: Collection<BaseRecord>, visible: Owners): visible is "all" =>
  visible === "all" && ((!definition.privacy && !definition.visibleWith) || canSeePrivate());

async function filterBySubject<R extends BaseRecord>(
  subjectRule: SubjectRule<R>,
  records: readonly R[],
  visible: VisibleOwnerSet,
): Promise<R[]> {
  const idsByKind = new Map<Kind, Set<string>>();
  for (const record of records) {
    for (const { kind, id } of subjectRule.groups.flatMap((group) => listSubjects(group, record)))
      idsByKind.set(kind, (idsByKind.get(kind) ?? new Set()).add(id));
  }
  const seen = new Map<string, boolean>();
  const look = async ([kind, ids]: [Kind, Set<string>]): Promise<void> => {
    for (const [id, isVisible] of await checkIds(await loadCollection(kind), [...ids], visible)) seen.set(id, isVisible);
  };
  await Promise.all([...idsByKind].map(look));
  return records.filter((record) => {
    for (const group of subjectRule.groups) {
      const subjects = listSubjects(group, record);
      if (subjectRule.every) return subjects.every(({ id }) => seen.get(id) === true);
      const existingSubjects = subjects.filter(({ id }) => seen.has(id));
      if (existingSubjects.length > 0) return existingSubjects.some(({ id }) => seen.get(id));
    }
    return true;
  });
}

const listSubjects = <R extends BaseRecord>(group: SubjectRule<R>["groups"][number], record: R): { kind: Kind; id: string }[] =>
  (Object.entries(group) as [keyof R & string, Kind][]).flatMap(([field, kind]) => {
    const id = record[field];
    return typeof id === "string" && isId(id, kind) ? [{ kind, id }] : [];
  });

/** Returns whether each record is visible, deleted records included. Ids without a record are absent. */
async function checkIds(collection: Collection<BaseRecord>, ids: readonly string[], visible: Owners): Promise<VisibilityById> {
  if (collection.definition.derivedVisibility && visible !== "all") return checkDerived(collection, ids, visible);
  const tenant = useTenant();
  const items = await readItems(ids.map((id) => recordKey(tenant, id)));
  const records = items.flatMap((item) => (item ? [collection.fromItem(item)] : []));
  const seen = new Set((await filterByRules(collection, records, visible)).map(({ id }) => id));
  return new Map(records.map(({ id }) => [id, seen.has(id)]));
}

/** Returns which of these ids of a kind the actor sees. A merged person counts as the person into which it was merged. */
export async function filterVisibleIds(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const visible = await useContext().visibleOwners();
  const kindIds = [...new Set(ids)].filter((id) => isId(id, kind));
  if (kindIds.length === 0) return new Set();
  const collection = await loadCollection(kind);
  if (seesWholeKind(collection, visible)) return new Set(kindIds);
  const seen = await checkIds(collection, kindIds, visible);
  return new Set(kindIds.filter((id) => seen.get(id)));
}

export * as Visibility from "./visibility.ts";
