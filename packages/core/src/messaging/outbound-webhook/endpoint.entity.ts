import * as z from "zod";
import { completeUrl, id, instant, name, oneOf, outputInstant, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo } from "../../storage/table/event-filter.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { WEBHOOK_ENDPOINT } from "./webhook-endpoint.kind.ts";

export const statuses = ["ACTIVE", "PAUSED", "OFF"] as const;

/** The fields of an endpoint that users write, except status and owner. */
export const fields = {
  name: name(100).nullish(),
  url: completeUrl(500)
    .meta({ format: "uri", "x-type": "url", examples: ["https://hooks.acme.example/crm"] })
    .describe("An https URL of a public host"),
  events: z
    .array(text(100).regex(/^(?:\*|[a-z_]+\.(?:\*|[a-z_]+))$/, "Must be an event type: `lead.created`, `lead.*` or `*`"))
    .min(1)
    .max(50)
    .meta({ examples: [["lead.*"]] })
    .describe("Event types to send: `lead.created`, `lead.*`, or `*`"),
  include_record: z
    .boolean()
    .default(false)
    .describe(
      "true: also sends the record as the endpoint's owner sees it now, its `record_version`, and in `changes` the values that the event's version wrote; false: sends ids, version and names of changed fields",
    ),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  // Lists may filter by events that no longer exist.
  events: z.array(z.string()),
  owner_id: id(USER).describe("Events are sent with the permissions of this user"),
  status: oneOf(statuses).describe("OFF: the system switched the endpoint off; `off_reason` says why"),
  off_reason: z.string().nullable(),
  told_id: id(USER).nullable().describe("The user who was notified that the endpoint is off"),
  failing_since: instant().nullable().describe("Time of the first failed attempt since the last success"),
  tries: z.number().int().describe("Failed attempts since then"),
  work_at: instant().nullable().describe("Time of the next attempt"),
  slot: z.number().int(),
  secret_set_at: outputInstant(),
  former_until: outputInstant().nullable().describe("Until when the previous secret also signs"),
  sealed: Sealed.nullable(),
});

export type EndpointRecord = z.output<typeof Stored> & BaseRecord;

export const Endpoints = new Collection<EndpointRecord>({
  kind: WEBHOOK_ENDPOINT,
  schema: Stored,
  personalData: {
    purpose: "Tell systems of the tenant about changes.",
    sharedFields: { sealed: "credential" },
    sealedValues: { "*": "credential" },
  },
  row: ["name", "url", "events", "include_record", "owner_id", "status", "off_reason", "failing_since"],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id"), by_status: indexBy("status") },
  owner: "owner_id",
  filters: { status: { index: "by_status", field: "status" } },
  searchWords: (endpoint) => textSearchWords(endpoint.name),
  clocks: { work: ({ status, work_at }) => (status === "ACTIVE" ? work_at : null) },
  events: { switched_off: changedTo("status", "OFF") },
  internal: ["slot", "told_id"],
  sealed: "sealed",
  sensitivity: "confidential",
});
