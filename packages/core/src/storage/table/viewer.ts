import type { BaseRecord, Collection } from "./collection.ts";
import { NONE } from "./key.ts";

/** Through whom what is shared is seen, and where lists find it by that (docs/platform/visibility.md). */

/** Whether records of a kind have entries (read/sight-entries.ts): one may stand under several. */
export const hasVisibilityEntries = <R extends BaseRecord>({ definition }: Collection<R>): boolean =>
  definition.derivedVisibility !== undefined || definition.sharing !== undefined;

type OptionalIds = readonly (string | null | undefined)[];

const compactIds = (ids: OptionalIds = []): string[] => ids.filter((id) => id !== null && id !== undefined);

/** Through whom a record is seen, each once. */
export function listViewers<R extends BaseRecord>(collection: Collection<R>, record: R): string[] {
  const { sharing: shares } = collection.definition;
  return resolveViewers({ owner: collection.ownerId(record), teams: shares?.teams?.(record), users: shares?.users(record) });
}

interface ViewerSources {
  owner: string | null | undefined;
  teams?: OptionalIds | undefined;
  users?: OptionalIds | undefined;
}

/** The same by what a record names. What has neither an owner nor a team waits to be taken: it is nobody's, and all see it. */
export function resolveViewers({ owner, teams, users }: ViewerSources): string[] {
  const having = compactIds([owner === NONE ? null : owner, ...(teams ?? [])]);
  return having.length === 0 ? [NONE] : [...new Set([...having, ...compactIds(users)])];
}

/** Whom a record reveals, and through whom it is seen itself: nobody while it is deleted. */
export function buildVisibilityGrant<R extends BaseRecord>(
  collection: Collection<R>,
  record: R | undefined,
): { id: string; owners: readonly string[] } | undefined {
  const { visibilityGrant: reveals } = collection.definition;
  if (!reveals || !record || record.deleted_at || reveals.except?.(record)) return undefined;
  const id = record[reveals.field];
  return typeof id === "string" ? { id, owners: listViewers(collection, record) } : undefined;
}

const VIEWER_PREFIX = "seen@";
/** The name of entries and counters of what is seen through somebody: apart from those of what somebody owns. */
export const viewerName = (seer: string): string => `${VIEWER_PREFIX}${seer}`;
const isViewerName = (name: string): boolean => name.startsWith(VIEWER_PREFIX);

/** What everybody sees: it stands under nobody else. */
export const ALL_VIEWERS = viewerName(NONE);

/** Whether lists ask for what is seen through somebody, rather than for what an owner has. */
export const hasViewerNames = (names: "all" | Iterable<string>): boolean => names !== "all" && [...names].some(isViewerName);

/**
 * Whether entries have all of a kind. Where lists are in order of time alone, by_owner has what somebody owns, with the
 * answer that wrote it: entries have the rest.
 */
export const isListedByEntries = <R extends BaseRecord>({
  definition: { sharing: shares, sorts = {} },
}: Collection<R>): boolean => shares !== undefined && Object.keys(sorts).length > 0;

/** The names under which a record has entries; none of a kind that is not shared. */
export function listSharedNames<R extends BaseRecord>(collection: Collection<R>, record: R | undefined): string[] {
  if (!record || !collection.definition.sharing) return [];
  const owner = isListedByEntries(collection) ? undefined : (collection.ownerId(record) ?? NONE);
  return listViewers(collection, record)
    .filter((seer) => seer !== owner)
    .map(viewerName);
}

/** All names by which lists and searches find a record: its owner, and those under which it has entries. */
export const listSearchNames = <R extends BaseRecord>(collection: Collection<R>, record: R): string[] => [
  collection.ownerId(record) ?? NONE,
  ...listSharedNames(collection, record),
];

/** The names by which lists of a kind ask for what is seen through these users and teams. */
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
