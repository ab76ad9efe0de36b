import { type Owners, seesPrivate, useActorId, useContext, useTenant } from "../../kernel/context.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import type { About, BaseRecord, Collection } from "../table/collection.ts";
import { collectionOf, kindOf } from "../table/collections.ts";
import { getAll } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { namesOf, seersOf, sharedUnder } from "../table/share.ts";
import { Sights } from "./sights.ts";

/**
 * Who sees which record: the one place that decides (docs/visibility.md). A record with an owner is seen by whoever sees what
 * that owner has; a person by whoever sees one of its live records; an interaction by whoever sees a record that it names, or
 * else the person. What has none of these is seen by all. Of all of them, what is private is seen by those alone to whom it is,
 * and by administrators.
 */

/** Those of the records that the actor sees, in their order. Many cost as few reads as one, but for those that they name. */
export async function among<R extends BaseRecord>(collection: Collection<R>, records: readonly R[]): Promise<R[]> {
  return amongOwners(collection, records, await useContext().visible());
}

/** Whether the actor sees the record. */
export const sees = async <R extends BaseRecord>(collection: Collection<R>, record: R): Promise<boolean> =>
  (await among(collection, [record])).length === 1;

/** Whether a record, or a row of it, is not private, or is so to the actor: what follows from itself alone. */
export function isOpen<R extends BaseRecord>({ definition }: Collection<R>, record: R): boolean {
  const { private: hiding } = definition;
  return !hiding || !record[hiding.field] || seesPrivate() || hiding.to(record).includes(useActorId());
}

type Some = Exclude<Owners, "all">;

/** The teams through which the actor sees records of a kind: asked for where it is shared with teams, or revealed by what may be. */
async function teamsFor<R extends BaseRecord>({ definition }: Collection<R>): Promise<ReadonlySet<string> | undefined> {
  return definition.shares?.teams || definition.revealed ? useContext().teams?.() : undefined;
}

/** The names under which lists and searches of a kind find what the actor sees; "all" where that is every record. */
export async function namesSeen<R extends BaseRecord>(collection: Collection<R>): Promise<Owners> {
  const visible = await useContext().visible();
  return visible === "all" ? visible : namesOf(collection, visible, await teamsFor(collection));
}

/**
 * Those of the rows that a list has found which the actor sees. Entries of what is shared come from the stream, so it is asked once
 * more of the records as they are now: who is given a record finds it moments later, and who has lost it finds it no more.
 */
export async function amongFound<R extends BaseRecord>(collection: Collection<R>, rows: readonly R[]): Promise<R[]> {
  const visible = await useContext().visible();
  const isRead = ({ version }: Partial<R>): boolean => version !== undefined;
  const now = new Map<R, R | undefined>(rows.map((row) => [row, row]));
  const lagging = visible === "all" ? [] : rows.filter((row) => !isRead(row) && sharedUnder(collection, row).length > 0);
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
  const seen = new Set<R | undefined>(await amongOwners(collection, there, visible));
  const isSame = (row: R): boolean => !now.get(row)?.deleted_at === !row.deleted_at;
  return rows.filter((row) => seen.has(now.get(row)) && isSame(row));
}

async function amongOwners<R extends BaseRecord>(collection: Collection<R>, all: readonly R[], visible: Owners): Promise<R[]> {
  const { owner, revealed, about, seenWith } = collection.definition;
  const records = all.filter((record) => isOpen(collection, record));
  if (owner !== undefined || seenWith !== undefined) {
    const teams = visible === "all" ? undefined : await teamsFor(collection);
    const isOwn = (record: R): boolean =>
      visible === "all" || seersOf(collection, record).some((seer) => visible.has(seer) || teams?.has(seer));
    const aboveOf = (record: R): unknown => seenWith && record[seenWith];
    const above = await namedAmong(records.map(aboveOf), visible);
    return records.filter((record) => (aboveOf(record) ? above.has(aboveOf(record)) : isOwn(record)));
  }
  if (visible === "all") return records;
  if (revealed) {
    const seen = await revealedAmong(
      collection,
      records.map(({ id }) => id),
      visible,
    );
    return records.filter(({ id }) => seen.get(id) === true);
  }
  return about ? amongAbout(about, records, visible) : [...records];
}

type Seen = ReadonlyMap<string, boolean>;

async function revealedAmong<R extends BaseRecord>(
  collection: Collection<R>,
  ids: readonly string[],
  visible: Some,
): Promise<Seen> {
  const [owners, teams] = await Promise.all([Sights.ownersOf(collection, ids), teamsFor(collection)]);
  return new Map([...owners].map(([id, under]) => [id, under.some((owner) => visible.has(owner) || teams?.has(owner))]));
}

/** Which of these ids, of any kinds, are of records that are seen. */
async function namedAmong(ids: readonly unknown[], visible: Owners): Promise<ReadonlySet<unknown>> {
  const named = new Set(ids.filter((id) => typeof id === "string"));
  const seen = await Promise.all(
    [...Map.groupBy(named, kindOf)].map(async ([kind, some]) => {
      if (!kind) return visible === "all" ? some : [];
      const collection = await collectionOf(kind);
      if (isWholeOf(collection, visible)) return some;
      return [...(await idsAmong(collection, some, visible))].flatMap(([id, is]) => (is ? [id] : []));
    }),
  );
  return new Set(seen.flat());
}

/** Whether all records of a kind are seen, so that none of them need be looked at. */
const isWholeOf = ({ definition }: Collection<BaseRecord>, visible: Owners): visible is "all" =>
  visible === "all" && ((!definition.private && !definition.seenWith) || seesPrivate());

async function amongAbout<R extends BaseRecord>(about: About<R>, records: readonly R[], visible: Some): Promise<R[]> {
  const wanted = new Map<Kind, Set<string>>();
  for (const record of records) {
    for (const { kind, id } of about.groups.flatMap((group) => namedIn(group, record)))
      wanted.set(kind, (wanted.get(kind) ?? new Set()).add(id));
  }
  const seen = new Map<string, boolean>();
  const look = async ([kind, ids]: [Kind, Set<string>]): Promise<void> => {
    for (const [id, is] of await idsAmong(await collectionOf(kind), [...ids], visible)) seen.set(id, is);
  };
  await Promise.all([...wanted].map(look));
  return records.filter((record) => {
    for (const group of about.groups) {
      const named = namedIn(group, record);
      if (about.every) return named.every(({ id }) => seen.get(id) === true);
      const there = named.filter(({ id }) => seen.has(id));
      if (there.length > 0) return there.some(({ id }) => seen.get(id));
    }
    return true;
  });
}

const namedIn = <R extends BaseRecord>(group: About<R>["groups"][number], record: R): { kind: Kind; id: string }[] =>
  (Object.entries(group) as [keyof R & string, Kind][]).flatMap(([field, kind]) => {
    const id = record[field];
    return typeof id === "string" && isId(id, kind) ? [{ kind, id }] : [];
  });

/** Whether each record is seen, deleted ones too; absent where there is none. */
async function idsAmong(collection: Collection<BaseRecord>, ids: readonly string[], visible: Owners): Promise<Seen> {
  if (collection.definition.revealed && visible !== "all") return revealedAmong(collection, ids, visible);
  const tenant = useTenant();
  const items = await getAll(ids.map((id) => recordKey(tenant, id)));
  const records = items.flatMap((item) => (item ? [collection.fromItem(item)] : []));
  const seen = new Set((await amongOwners(collection, records, visible)).map(({ id }) => id));
  return new Map(records.map(({ id }) => [id, seen.has(id)]));
}

/** Which of these ids of a kind are of records that the actor sees; a person that was merged is who they were joined to. */
export async function idsSeen(kind: Kind, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const visible = await useContext().visible();
  const wanted = [...new Set(ids)].filter((id) => isId(id, kind));
  if (wanted.length === 0) return new Set();
  const collection = await collectionOf(kind);
  if (isWholeOf(collection, visible)) return new Set(wanted);
  const seen = await idsAmong(collection, wanted, visible);
  return new Set(wanted.filter((id) => seen.get(id)));
}

export * as Visible from "./visibility.ts";
