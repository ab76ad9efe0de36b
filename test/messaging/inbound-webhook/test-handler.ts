import { domains } from "@crm/core/domains.ts";
import { useTenant } from "@crm/core/kernel/context.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import type { WebhookHandler } from "@crm/core/messaging/inbound-webhook/webhook-handler.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { type Key, tenantKey } from "@crm/core/storage/table/key.ts";
import type { Transaction } from "@crm/core/storage/write/transaction.ts";

/** Handlers for tests: an event increments a counter, waits for an item, is invalid, or fails a given number of times. */

interface HookEvent {
  event: string;
  data: { envelopeId: string };
}

export const counterKey = (name: string): Key => ({ pk: tenantKey(useTenant(), "TESTHOOK", name), sk: "count" });

/** Increments a counter without idempotency, so that a second run would show. */
const incrementCounter = (tx: Transaction, name: string): Transaction =>
  tx.add({
    Update: {
      TableName: resolveTable(tx),
      Key: counterKey(name),
      UpdateExpression: "ADD times :one",
      ExpressionAttributeValues: { ":one": 1 },
    },
  });

let table = "";
const resolveTable = (_tx: Transaction): string => table;
/** Sets the table of the test's app. */
export const useTable = (name: string): void => {
  table = name;
};

/** How many of the next events that ask for it fail. */
export const faults = { left: 0 };

const docusign: WebhookHandler = {
  async handle({ body }, tx) {
    const { event, data } = JSON.parse(body) as HookEvent;
    if (event === "fails" && faults.left-- > 0) throw new Error("The provider is away");
    if (event === "unreadable") return { quarantined: "No such event" };
    if (!(await readItem(counterKey(data.envelopeId)))) return { held: `docusign:${data.envelopeId}` };
    incrementCounter(tx, data.envelopeId);
    return { done: `Counted ${event}`, record_id: null };
  },
};

export const domainsWithHandler = [
  ...domains.map(({ webhookHandlers: _own, ...rest }) => rest),
  domain({ name: "told", kinds: [], webhookHandlers: { docusign: async () => docusign } }),
];
