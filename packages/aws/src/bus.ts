import { setTimeout as sleep } from "node:timers/promises";
import { PutEventsCommand, type PutEventsCommandOutput } from "@aws-sdk/client-eventbridge";
import type { Bus, DomainEvent } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

/** The event source that the EventBridge rules of this system match. */
export const EVENT_SOURCE = "crm";

/** Maximum entries that EventBridge accepts in one call. */
const MAX_ENTRIES = 10;
const MAX_ATTEMPTS = 5;

/**
 * Publishes domain events to EventBridge. EventBridge can refuse some entries of a call: the adapter sends those again. After the
 * last attempt it throws, so that the stream delivers the change again. An event that is published twice has the same id both
 * times.
 */
export const eventBridgeBus = (client: Client, name: string): Bus => ({
  async publish(events) {
    for (let offset = 0; offset < events.length; offset += MAX_ENTRIES)
      await putEvents(client, name, events.slice(offset, offset + MAX_ENTRIES));
  },
});

async function putEvents(client: Client, name: string, events: readonly DomainEvent[]): Promise<void> {
  let rest = events;
  for (let attempt = 1; ; attempt++) {
    const Entries = rest.map((event) => ({
      EventBusName: name,
      Source: EVENT_SOURCE,
      DetailType: event.type,
      Detail: JSON.stringify(event),
      Time: new Date(event.at),
    }));
    const output = (await client.send(new PutEventsCommand({ Entries }))) as PutEventsCommandOutput;
    const codes = (output.Entries ?? []).map(({ ErrorCode }) => ErrorCode);
    rest = rest.filter((_, index) => codes[index] !== undefined);
    if (rest.length === 0) return;
    if (attempt === MAX_ATTEMPTS) throw new Error(`The bus refused ${rest.length} events: ${codes.filter(Boolean).join(", ")}`);
    await sleep(Math.random() * 25 * 2 ** attempt);
  }
}
