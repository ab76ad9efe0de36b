import type { BaseRecord, Collection } from "./collection.ts";
import { NONE } from "./key.ts";

/** Through whom what is shared is seen, and where lists find it by that (docs/visibility.md). */

/** Whether records of a kind have entries (read/sight-entries.ts): one may stand under several. */
export const hasEntries = <R extends BaseRecord>({ definition }: Collection<R>): boolean =>
  definition.revealed !== undefined || definition.shares !== undefined;

type Ids = readonly (string | null | undefined)[];

const given = (ids: Ids = []): string[] => ids.filter((id) => id !== null && id !== undefined);

/** Through whom a record is seen, each once. */
export function seersOf<R extends BaseRecord>(collection: Collection<R>, record: R): string[] {
  const { shares } = collection.definition;
  return seersAmong({ owner: collection.ownerOf(record), teams: shares?.teams?.(record), users: shares?.users(record) });
}

interface Seers {
  owner: string | null | undefined;
  teams?: Ids | undefined;
  users?: Ids | undefined;
}

/** The same by what a record names. What has neither an owner nor a team waits to be taken: it is nobody's, and all see it. */
export function seersAmong({ owner, teams, users }: Seers): string[] {
  const having = given([owner === NONE ? null : owner, ...(teams ?? [])]);
  return having.length === 0 ? [NONE] : [...new Set([...having, ...given(users)])];
}

/** Whom a record reveals, and through whom it is seen itself: nobody while it is deleted. */
export function revealOf<R extends BaseRecord>(
  collection: Collection<R>,
  record: R | undefined,
): { id: string; owners: readonly string[] } | undefined {
  const { reveals } = collection.definition;
  if (!reveals || !record || record.deleted_at || reveals.unless?.(record)) return undefined;
  const id = record[reveals.field];
  return typeof id === "string" ? { id, owners: seersOf(collection, record) } : undefined;
}

const PREFIX = "seen@";
/** The name of entries and counters of what is seen through somebody: apart from those of what somebody owns. */
export const seenAs = (seer: string): string => `${PREFIX}${seer}`;
const isSeenAs = (name: string): boolean => name.startsWith(PREFIX);

/** What everybody sees: it stands under nobody else. */
export const SEEN_BY_ALL = seenAs(NONE);

/** Whether lists ask for what is seen through somebody, rather than for what an owner has. */
export const areSeers = (names: "all" | Iterable<string>): boolean => names !== "all" && [...names].some(isSeenAs);

/**
 * Whether entries have all of a kind. Where lists are in order of time alone, by_owner has what somebody owns, with the
 * answer that wrote it: entries have the rest.
 */
export const isByEntries = <R extends BaseRecord>({ definition: { shares, sorts = {} } }: Collection<R>): boolean =>
  shares !== undefined && Object.keys(sorts).length > 0;

/** The names under which a record has entries; none of a kind that is not shared. */
export function sharedUnder<R extends BaseRecord>(collection: Collection<R>, record: R | undefined): string[] {
  if (!record || !collection.definition.shares) return [];
  const owner = isByEntries(collection) ? undefined : (collection.ownerOf(record) ?? NONE);
  return seersOf(collection, record)
    .filter((seer) => seer !== owner)
    .map(seenAs);
}

/** All names by which lists and searches find a record: its owner, and those under which it has entries. */
export const foundUnder = <R extends BaseRecord>(collection: Collection<R>, record: R): string[] => [
  collection.ownerOf(record) ?? NONE,
  ...sharedUnder(collection, record),
];

/** The names by which lists of a kind ask for what is seen through these users and teams. */
export function namesOf<R extends BaseRecord>(
  collection: Collection<R>,
  users: ReadonlySet<string>,
  teams: Iterable<string> = [],
): ReadonlySet<string> {
  const all = [...users, ...teams];
  if (collection.definition.revealed) return new Set(all);
  if (!collection.definition.shares) return users;
  if (isByEntries(collection)) return new Set(all.map(seenAs));
  return new Set([...users, ...all.filter((seer) => seer !== NONE).map(seenAs)]);
}
