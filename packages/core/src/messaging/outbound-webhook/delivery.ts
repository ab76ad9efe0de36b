import { randomUUID } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict, invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { IdInput, instant, query, text } from "../../kernel/schema.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { Feed, type FeedPosition, parseEventId, RETENTION_SECONDS } from "../../storage/read/event-feed.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { type AttemptRecord, Attempts, Stored } from "./attempt.entity.ts";
import { saveAttempt, sendEvent } from "./attempt.ts";
import { Endpoints } from "./endpoint.entity.ts";
import { WebhookEndpoint } from "./endpoint.ts";
import { SendingState } from "./sending-state.ts";

/** The attempts of an endpoint, test events and replays. */

export const Info = Stored;

export const list = fn(
  IdInput.extend({
    limit: query.int(1, 100).optional().describe("Defaults to 20"),
    cursor: text(1000).optional().describe("The next_cursor of the previous page"),
  }),
  async ({ id, limit = 20, cursor }) => {
    await Records.read(Endpoints, id);
    const queryKey = `attempts/${id}`;
    const position = cursor === undefined ? undefined : await Cursor.open(cursor, queryKey);
    const rows: AttemptRecord[] = [];
    const reading = { order: "desc", after: position?.after, chunk: limit + 1 } as const;
    for await (const row of queryPartitions(Attempts, Attempts.childPartitions(id), reading))
      if (rows.push(Attempts.fromRow(row)) > limit) break;
    const isMore = rows.length > limit;
    const pageRows = rows.slice(0, limit);
    const total = (position?.total ?? 0) + pageRows.length;
    const last = pageRows.at(-1);
    const next_cursor = isMore && last ? await Cursor.seal({ after: last.id, total, isLowerBound: true }, queryKey) : null;
    const meta = {
      page: 1,
      limit,
      total: isMore ? total + 1 : total,
      totalPages: Math.ceil(total / limit),
      next_cursor,
      as_of: Clock.now(),
    };
    return new Page(pageRows, isMore ? { ...meta, total_is_lower_bound: true } : meta);
  },
);

/** Sends a test event at once, and returns the answer. */
export const sendTest = fn(IdInput, async ({ id }) => {
  const endpoint = await Records.read(Endpoints, id);
  WebhookEndpoint.requireOwner(endpoint);
  const event = {
    id: `evt_test_${randomUUID()}`,
    type: "webhook.test",
    timestamp: Clock.now(),
    data: { id: "", kind: "webhook", version: 0, changed: [], actor_id: endpoint.owner_id },
  };
  const attempt = await sendEvent(endpoint, await WebhookEndpoint.openSecrets(endpoint), event, "test");
  await saveAttempt(attempt);
  return attempt;
});

const ReplayInput = IdInput.extend({
  event_id: text(64).optional().describe("Id of a single event"),
  from: instant().optional().describe("Start of a range of events"),
  to: instant({ day: "last" }).optional().describe("End of the range; defaults to now"),
});

export const ReplayInfo = z.object({ from: z.string().nullable(), to: z.string().nullable(), event_id: z.string().nullable() });

/** Sends the events of a range, or one event, again in order, in parallel with new ones. Only types to which the endpoint subscribes. */
export const replay = fn(ReplayInput, async ({ id, event_id, from, to }) => {
  if ((event_id === undefined) === (from === undefined))
    throw invalid("event_id", "Exactly one of event_id and from is required");
  if (event_id !== undefined && to !== undefined) throw invalid("to", "Only allowed with from");
  const until = to ?? Clock.now();
  if (from !== undefined && from > until) throw invalid("from", "Must not be later than the end of the range");
  if (from !== undefined && from < Clock.addSeconds(-RETENTION_SECONDS))
    throw invalid("from", "Must be within the last 30 days, for which events are stored");
  const endpoint = await Records.read(Endpoints, id);
  WebhookEndpoint.requireOwner(endpoint);
  if (endpoint.status !== "ACTIVE") throw ruleViolation("The endpoint is off: switch it on first");
  const bounds =
    event_id === undefined
      ? { after: await Feed.findPositionBefore(from as string), until: await Feed.findEnd() }
      : await findEventBounds(event_id);
  const range = { from: from ?? null, to: event_id === undefined ? until : null };
  return Records.change(
    Endpoints,
    id,
    (current, tx) => {
      tx.put(SendingState.replayItem(id, { ...bounds, ...range, done: [] }), {
        condition: "attribute_not_exists(pk)",
        rejection: () => conflict("A replay is in progress: wait until it ends"),
      });
      return { ...current, work_at: Clock.now() };
    },
    { answer: () => ({ ...range, event_id: event_id ?? null }) },
  );
});

async function findEventBounds(event_id: string): Promise<{ after: FeedPosition; until: FeedPosition }> {
  const place = parseEventId(event_id);
  if (!place || !(await Feed.find(event_id))) throw invalid("event_id", "No event of the last 30 days has this id");
  return { after: { page: place.page, place: place.place - 1 }, until: place };
}

export * as WebhookDelivery from "./delivery.ts";
