import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { aboutPerson, personalData, reachAny } from "../../kernel/personal-data.ts";
import { anyId, id, instant, oneOf } from "../../kernel/schema.ts";
import { RETENTION_SECONDS } from "../../storage/read/event-feed.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { WEBHOOK_ATTEMPT, WEBHOOK_ENDPOINT } from "./webhook-endpoint.kind.ts";

/** One try to send an event to an endpoint. */
export const Stored = z.object({
  endpoint_id: personalData("none", id(WEBHOOK_ENDPOINT)),
  event_id: personalData("none", z.string().describe("The `webhook-id` of the event")),
  event_type: personalData("none", z.string()),
  record_id: personalData("reference", anyId().nullable()),
  reason: oneOf(["event", "replay", "test"]),
  outcome: oneOf(["taken", "refused", "no_answer"]).describe("taken: a 2xx response; refused: any other response"),
  status: z.number().int().nullable().describe("HTTP status of the response"),
  duration_ms: z.number().int(),
  answer: z.string().nullable().describe("Beginning of the response, or why there was none"),
  sent_at: personalData("none", instant()),
});

export type AttemptRecord = z.output<typeof Stored> & BaseRecord;

/** Attempts expire after the retention time of events. */
class AttemptCollection extends HistoryCollection<AttemptRecord> {
  override toItem(tenant: string, entry: AttemptRecord): Item {
    return {
      ...super.toItem(tenant, entry),
      ttl: Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS, Date.parse(entry.sent_at))),
    };
  }
}

export const Attempts = new AttemptCollection({
  kind: WEBHOOK_ATTEMPT,
  schema: Stored,
  personalData: {
    purpose: "Show administrators which calls of their endpoints failed.",
    subject: aboutPerson(reachAny("record_id")),
    retention: "90 days, then deleted by expiry.",
  },
  row: ["endpoint_id", "event_id", "event_type", "record_id", "reason", "outcome", "status", "duration_ms", "answer", "sent_at"],
  parent: "endpoint_id",
  sensitivity: "confidential",
});
