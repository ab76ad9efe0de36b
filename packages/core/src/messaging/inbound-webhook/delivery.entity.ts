import * as z from "zod";
import { aboutPerson, personalData, reachAny } from "../../kernel/personal-data.ts";
import { anyId, id, instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { INBOUND_DELIVERY, INBOUND_WEBHOOK } from "./inbound-webhook.kind.ts";
import { providers } from "./providers.ts";

export const statuses = ["received", "held", "done", "quarantined"] as const;

/** A received delivery. Its body is encrypted, because providers send names and addresses of people. */
export const Stored = z.object({
  webhook_id: personalData("none", id(INBOUND_WEBHOOK)),
  provider: oneOf(providers),
  external_id: personalData("identifier", z.string().nullable().describe("The provider's id of the delivery, if it sends one")),
  event_type: personalData("none", z.string().nullable().describe("Event type, as the provider names it")),
  subject: z.string().nullable().describe("Id of the object that the event is about: an envelope, a message, …"),
  status: oneOf(statuses).describe(
    "held: the delivery waits for its record; quarantined: it cannot be processed until a person retries it",
  ),
  outcome: z.string().nullable().describe("Result of the processing"),
  record_id: personalData("reference", anyId().nullable().describe("The record concerned")),
  reason: z.string().nullable().describe("Why the delivery waits, or why it failed"),
  held_for: personalData(
    "none",
    z.string().nullable().describe("Key that the delivery waits for, such as `docusign:<envelope id>`"),
  ),
  tries: z.number().int().describe("Failed attempts to process the delivery or to find its record"),
  content_type: personalData("none", z.string().nullable()),
  query: z.string().nullable().describe("Query string of the request, after the `?`"),
  size: z.number().int().describe("Bytes of the body"),
  sha256: personalData("none", z.string().describe("SHA-256 of the body, in hexadecimal digits")),
  work_at: personalData("none", instant().nullable().describe("When the delivery is processed next")),
  settled_at: personalData("none", instant().nullable().describe("When the delivery was done or quarantined")),
  expires_at: personalData("none", instant().describe("When the delivery is deleted")),
  sealed: Sealed.nullable(),
});

export type DeliveryRecord = z.output<typeof Stored> & BaseRecord;

export const Deliveries = new Collection<DeliveryRecord>({
  kind: INBOUND_DELIVERY,
  schema: Stored,
  personalData: {
    purpose: "Work on data that services send, once each.",
    sharedFields: { sealed: "free_text" },
    subject: aboutPerson(reachAny("record_id")),
    sealedValues: { body: "free_text" },
    retention: "The data is deleted when the delivery is processed, the record after 90 days.",
    recipients: ["sender"],
  },
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
