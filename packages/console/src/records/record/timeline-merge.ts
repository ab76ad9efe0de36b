/** Merges lists of what happened into one timeline, the newest first. */

interface DatedEntry {
  /** An RFC 3339 instant in UTC. */
  readonly at: string;
  /** The instant by which its list is sorted, if that is another one. */
  readonly listedAt?: string;
}

/** What is loaded of one list, the newest first. */
export interface LoadedList<E extends DatedEntry> {
  readonly entries: readonly E[];
  readonly hasMore: boolean;
}

/**
 * Merges the loaded parts of several lists. It leaves out what is older than the oldest loaded entry of a list that has more: entries of that list
 * may still come between, and the timeline never inserts above what the user has read.
 */
export function mergeTimeline<E extends DatedEntry>(lists: readonly LoadedList<E>[]): E[] {
  const [horizon = ""] = lists
    .flatMap(({ entries, hasMore }) => (hasMore ? (entries.at(-1)?.listedAt ?? entries.at(-1)?.at ?? []) : []))
    .sort()
    .reverse();
  return lists
    .flatMap(({ entries }) => entries)
    .filter(({ at }) => at >= horizon)
    .sort((a, b) => b.at.localeCompare(a.at));
}
