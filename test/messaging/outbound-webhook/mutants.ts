import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "outbound webhooks: the signature does not cover the timestamp",
    at: "outbound-webhook/signature.rules#buildHeaders",
    change: edit("`${id}.${time}.${body}`", "`${id}.${body}`"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "outbound webhooks: only the first of two secrets signs the request",
    at: "outbound-webhook/signature.rules#buildHeaders",
    change: edit("secrets.map(", "secrets.slice(0, 1).map("),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "outbound webhooks: a replay waits for the clock",
    at: "outbound-webhook/worker#onWorkDue",
    change: edit("event.due_at ?? (await findImmediateWork(event))", "event.due_at"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "outbound webhooks: a refused payload counts as delivered",
    at: "outbound-webhook/worker#Sender.step",
    change: edit("payloads.find(({ id }) => !deliveredIds.has(id))", "payloads.find(() => false)"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "outbound webhooks: events of one record are delivered concurrently",
    at: "outbound-webhook/worker#Sender.step",
    change: edit("({ data }) => data.id", "({ id }) => id"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "outbound webhooks: the retry backoff does not grow",
    at: "outbound-webhook/retry-schedule.rules#computeBackoff",
    change: edit("2 ** Math.max(0, tries - 1)", "1"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "outbound webhooks: an event is sent for a record that is no longer visible",
    at: "outbound-webhook/webhook-payload#buildKindPayloads",
    change: edit("seen.has(record_id)", "record_id !== undefined"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
];
