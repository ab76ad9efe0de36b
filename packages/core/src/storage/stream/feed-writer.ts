import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import {
  eventId,
  type FeedEvent,
  type FeedName,
  type FeedSubscription,
  listSubscriptions,
  MAX_PAGE_EVENTS,
  matchesPatterns,
  originKey,
  pageItem,
  RETENTION_SECONDS,
  readNewestPage,
  readPages,
} from "../read/event-feed.ts";
import { Cache } from "../table/cache.ts";
import { isConditionFailed, readItem, send, tableName } from "../table/database.ts";
import { retryTransient } from "../write/transaction.ts";
import type { RecordChange } from "./record-change.ts";

/**
 * Appends to a tenant's feed (docs/messaging/outbound-webhooks.md). A page is written under the next number, on the condition that this
 * number does not exist yet. Page numbers therefore have no gaps, and a reader who has read up to a page has missed nothing.
 */

/** The newest page of a sequence that this process knows. */
export interface KnownPage {
  readonly feed: FeedName;
  number: number | undefined;
}

const pageCache = new Cache<KnownPage>(60);
const subscriptionCache = new Cache<FeedSubscription[]>(60);

/** Call before the checkpoints are read: events that are new according to the checkpoints are not in any page up to this one. */
export const readKnownPage = (feed: FeedName = "events"): Promise<KnownPage> =>
  pageCache.get(`${useTenant()} ${feed}`, async () => ({ feed, number: (await readNewestPage(feed))?.number }));

/**
 * Call after a write to an endpoint. This process uses the change at once, other processes within a minute; the endpoint's clock wakes it
 * in any case.
 */
export const invalidateSubscriptions = (): void => subscriptionCache.invalidate(useTenant());

/** An event. `isRedelivered`: the checkpoint already had this version, so the event may already be in the feed. */
interface FeedEntry {
  event: Omit<FeedEvent, "id">;
  isRedelivered: boolean;
}

/** Tolerated difference between the clocks of writers and consumers, in milliseconds. */
const MAX_CLOCK_SKEW_MS = 5 * 60 * 1000;
const PAGES_PER_READ = 50;

const eventKey = ({ record_id, version, type }: Pick<FeedEvent, "record_id" | "version" | "type">): string =>
  `${record_id}.${version}.${type}`;

/**
 * Appends the events that are not in the feed yet. `since` is the machine's time of the oldest change: pages that were written earlier need
 * not be searched for these events.
 */
export async function append(from: KnownPage, feedEntries: readonly FeedEntry[], since: number): Promise<void> {
  const remainingEvents = new Map(feedEntries.map(({ event }) => [eventKey(event), event]));
  const drop = (events: readonly FeedEvent[]): void => {
    for (const event of events) remainingEvents.delete(eventKey(event));
  };
  const { feed } = from;
  let { number } = from;
  if (feedEntries.some(({ isRedelivered }) => isRedelivered) && number !== undefined)
    for (let to = number, isOver = false; !isOver && remainingEvents.size > 0; ) {
      const read = await readPages({ to, maxPages: PAGES_PER_READ, order: "desc", feed });
      for (const { events } of read) drop(events);
      const oldest = read.at(-1);
      isOver = !oldest || oldest.made < since - MAX_CLOCK_SKEW_MS;
      to = (oldest?.number ?? 0) - 1;
    }
  number ??= (await claimFirstNumber(feed)) - 1;
  for (let conflictCount = 0; remainingEvents.size > 0; ) {
    const eventChunk = [...remainingEvents.values()].slice(0, MAX_PAGE_EVENTS);
    try {
      const Item = pageItem(feed, number + 1, eventChunk);
      await retryTransient(() =>
        send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" })),
      );
      number++;
      for (const event of eventChunk) remainingEvents.delete(eventKey(event));
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      // Other consumers wrote the page first, or an earlier try succeeded although its response was lost.
      for (let read = await readPages({ from: number + 1, maxPages: PAGES_PER_READ, feed }); read.length > 0; ) {
        for (const page of read) {
          drop(page.events);
          number = page.number;
        }
        read = read.length < PAGES_PER_READ ? [] : await readPages({ from: number + 1, maxPages: PAGES_PER_READ, feed });
      }
      if (++conflictCount > 1)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * Math.min(conflictCount, 10)));
    }
  }
  from.number = Math.max(from.number ?? 0, number);
}

/** Appends changes of records to the sequence that columns read. A change that is in it twice is read twice. */
export async function appendChanges(changes: readonly Pick<RecordChange, "id" | "version">[]): Promise<void> {
  const entries = changes.map(({ id: record_id, version }) => ({
    event: { record_id, version, type: "", actor_id: "", at: "", changed: [] },
    isRedelivered: false,
  }));
  await append(await readKnownPage("changes"), entries, 0);
}

/**
 * Returns the first page number of a run, when there is no page from which to count. It is an instant in milliseconds, which is higher than
 * any number of an earlier run. Consumers that start at the same time get the same number. A run that has no pages ends after half the
 * retention time.
 */
async function claimFirstNumber(feed: FeedName): Promise<number> {
  for (;;) {
    const origin = await readItem(originKey(feed));
    if (origin && String(origin.begun_at) > Clock.addSeconds(-RETENTION_SECONDS / 2)) return Number(origin.start);
    const start = Clock.ms();
    const condition = origin
      ? { ConditionExpression: "begun_at = :read", ExpressionAttributeValues: { ":read": origin.begun_at } }
      : { ConditionExpression: "attribute_not_exists(pk)" };
    try {
      await send(
        new PutCommand({ TableName: tableName(), Item: { ...originKey(feed), start, begun_at: Clock.now() }, ...condition }),
      );
      return start;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}

/**
 * Builds the events that wake the endpoints that want one of these events. They are the same as those of the endpoint's clock, so that no
 * endpoint waits for another.
 */
export async function buildWakeEvents(knownPage: KnownPage, events: readonly DomainEvent[]): Promise<DomainEvent[]> {
  const tenant_id = useTenant();
  const all = await subscriptionCache.get(tenant_id, () => listSubscriptions({ consistent: false, live: true }));
  const now = Clock.now();
  return all.flatMap(({ endpoint_id, events: patterns }) =>
    events.some(({ type }) => matchesPatterns(patterns, type))
      ? [
          {
            id: `${endpoint_id}.${eventId(knownPage.number ?? 0, 0)}`,
            type: "webhook_endpoint.work_due",
            ...{ tenant_id, record_id: endpoint_id, at: now, due_at: now, changed: [] },
            ...{ version: 0, actor_id: "system:stream", request_id: "" },
          },
        ]
      : [],
  );
}

export * as FeedWriter from "./feed-writer.ts";
