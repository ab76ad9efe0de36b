import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "webhooks out: the time is not signed",
    at: "outbound-webhook/signature.rules#buildHeaders",
    change: edit("`${id}.${time}.${body}`", "`${id}.${body}`"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "webhooks out: one of two secrets signs",
    at: "outbound-webhook/signature.rules#buildHeaders",
    change: edit("secrets.map(", "secrets.slice(0, 1).map("),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "webhooks out: what was refused counts as sent",
    at: "outbound-webhook/worker#Sender.step",
    change: edit("payloads.find(({ id }) => !deliveredIds.has(id))", "payloads.find(() => false)"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "webhooks out: a record's events go side by side",
    at: "outbound-webhook/worker#Sender.step",
    change: edit("({ data }) => data.id", "({ id }) => id"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "webhooks out: pauses do not grow",
    at: "outbound-webhook/retry-schedule.rules#computeBackoff",
    change: edit("2 ** Math.max(0, tries - 1)", "1"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
  {
    name: "webhooks out: what was seen when it happened is told",
    at: "outbound-webhook/webhook-payload#buildKindPayloads",
    change: edit("seen.has(record_id)", "record_id !== undefined"),
    tests: "test/messaging/outbound-webhook/delivery.test.ts",
  },
];
