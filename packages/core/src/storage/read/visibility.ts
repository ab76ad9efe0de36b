import { canSeePrivate, type Owners, useActorId, useContext, useTenant } from "../../kernel/context.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import type { BaseRecord, Collection, SubjectRule } from "../table/collection.ts";
import { findKindById, loadCollection } from "../table/collection-registry.ts";
import { getAll } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { listSharedNames, listViewers, toListNames } from "../table/viewer.ts";
import { PersonVisibilities } from "./person-visibility.ts";

/**
 * Who sees which record: the one place that decides (docs/platform/visibility.md). A record with an owner is seen by whoever sees what
 * that owner has; a person by whoever sees one of its live records; an interaction by whoever sees a record that it names, or
 * else the person. What has none of these is seen by all. Of all of them, what is private is seen by those alone to whom it is,
 * and by administrators.
 */

/** Those of the records that the actor sees, in their order. Many cost as few reads as one, but for those that they name. */
export async function filterVisible<R extends BaseRecord>(collection: Collection<R>, records: readonly R[]): Promise<R[]> {
  return filterByRules(collection, records, await useContext().visibleOwners());
}

/** Whether the actor sees the record. */
export const canSee = async <R extends BaseRecord>(collection: Collection<R>, record: R): Promise<boolean> =>
  (await filterVisible(collection, [record])).length === 1;

/** Whether a record, or a row of it, is not private, or is so to the actor: what follows from itself alone. */
export function isOpenToActor<R extends BaseRecord>({ definition }: Collection<R>, record: R): boolean {
  const { privacy: hiding } = definition;
  return !hiding || !record[hiding.field] || canSeePrivate() || hiding.userIds(record).includes(useActorId());
}

type VisibleOwnerSet = Exclude<Owners, "all">;

/** The teams through which the actor sees records of a kind: asked for where it is shared with teams, or revealed by what may be. */
async function loadTeams<R extends BaseRecord>({ definition }: Collection<R>): Promise<ReadonlySet<string> | undefined> {
  return definition.sharing?.teams || definition.derivedVisibility ? useContext().visibleTeams?.() : undefined;
}

/** The names under which lists and searches of a kind find what the actor sees; "all" where that is every record. */
export async function loadVisibleNames<R extends BaseRecord>(collection: Collection<R>): Promise<Owners> {
  const visible = await useContext().visibleOwners();
  return visible === "all" ? visible : toListNames(collection, visible, await loadTeams(collection));
}

/**
 * Those of the rows that a list has found which the actor sees. Entries of what is shared come from the stream, so it is asked once
 * more of the records as they are now: who is given a record finds it moments later, and who has lost it finds it no more.
 */
export async function recheckVisible<R extends BaseRecord>(collection: Collection<R>, rows: readonly R[]): Promise<R[]> {
  const visible = await useContext().visibleOwners();
  const isRead = ({ version }: Partial<R>): boolean => version !== undefined;
  const now = new Map<R, R | undefined>(rows.map((row) => [row, row]));
  const lagging = visible === "all" ? [] : rows.filter((row) => !isRead(row) && listSharedNames(collection, row).length > 0);
  const tenant = useTenant();
  const items = await getAll(
    lagging.map(({ id }) => recordKey(tenant, id)),
    { only: "row" },
  );
  for (const [at, row] of lagging.entries()) {
    const item = items[at];
    now.set(row, item && collection.fromRow({ key: row.id, row: item.row }));
  }
  const there = [...now.values()].filter((record) => record !== undefined);
  const seen = new Set<R | undefined>(await filterByRules(collection, there, visible));
  const isSame = (row: R): boolean => !now.get(row)?.deleted_at === !row.deleted_at;
  return rows.filter((row) => seen.has(now.get(row)) && isSame(row));
}

async function filterByRules<R extends BaseRecord>(collection: Collection<R>, all: readonly R[], visible: Owners): Promise<R[]> {
  const { owner, derivedVisibility: revealed, subject: about, visibleWith: seenWith } = collection.definition;
  const records = all.filter((record) => isOpenToActor(collection, record));
  if (owner !== undefined || seenWith !== undefined) {
    const teams = visible === "all" ? undefined : await loadTeams(collection);
    const isOwn = (record: R): boolean =>
      visible === "all" || listViewers(collection, record).some((seer) => visible.has(seer) || teams?.has(seer));
    const aboveOf = (record: R): unknown => seenWith && record[seenWith];
    const above = await findVisibleIds(records.map(aboveOf), visible);
    return records.filter((record) => (aboveOf(record) ? above.has(aboveOf(record)) : isOwn(record)));
  }
  if (visible === "all") return records;
  if (revealed) {
    const seen = await checkDerived(
      collection,
      records.map(({ id }) => id),
      visible,
    );
    return records.filter(({ id }) => seen.get(id) === true);
  }
  return about ? filterBySubject(about, records, visible) : [...records];
}

type VisibilityById = ReadonlyMap<string, boolean>;

async function checkDerived<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
  visible: VisibleOwnerSet,
): Promise<VisibilityById> {
  const [owners, teams] = await Promise.all([PersonVisibilities.findOwners(collection, ids), loadTeams(collection)]);
  return new Map([...owners].map(([id, under]) => [id, under.some((owner) => visible.has(owner) || teams?.has(owner))]));
}

/** Which of these ids, of any kinds, are of records that are seen. */
async function findVisibleIds(ids: readonly unknown[], visible: Owners): Promise<ReadonlySet<unknown>> {
  const named = new Set(ids.filter((id) => typeof id === "string"));
  const seen = await Promise.all(
    [...Map.groupBy(named, findKindById)].map(async ([kind, some]) => {
      if (!kind) return visible === "all" ? some : [];
      const collection = await loadCollection(kind);
      if (seesWholeKind(collection, visible)) return some;
      return [...(await checkIds(collection, some, visible))].flatMap(([id, is]) => (is ? [id] : []));
    }),
  );
  return new Set(seen.flat());
}

/** Whether all records of a kind are seen, so that none of them need be looked at. */
const seesWholeKind = ({ definition }: Collection<BaseRecord>, visible: Owners): visible is "all" =>
  visible === "all" && ((!definition.privacy && !definition.visibleWith) || canSeePrivate());

async function filterBySubject<R extends BaseRecord>(
  about: SubjectRule<R>,
  records: readonly R[],
  visible: VisibleOwnerSet,
): Promise<R[]> {
  const wanted = new Map<Kind, Set<string>>();
  for (const record of records) {
    for (const { kind, id } of about.groups.flatMap((group) => listSubjects(group, record)))
      wanted.set(kind, (wanted.get(kind) ?? new Set()).add(id));
  }
  const seen = new Map<string, boolean>();
  const look = async ([kind, ids]: [Kind, Set<string>]): Promise<void> => {
    for (const [id, is] of await checkIds(await loadCollection(kind), [...ids], visible)) seen.set(id, is);
  };
  await Promise.all([...wanted].map(look));
  return records.filter((record) => {
    for (const group of about.groups) {
      const named = listSubjects(group, record);
      if (about.every) return named.every(({ id }) => seen.get(id) === true);
      const there = named.filter(({ id }) => seen.has(id));
      if (there.length > 0) return there.some(({ id }) => seen.get(id));
    }
    return true;
  });
}

const listSubjects = <R extends BaseRecord>(group: SubjectRule<R>["groups"][number], record: R): { kind: Kind; id: string }[] =>
  (Object.entries(group) as [keyof R & string, Kind][]).flatMap(([field, kind]) => {
    const id = record[field];
    return typeof id === "string" && isId(id, kind) ? [{ kind, id }] : [];
  });

/** Whether each record is seen, deleted ones too; absent where there is none. */
async function checkIds(collection: Collection<BaseRecord>, ids: readonly string[], visible: Owners): Promise<VisibilityById> {
  if (collection.definition.derivedVisibility && visible !== "all") return checkDerived(collection, ids, visible);
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => recordKey(tenant, id)));
  const records = items.flatMap((item) => (item ? [collection.fromItem(item)] : []));
  const seen = new Set((await filterByRules(collection, records, visible)).map(({ id }) => id));
  return new Map(records.map(({ id }) => [id, seen.has(id)]));
}

/** Which of these ids of a kind are of records that the actor sees; a person that was merged is who they were joined to. */
export async function filterVisibleIds(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const visible = await useContext().visibleOwners();
  const wanted = [...new Set(ids)].filter((id) => isId(id, kind));
  if (wanted.length === 0) return new Set();
  const collection = await loadCollection(kind);
  if (seesWholeKind(collection, visible)) return new Set(wanted);
  const seen = await checkIds(collection, wanted, visible);
  return new Set(wanted.filter((id) => seen.get(id)));
}

export * as Visibility from "./visibility.ts";
