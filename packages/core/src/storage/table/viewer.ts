import type { BaseRecord, Collection } from "./collection.ts";
import { NONE } from "./key.ts";

/**
 * Viewers: the owner, users and teams through whom a record is visible, and the names under which lists find it
 * (docs/platform/visibility.md).
 */

/** Returns whether records of a kind have visibility entries (read/visibility-entries.ts). A record may have several. */
export const hasVisibilityEntries = <R extends BaseRecord>({ definition }: Collection<R>): boolean =>
  definition.derivedVisibility !== undefined || definition.sharing !== undefined;

type OptionalIds = readonly (string | null | undefined)[];

const compactIds = (ids: OptionalIds = []): string[] => ids.filter((id) => id !== null && id !== undefined);

/** Returns the distinct viewers of a record. */
export function listViewers<R extends BaseRecord>(collection: Collection<R>, record: R): string[] {
  const { sharing } = collection.definition;
  return resolveViewers({ owner: collection.ownerId(record), teams: sharing?.teams?.(record), users: sharing?.users(record) });
}

/** The viewer of records whose visibility other records decide. No caller sees through it, so only counts of all records include them. */
const SUBJECT_VIEWER = "subject";

/**
 * Returns the viewer under whom the tags of a record are counted; undefined if they are not counted. A shared record counts only under its
 * owner, or else its first team, so that sums over the viewers of a caller count no record twice.
 */
export function resolveTagViewer<R extends BaseRecord>(collection: Collection<R>, record: R): string | undefined {
  const { owner, subject, isTagCounted } = collection.definition;
  if (isTagCounted && !isTagCounted(record)) return undefined;
  if (owner !== undefined) return listViewers(collection, record)[0];
  return subject ? SUBJECT_VIEWER : NONE;
}

interface ViewerSources {
  owner: string | null | undefined;
  teams?: OptionalIds | undefined;
  users?: OptionalIds | undefined;
}

/** Returns the viewers for these values. A record with neither an owner nor a team is unowned and visible to all. */
export function resolveViewers({ owner, teams, users }: ViewerSources): string[] {
  const having = compactIds([owner === NONE ? null : owner, ...(teams ?? [])]);
  return having.length === 0 ? [NONE] : [...new Set([...having, ...compactIds(users)])];
}

/** Returns the record that this one makes visible, and the viewers of this one; undefined if it is deleted. */
export function buildVisibilityGrant<R extends BaseRecord>(
  collection: Collection<R>,
  record: R | undefined,
): { id: string; owners: readonly string[] } | undefined {
  const { visibilityGrant } = collection.definition;
  if (!visibilityGrant || !record || record.deleted_at || visibilityGrant.except?.(record)) return undefined;
  const id = record[visibilityGrant.field];
  return typeof id === "string" ? { id, owners: listViewers(collection, record) } : undefined;
}

const VIEWER_PREFIX = "seen@";
/** Returns the name of a viewer's entries and counters, which differs from the name for owned records. */
const viewerName = (seer: string): string => `${VIEWER_PREFIX}${seer}`;
const isViewerName = (name: string): boolean => name.startsWith(VIEWER_PREFIX);

/** The name of records that everyone sees. They have no other viewers. */
export const ALL_VIEWERS = viewerName(NONE);

/** Returns whether the names are viewer names, and not only owners. */
export const hasViewerNames = (names: "all" | Iterable<string>): boolean => names !== "all" && [...names].some(isViewerName);

/**
 * Returns whether entries contain all records of a kind. If lists are only in order of time, the index by_owner contains owned records, as
 * soon as they are written, and entries contain only the others.
 */
export const isListedByEntries = <R extends BaseRecord>({ definition: { sharing, sorts = {} } }: Collection<R>): boolean =>
  sharing !== undefined && Object.keys(sorts).length > 0;

/** Returns the names under which a record has entries; none for kinds that are not shared. */
export function listSharedNames<R extends BaseRecord>(collection: Collection<R>, record: R | undefined): string[] {
  if (!record || !collection.definition.sharing) return [];
  const owner = isListedByEntries(collection) ? undefined : (collection.ownerId(record) ?? NONE);
  return listViewers(collection, record)
    .filter((seer) => seer !== owner)
    .map(viewerName);
}

/** Returns all names by which lists and searches find a record: its owner and the names of its entries. */
export const listSearchNames = <R extends BaseRecord>(collection: Collection<R>, record: R): string[] => [
  collection.ownerId(record) ?? NONE,
  ...listSharedNames(collection, record),
];

/** Returns the names by which lists of a kind find what is visible through these users and teams. */
export function toListNames<R extends BaseRecord>(
  collection: Collection<R>,
  users: ReadonlySet<string>,
  teams: Iterable<string> = [],
): ReadonlySet<string> {
  const all = [...users, ...teams];
  if (collection.definition.derivedVisibility) return new Set(all);
  if (!collection.definition.sharing) return users;
  if (isListedByEntries(collection)) return new Set(all.map(viewerName));
  return new Set([...users, ...all.filter((seer) => seer !== NONE).map(viewerName)]);
}
