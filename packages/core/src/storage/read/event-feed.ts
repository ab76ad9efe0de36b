import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { Kind } from "../../kernel/id.ts";
import { get, query } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { type Key, tenantKey } from "../table/key.ts";

/**
 * The feed of a tenant's events (docs/messaging/outbound-webhooks.md): pages with numbers without gaps, each there only when all before it are. Its
 * writer is project/feed.ts.
 */
export interface FeedEvent {
  /** Its page and its place there, in signs that sort. */
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
  /** When it was made by the machine's clock, in milliseconds: whether it may have what the stream brings once more. */
  made: number;
  events: readonly FeedEvent[];
}

/** Seconds for which events are kept. */
export const RETENTION_SECONDS = 30 * 24 * 60 * 60;
/** Events of one page. */
export const MAX_PAGE_EVENTS = 200;

/** Whether events of a kind are told: of what has an address of its own, and is seen by roles and owners alone. */
export const isPublished = ({ path, isStandalone: isAlone, isDerived, load }: Kind): boolean =>
  path !== undefined && load !== undefined && !isAlone && !isDerived;

/** The kind that an event's type begins with. */
export const eventKind = (type: string): string => type.split(".")[0] ?? "";

/** Whether one of `lead.created`, `lead.*` and `*` means the type. */
export const matchesPatterns = (patterns: readonly string[], type: string): boolean =>
  patterns.some((pattern) => pattern === "*" || pattern === type || pattern === `${eventKind(type)}.*`);

const DIGITS = { page: 9, place: 3 } as const;
const PREFIX = "evt_";

export const eventId = (page: number, place: number): string =>
  `${PREFIX}${page.toString(36).padStart(DIGITS.page, "0")}${place.toString(36).padStart(DIGITS.place, "0")}`;

/** A place in the feed: a page, and an event in it. */
export interface FeedPosition {
  page: number;
  place: number;
}

/** Where an id leads; undefined for what is none. */
export function parseEventId(id: string): FeedPosition | undefined {
  const [, page, place] = /^evt_([0-9a-z]{9})([0-9a-z]{3})$/.exec(id) ?? [];
  return page && place ? { page: Number.parseInt(page, 36), place: Number.parseInt(place, 36) } : undefined;
}

const feedPartition = (): string => tenantKey(useTenant(), "FEED");

/** Behind all pages: where the present run of numbers began. */
export const originKey = (): Key => ({ pk: feedPartition(), sk: "~origin" });

export const pageKey = (number: number): Key => ({ pk: feedPartition(), sk: String(number).padStart(15, "0") });

type StoredEvent = readonly [
  type: string,
  record: string,
  version: number,
  actor: string,
  at: string,
  changed: readonly string[],
];

export const pageItem = (number: number, events: readonly Omit<FeedEvent, "id">[]): Item => ({
  ...pageKey(number),
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

function parsePage({ sk, at, made, events }: Item): FeedPage {
  const number = Number(sk);
  const stored = JSON.parse(inflateRawSync(events as Uint8Array).toString()) as StoredEvent[];
  return {
    number,
    at: String(at),
    made: Number(made),
    events: stored.map(([type, record_id, version, actor_id, instant, changed], place) => ({
      id: eventId(number, place),
      ...{ type, record_id, version, actor_id, at: instant, changed },
    })),
  };
}

interface PageRange {
  from?: number;
  to?: number;
  most: number;
  order?: "asc" | "desc";
}

/** Pages by their numbers, both bounds within; at most as many as fit into an answer of the table. */
export async function readPages({ from = 0, to, most, order = "asc" }: PageRange): Promise<FeedPage[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and sk between :from and :to",
    ExpressionAttributeValues: {
      ":pk": feedPartition(),
      ":from": pageKey(from).sk,
      ":to": to === undefined ? "9".repeat(15) : pageKey(to).sk,
    },
    ConsistentRead: true,
    ScanIndexForward: order === "asc",
    Limit: most,
  });
  return Items.map(parsePage);
}

/** The newest page; undefined where nothing happened for as long as pages are kept. */
export const readNewestPage = async (): Promise<FeedPage | undefined> => (await readPages({ most: 1, order: "desc" }))[0];

/** Behind all that is in the feed now. */
export async function findEnd(): Promise<FeedPosition> {
  const page = await readNewestPage();
  return page ? { page: page.number, place: page.events.length - 1 } : { page: 0, place: 0 };
}

/** The event with an id, where it is kept still. */
export async function find(id: string): Promise<FeedEvent | undefined> {
  const place = parseEventId(id);
  const item = place && (await get(pageKey(place.page)));
  const page = item && parsePage(item);
  return page && isRetained(page) ? page.events[place.place] : undefined;
}

const isRetained = ({ at }: FeedPage): boolean => at > Clock.addSeconds(-RETENTION_SECONDS);

export interface FeedPart {
  events: FeedEvent[];
  /** The last place that was looked at; where nothing was, the one behind which it began. */
  last: FeedPosition;
  /** When the newest page of it was written; undefined where there is none. */
  at: string | undefined;
}

/** Pages that are read at a time. */
const PAGES_PER_READ = 20;

/** What stands behind a place, in order: up to `most` events of the next pages. */
export async function readEventsAfter(after: FeedPosition, most: number): Promise<FeedPart> {
  const read = await readPages({ from: after.page, most: Math.min(most, PAGES_PER_READ) });
  const events: FeedEvent[] = [];
  let last = after;
  let at: string | undefined;
  for (const page of read) {
    for (const [place, event] of page.events.entries()) {
      if (page.number === after.page && place <= after.place) continue;
      if (events.length === most) return { events, last, at };
      if (isRetained(page)) events.push(event);
      last = { page: page.number, place };
    }
    at = page.at;
  }
  return { events, last, at };
}

/** Behind what was written before an instant: pages have no gaps in their numbers, so it is found by halving. */
export async function findPositionBefore(instant: string): Promise<FeedPosition> {
  const [[oldest], latest] = await Promise.all([readPages({ most: 1 }), readNewestPage()]);
  if (!oldest || !latest) return { page: 0, place: 0 };
  let [low, high] = [oldest.number, latest.number + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [page] = await readPages({ from: middle, to: high, most: 1 });
    if (!page || page.at >= instant) high = middle;
    else low = page.number + 1;
  }
  return { page: low - 1, place: MAX_PAGE_EVENTS };
}

/** The endpoints that are to be woken when something is appended, each under its slot, with the types that it wants. */
export const subscriptionKey = (slot: number): Key => ({
  pk: tenantKey(useTenant(), "FEEDTO"),
  sk: String(slot).padStart(2, "0"),
});

/** Endpoints of one tenant. */
export const MAX_SUBSCRIPTIONS = 20;

export interface FeedSubscription {
  slot: number;
  endpoint_id: string;
  events: readonly string[];
}

/** Those that hold a slot; `live` leaves out those that are not to be woken. */
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
