import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { Kind } from "../../kernel/id.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { query, readItem } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";

/**
 * The feed of a tenant's events (docs/messaging/outbound-webhooks.md): pages with consecutive numbers. A page exists only if all earlier
 * pages exist. stream/feed-writer.ts writes the feed.
 */
export interface FeedEvent {
  /** The page number and the position in the page, encoded so that ids sort. */
  id: string;
  type: string;
  record_id: string;
  version: number;
  actor_id: string;
  at: string;
  /** Names of the fields that changed. */
  changed: readonly string[];
}

export interface FeedPage {
  number: number;
  at: string;
  /**
   * The machine's time when the page was written, in milliseconds. The writer uses it to find pages that may already contain a redelivered
   * event.
   */
  made: number;
  events: readonly FeedEvent[];
}

/** Seconds for which events are kept. */
export const RETENTION_SECONDS = 30 * 24 * 60 * 60;
/** Maximum events of one page. */
export const MAX_PAGE_EVENTS = 200;

/**
 * A sequence of pages: `events` are those that are published. `changes` are those of the other kinds; only columns read them, so they name the record and
 * its version and nothing else.
 */
export type FeedName = "events" | "changes";

/** Returns whether events of a kind are published. The kind must have a path, and only roles and owners may decide who sees its records. */
export const isPublished = ({ path, isStandalone, isDerived, load }: Kind): boolean =>
  path !== undefined && load !== undefined && !isStandalone && !isDerived;

/** Returns the sequence that has the changes of a kind; undefined if its records are derived from others, or are listed below one parent only. */
export const findFeed = ({ kind, definition }: Pick<Collection<BaseRecord>, "kind" | "definition">): FeedName | undefined => {
  if (isPublished(kind)) return "events";
  const isListedAlone = definition.indexes.by_time !== undefined && definition.parent === undefined;
  return kind.load !== undefined && !kind.isDerived && isListedAlone ? "changes" : undefined;
};

export const eventKind = (type: string): string => type.split(".")[0] ?? "";

/** Returns whether a pattern such as `lead.created`, `lead.*` or `*` matches the type. */
export const matchesPatterns = (patterns: readonly string[], type: string): boolean =>
  patterns.some((pattern) => pattern === "*" || pattern === type || pattern === `${eventKind(type)}.*`);

const DIGITS = { page: 9, place: 3 } as const;
const PREFIX = "evt_";

export const eventId = (page: number, place: number): string =>
  `${PREFIX}${page.toString(36).padStart(DIGITS.page, "0")}${place.toString(36).padStart(DIGITS.place, "0")}`;

/** A position in the feed: a page, and an event in it. */
export interface FeedPosition {
  page: number;
  place: number;
}

/** Parses an event id; undefined if the text is not one. */
export function parseEventId(id: string): FeedPosition | undefined {
  const [, page, place] = /^evt_([0-9a-z]{9})([0-9a-z]{3})$/.exec(id) ?? [];
  return page && place ? { page: Number.parseInt(page, 36), place: Number.parseInt(place, 36) } : undefined;
}

const partitionNames = { events: "FEED", changes: "FEEDCHANGES" } as const satisfies Record<FeedName, string>;
const feedPartition = (feed: FeedName): string => tenantKey(useTenant(), partitionNames[feed]);

/** Sorts after all pages. Holds the first number of the current run of pages. */
export const originKey = (feed: FeedName): Key => ({ pk: feedPartition(feed), sk: "~origin" });

export const pageKey = (number: number, feed: FeedName = "events"): Key => ({
  pk: feedPartition(feed),
  sk: String(number).padStart(15, "0"),
});

type StoredEvent = readonly [
  type: string,
  record: string,
  version: number,
  actor: string,
  at: string,
  changed: readonly string[],
];

export const pageItem = (feed: FeedName, number: number, events: readonly Omit<FeedEvent, "id">[]): Item => ({
  ...pageKey(number, feed),
  at: Clock.now(),
  made: Clock.machineTime(),
  events: deflateRawSync(
    JSON.stringify(
      events.map(
        ({ type, record_id, version, actor_id, at, changed }): StoredEvent => [type, record_id, version, actor_id, at, changed],
      ),
    ),
  ),
  ttl: Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS)),
});

function parsePage({ sk, at, made: createdMs, events }: Item): FeedPage {
  const number = Number(sk);
  const stored = JSON.parse(inflateRawSync(events as Uint8Array).toString()) as StoredEvent[];
  return {
    number,
    at: String(at),
    made: Number(createdMs),
    events: stored.map(([type, record_id, version, actor_id, instant, changedFields], place) => ({
      id: eventId(number, place),
      ...{ type, record_id, version, actor_id, at: instant, changed: changedFields },
    })),
  };
}

interface PageRange {
  from?: number;
  to?: number;
  maxPages: number;
  order?: "asc" | "desc";
  feed?: FeedName;
}

/** Reads pages by number, both bounds included, as many as fit into one response of the table. */
export async function readPages({ from = 0, to, maxPages, order = "asc", feed = "events" }: PageRange): Promise<FeedPage[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and sk between :from and :to",
    ExpressionAttributeValues: {
      ":pk": feedPartition(feed),
      ":from": pageKey(from).sk,
      ":to": to === undefined ? "9".repeat(15) : pageKey(to).sk,
    },
    ConsistentRead: true,
    ScanIndexForward: order === "asc",
    Limit: maxPages,
  });
  return Items.map(parsePage);
}

/** Returns the newest page; undefined if nothing happened during the retention time. */
export const readNewestPage = async (feed: FeedName = "events"): Promise<FeedPage | undefined> =>
  (await readPages({ maxPages: 1, order: "desc", feed }))[0];

/** Returns the position of the last event in the feed. */
export async function findEnd(): Promise<FeedPosition> {
  const page = await readNewestPage();
  return page ? { page: page.number, place: page.events.length - 1 } : { page: 0, place: 0 };
}

/** Finds an event by its id, if it is still retained. */
export async function find(id: string): Promise<FeedEvent | undefined> {
  const place = parseEventId(id);
  const item = place && (await readItem(pageKey(place.page)));
  const page = item && parsePage(item);
  return page && isRetained(page) ? page.events[place.place] : undefined;
}

const isRetained = ({ at }: FeedPage): boolean => at > Clock.addSeconds(-RETENTION_SECONDS);

export interface FeedPart {
  events: FeedEvent[];
  /** The position of the last event that was read; the given position if there was none. */
  last: FeedPosition;
  /** When the newest of these pages was written; undefined if there is none. */
  at: string | undefined;
}

/** Pages of one read. */
const PAGES_PER_READ = 20;

/** Reads up to `most` events after a position, in order. */
export async function readEventsAfter(after: FeedPosition, maxEvents: number): Promise<FeedPart> {
  const read = await readPages({ from: after.page, maxPages: Math.min(maxEvents, PAGES_PER_READ) });
  const events: FeedEvent[] = [];
  let last = after;
  let pageTime: string | undefined;
  for (const page of read) {
    for (const [place, event] of page.events.entries()) {
      if (page.number === after.page && place <= after.place) continue;
      if (events.length === maxEvents) return { events, last, at: pageTime };
      if (isRetained(page)) events.push(event);
      last = { page: page.number, place };
    }
    pageTime = page.at;
  }
  return { events, last, at: pageTime };
}

/** Returns the position before all events since an instant. Page numbers have no gaps, so a binary search finds it. */
export async function findPositionBefore(instant: string, feed: FeedName = "events"): Promise<FeedPosition> {
  const [[oldest], latest] = await Promise.all([readPages({ maxPages: 1, feed }), readNewestPage(feed)]);
  if (!oldest || !latest) return { page: 0, place: 0 };
  let [low, high] = [oldest.number, latest.number + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [page] = await readPages({ from: middle, to: high, maxPages: 1, feed });
    if (!page || page.at >= instant) high = middle;
    else low = page.number + 1;
  }
  return { page: low - 1, place: MAX_PAGE_EVENTS };
}

/** The key of an endpoint's subscription by its slot. It stores the types of events for which the endpoint is woken. */
export const subscriptionKey = (slot: number): Key => ({
  pk: tenantKey(useTenant(), "FEEDTO"),
  sk: String(slot).padStart(2, "0"),
});

/** Maximum endpoints of one tenant. */
export const MAX_SUBSCRIPTIONS = 20;

export interface FeedSubscription {
  slot: number;
  endpoint_id: string;
  events: readonly string[];
}

/** Lists the subscriptions; `live` leaves out endpoints that are not to be woken. */
export async function listSubscriptions({ consistent = true, live = false } = {}): Promise<FeedSubscription[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": subscriptionKey(0).pk },
    ConsistentRead: consistent,
  });
  return Items.flatMap(({ sk, endpoint_id, events }) =>
    live && events === undefined
      ? []
      : [{ slot: Number(sk), endpoint_id: String(endpoint_id), events: (events ?? []) as readonly string[] }],
  );
}

export * as Feed from "./event-feed.ts";
