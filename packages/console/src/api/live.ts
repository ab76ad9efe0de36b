import { type Changes, EVERYTHING, type FeedEvent, isNoChange, summarizeEvents } from "./live-changes.ts";

/**
 * How the console hears of changes by others. This is a poll of `GET /events`: one visible tab of the user polls, and tells the others. A push can take
 * its place behind the same interface.
 */
interface LiveConnection {
  /** Calls the listener with the changes from now on. Returns the function that ends it. */
  listen(listener: (changes: Changes) => void): () => void;
}

/** A part of the feed of events. */
export interface FeedPart {
  readonly events: readonly FeedEvent[];
  /** Where the next part begins. Null: at the beginning. */
  readonly after: string | null;
  readonly hasMore: boolean;
}

/** What a tab has from its browser and from the API. Tests have their own. */
export interface LivePorts {
  /** Reads the events after a position. `latest` is the present end of the feed, and an empty text its beginning. */
  readonly read: (after: string, signal: AbortSignal) => Promise<FeedPart>;
  /** Runs a task in one tab at a time; the others wait. */
  readonly runAlone: (task: () => Promise<void>, signal: AbortSignal) => Promise<void>;
  /** Sends to the other tabs of the user. */
  readonly channel: {
    post(message: LiveMessage): void;
    listen(listener: (message: LiveMessage) => void): () => void;
  };
  /** Calls the listener when the tab is shown and hidden, and once at the beginning. */
  readonly watchVisibility: (listener: (isVisible: boolean) => void) => () => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface LiveMessage {
  readonly after: string;
  readonly changes: Changes;
}

const INTERVAL_MS = 5_000;
const MAX_INTERVAL_MS = 60_000;
/** Parts that follow each other without a pause. If there is more, everything is read again instead. */
const MAX_PARTS = 3;
const LATEST = "latest";

/** Returns the pause after a number of failures in a row. */
export const pauseAfter = (failures: number): number => Math.min(MAX_INTERVAL_MS, INTERVAL_MS * 2 ** failures);

export function createPolledConnection({ read, runAlone, channel, watchVisibility, wait }: LivePorts): LiveConnection {
  return {
    listen: (listener) => {
      let position: string | undefined;
      let polling: AbortController | undefined;
      const take = ({ after, changes }: LiveMessage): void => {
        position = after;
        if (!isNoChange(changes)) listener(changes);
      };
      /** Reads what happened since the last time, from where the tab that polled before has been. */
      const readChanges = async (signal: AbortSignal): Promise<LiveMessage> => {
        let after = position ?? LATEST;
        const events: FeedEvent[] = [];
        for (let count = 0; count < MAX_PARTS; count++) {
          const part = await read(after, signal);
          events.push(...part.events);
          after = part.after ?? "";
          if (!part.hasMore) return { after, changes: summarizeEvents(events) };
        }
        const end = await read(LATEST, signal);
        return { after: end.after ?? "", changes: EVERYTHING };
      };
      const poll = async (signal: AbortSignal): Promise<void> => {
        let failures = 0;
        while (!signal.aborted) {
          try {
            const message = await readChanges(signal);
            if (signal.aborted) return;
            take(message);
            channel.post(message);
            failures = 0;
          } catch {
            // The next poll continues at the same position, so nothing is lost.
            failures++;
          }
          await wait(pauseAfter(failures), signal);
        }
      };
      const stopHearing = channel.listen(take);
      const stopWatching = watchVisibility((isVisible) => {
        polling?.abort();
        polling = isVisible ? new AbortController() : undefined;
        const { signal } = polling ?? {};
        if (signal) void runAlone(() => poll(signal), signal);
      });
      return () => {
        polling?.abort();
        stopWatching();
        stopHearing();
      };
    },
  };
}
