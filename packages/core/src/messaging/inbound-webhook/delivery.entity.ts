import * as z from "zod";
import { anyId, id, instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { INBOUND_DELIVERY, INBOUND_WEBHOOK } from "./inbound-webhook.kind.ts";
import { providers } from "./providers.ts";

export const statuses = ["received", "held", "done", "quarantined"] as const;

/** A received delivery. Its body is encrypted, because providers send names and addresses of people. */
export const Stored = z.object({
  webhook_id: id(INBOUND_WEBHOOK),
  provider: oneOf(providers),
  external_id: z.string().nullable().describe("What its provider calls it, where it says so"),
  event_type: z.string().nullable().describe("What it tells, in its provider's words"),
  subject: z.string().nullable().describe("Of what it tells: the id of an envelope, a message, …"),
  status: oneOf(statuses).describe("held: it waits for its record; quarantined: it cannot be worked off, and waits for somebody"),
  outcome: z.string().nullable().describe("What it did"),
  record_id: anyId().nullable().describe("Of which record that was"),
  reason: z.string().nullable().describe("Why it waits, or was tried in vain"),
  held_for: z.string().nullable().describe("For what it waits, such as `docusign:<envelope id>`"),
  tries: z.number().int().describe("How often it was tried in vain, or in vain looked for its record"),
  content_type: z.string().nullable(),
  query: z.string().nullable().describe("What stood behind the `?` of the address"),
  size: z.number().int().describe("Bytes of its body"),
  sha256: z.string().describe("Of its body, in hexadecimal digits"),
  work_at: instant().nullable().describe("When it is looked at again"),
  settled_at: instant().nullable().describe("Since when it is done, or quarantined"),
  expires_at: instant().describe("When it is taken away"),
  sealed: Sealed.nullable(),
});

export type DeliveryRecord = z.output<typeof Stored> & BaseRecord;

export const Deliveries = new Collection<DeliveryRecord>({
  kind: INBOUND_DELIVERY,
  schema: Stored,
  row: [
    "webhook_id",
    "provider",
    "external_id",
    "event_type",
    "subject",
    "status",
    "outcome",
    "record_id",
    "reason",
    "held_for",
    "tries",
    "work_at",
    "settled_at",
  ],
  indexes: { by_time: indexBy(), by_status: indexBy("status"), by_related: indexBy("webhook_id") },
  parent: "webhook_id",
  filters: { status: { index: "by_status", field: "status" } },
  clocks: { work: ({ work_at }) => work_at, expiry: ({ expires_at }) => expires_at },
  // The deliveries of a day expire on the same day, but need not expire to the minute.
  bulkClocks: ["expiry"],
  events: { resumed: (after, before) => before !== undefined && before.status !== "received" && after.status === "received" },
  sealed: "sealed",
  sensitivity: "confidential",
});
