import { Clock } from "../../kernel/clock.ts";
import { eventKind, Feed } from "../../storage/read/event-feed.ts";

/** Reads which records of a kind changed since an instant, from the feed of the tenant's events. */

/** A change of a record: the types of its events, and the fields that it wrote. */
export interface KindChange {
  readonly record_id: string;
  readonly version: number;
  readonly at: string;
  readonly types: readonly string[];
  readonly changed: readonly string[];
}

interface KindChanges {
  /** In order of time. */
  readonly changes: readonly KindChange[];
  /** The instant up to which all changes were read: now, if there are no more. */
  readonly until: string;
  readonly isComplete: boolean;
}

/** Events of all kinds that are read: with 200 events in an item of some 5 kB, about 150 read units. */
const MAX_EVENTS = 20_000;
const EVENTS_PER_READ = 4000;

export async function readKindChanges(kind: string, since: string): Promise<KindChanges> {
  const now = Clock.now();
  const changes = new Map<string, KindChange>();
  let position = await Feed.findPositionBefore(since);
  for (let count = 0; ; ) {
    const { events, last } = await Feed.readEventsAfter(position, EVENTS_PER_READ);
    for (const { type, record_id, version, at, changed } of events) {
      if (eventKind(type) !== kind || at < since) continue;
      const known = changes.get(`${record_id}.${version}`);
      if (known?.types.includes(type)) continue;
      changes.set(`${record_id}.${version}`, { record_id, version, at, changed, types: [...(known?.types ?? []), type] });
    }
    const isEnd = last.page === position.page && last.place === position.place;
    position = last;
    count += events.length;
    if (!isEnd && count < MAX_EVENTS) continue;
    return {
      changes: [...changes.values()].sort((a, b) => (a.at === b.at ? a.version - b.version : a.at < b.at ? -1 : 1)),
      until: isEnd ? now : (events.at(-1)?.at ?? now),
      isComplete: isEnd,
    };
  }
}
