import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { query, text } from "../../kernel/schema.ts";
import {
  eventId,
  Feed,
  type FeedPosition,
  MAX_PAGE_EVENTS,
  matchesPatterns,
  parseEventId,
} from "../../storage/read/event-feed.ts";
import { buildPayloads, type WebhookPayload } from "./webhook-payload.ts";

/** The event feed for polling: oldest first, with the events that the caller may see. */

export const Info = z.object({
  id: z.string().describe("The `webhook-id` of the same event; pass it as `after` to read the events that follow"),
  type: z.string().meta({ examples: ["lead.updated"] }),
  timestamp: z.string().meta({ format: "date-time" }),
  data: z.object({
    id: z.string(),
    kind: z.string(),
    version: z.number().int(),
    changed: z.array(z.string()).describe("Names of the fields that changed"),
    actor_id: z.string(),
  }),
});

/** Maximum number of feed pages read by a request. */
const MAX_PAGES = 5;

/** The position of a client that wants only events from now on. */
const LATEST = "latest";

async function resolvePosition(after: string | undefined): Promise<FeedPosition | undefined> {
  if (after === undefined) return { page: 0, place: 0 };
  return after === LATEST ? Feed.findEnd() : parseEventId(after);
}

export const list = fn(
  z.strictObject({
    after: text(64)
      .optional()
      .describe(
        "An event id, or `meta.after` of the previous response; `latest`: the end of the feed, for clients that want only events from now on; " +
          "by default, the list starts with the oldest event",
      ),
    types: query.list(text(100), 50).optional().describe("Comma-separated, such as `lead.created` or `lead.*`"),
    limit: query.int(1, 100).optional().describe("Defaults to 20"),
  }),
  async ({ after, types = ["*"], limit = 20 }) => {
    const from = await resolvePosition(after);
    if (!from) throw invalid("after", "Must be the id of an event");
    const rows: WebhookPayload[] = [];
    let last = from;
    let isMore = true;
    for (let look = 0; look < MAX_PAGES && rows.length <= limit && isMore; look++) {
      const part = await Feed.readEventsAfter(last, MAX_PAGE_EVENTS);
      isMore = part.last.page !== last.page || part.last.place !== last.place;
      last = part.last;
      rows.push(...(await buildPayloads(part.events.filter(({ type }) => matchesPatterns(types, type)))));
    }
    const payloads = rows.slice(0, limit);
    const lastId = rows.length > limit ? (payloads.at(-1)?.id ?? null) : last.page === 0 ? null : eventId(last.page, last.place);
    const goesOn = isMore || rows.length > limit;
    const total = payloads.length + (goesOn ? 1 : 0);
    const meta = {
      page: 1,
      limit,
      total,
      totalPages: 1,
      next_cursor: goesOn ? lastId : null,
      as_of: Clock.now(),
      after: lastId,
    };
    return new Page(payloads, goesOn ? { ...meta, total_is_lower_bound: true } : meta);
  },
);

export * as Event from "./event.ts";
