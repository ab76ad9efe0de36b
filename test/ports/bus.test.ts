import { eventBridgeBus } from "@crm/aws/bus.ts";
import type { Bus, DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import type { Subscriber } from "@crm/functions/subscribe/index.ts";
import { localBus } from "@crm/local/ports/bus.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, describe, expect, it } from "vitest";
import { createFakeClient, type FakeClient } from "./fake-aws-client.ts";

interface BusHarness {
  bus: Bus;
  /** The events that a subscriber to `lead.created` received, in order. */
  listReceived(): Promise<DomainEvent[]>;
}

const buildEvent = (index: number, type = "lead.created"): DomainEvent => ({
  id: `led_${index}.1.created`,
  type,
  tenant_id: "ten_1",
  record_id: `led_${index}`,
  version: 1,
  actor_id: "usr_1",
  request_id: "req",
  at: "2026-01-01T00:00:00.000Z",
  changed: ["first_name"],
});

const buildEvents = (count: number): DomainEvent[] => Array.from({ length: count }, (_, index) => buildEvent(index));

const teardowns: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of teardowns) await stop();
});

function createLocalBus(): BusHarness {
  const state = new State("memory");
  const receivedEvents: DomainEvent[] = [];
  const listener: Subscriber = {
    name: "listener",
    events: ["lead.created"],
    load: async () => async (event) => {
      receivedEvents.push(event);
    },
  };
  const bus = localBus(state, [listener], { write: () => undefined });
  bus.connect({} as Ports);
  teardowns.push(async () => {
    await bus.stop();
    state.close();
  });
  return {
    bus,
    async listReceived() {
      await bus.settle();
      return receivedEvents;
    },
  };
}

interface EventBridgeEntry {
  EventBusName: string;
  Source: string;
  DetailType: string;
  Detail: string;
  Time: Date;
}

/** EventBridge: rejects the entries that `refuses` selects in each call, and stores the others in `taken`. */
function createFakeEventBridge(
  refuses: (entry: EventBridgeEntry, call: number) => boolean = () => false,
): FakeClient & { taken: EventBridgeEntry[] } {
  const sentEntries: EventBridgeEntry[] = [];
  let calls = 0;
  const client = createFakeClient({
    PutEvents: ({ Entries }: { Entries: EventBridgeEntry[] }) => {
      const call = ++calls;
      const answers = Entries.map((entry) => {
        if (refuses(entry, call)) return { ErrorCode: "ThrottlingException" };
        sentEntries.push(entry);
        return { EventId: "1" };
      });
      return { FailedEntryCount: answers.filter(({ ErrorCode }) => ErrorCode).length, Entries: answers };
    },
  });
  return Object.assign(client, { taken: sentEntries });
}

function createEventBridgeBus(): BusHarness {
  const client = createFakeEventBridge();
  const readReceived = async () =>
    client.taken.filter(({ DetailType }) => DetailType === "lead.created").map(({ Detail }) => JSON.parse(Detail) as DomainEvent);
  return { bus: eventBridgeBus(client, "bus"), listReceived: readReceived };
}

describe.each([
  ["of the runner", createLocalBus],
  ["on EventBridge", createEventBridgeBus],
] as const)("the bus %s", (_, make) => {
  it("delivers complete events, in order, to subscribers of their type", async () => {
    const { bus, listReceived: readReceived } = make();
    await bus.publish([buildEvent(1), buildEvent(2, "user.created"), buildEvent(3)]);
    expect(await readReceived()).toEqual([buildEvent(1), buildEvent(3)]);
  });

  it("accepts zero and many events", async () => {
    const { bus, listReceived: readReceived } = make();
    await bus.publish([]);
    expect(await readReceived()).toEqual([]);
    await bus.publish(buildEvents(101));
    expect(await readReceived()).toEqual(buildEvents(101));
  });
});

describe("the bus of the runner", () => {
  it("does not wait for a slow or failing subscriber", async () => {
    const state = new State("memory");
    const receivedIds: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const subscriber = (name: string, handle: (event: DomainEvent) => Promise<void>): Subscriber => ({
      name,
      events: ["lead.created"],
      load: async () => handle,
    });
    const bus = localBus(
      state,
      [
        subscriber("slow", () => gate),
        subscriber("failing", () => Promise.reject(new Error("down"))),
        subscriber("quick", async ({ id }) => void receivedIds.push(id)),
      ],
      { write: () => undefined },
    );
    bus.connect({} as Ports);
    bus.start();
    await bus.publish(buildEvents(3));
    await expect.poll(() => receivedIds).toEqual(buildEvents(3).map(({ id }) => id));
    release();
    await bus.settle();
    await bus.stop();
    state.close();
  });
});

describe("due clocks on the bus of the runner", () => {
  const due = (index: number): DomainEvent => ({
    ...buildEvent(index),
    type: "lead.reminder_due",
    due_at: "2026-01-01T00:00:00.000Z",
  });

  /** For each handler that starts, the numbers of the records that are handled at that moment. */
  async function observeConcurrency(published: readonly DomainEvent[]): Promise<string[]> {
    const state = new State("memory");
    const underWay: string[] = [];
    const seen: string[] = [];
    const listener: Subscriber = {
      name: "listener",
      events: ["lead.reminder_due", "lead.created"],
      load: async () => async (event) => {
        underWay.push(event.record_id.slice(4));
        seen.push(underWay.join(" "));
        await new Promise((resolve) => setImmediate(resolve));
        underWay.splice(underWay.indexOf(event.record_id.slice(4)), 1);
      },
    };
    const bus = localBus(state, [listener], { write: () => undefined });
    bus.connect({} as Ports);
    await bus.publish(published);
    await bus.settle();
    await bus.stop();
    state.close();
    return seen;
  }

  it("are processed concurrently, ten at a time", async () => {
    const seen = await observeConcurrency(Array.from({ length: 12 }, (_, index) => due(index)));
    expect(seen.map((snapshot) => snapshot.split(" ").length)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
  });

  it("wait for earlier ones of the same record", async () => {
    expect(await observeConcurrency([due(1), due(2), due(1), due(3)])).toEqual(["1", "1 2", "1 2 3", "2 3 1"]);
  });

  it("are not processed beside other events", async () => {
    expect(await observeConcurrency([buildEvent(1), due(2), due(3), buildEvent(4), buildEvent(5)])).toEqual([
      "1",
      "2",
      "2 3",
      "4",
      "5",
    ]);
  });
});

describe("the bus on EventBridge", () => {
  it("sends ten at a time, with our source and the event's time", async () => {
    const client = createFakeEventBridge();
    await eventBridgeBus(client, "bus").publish(buildEvents(23));
    expect(client.commands.map(({ input }) => (input.Entries as EventBridgeEntry[]).length)).toEqual([10, 10, 3]);
    const { EventBusName, Source, DetailType, Time } = client.taken[0] as EventBridgeEntry;
    expect([EventBusName, Source, DetailType, Time.toISOString()]).toEqual(["bus", "crm", "lead.created", buildEvent(0).at]);
  });

  it("sends rejected events again, and no others", async () => {
    const client = createFakeEventBridge(({ Detail }, call) => call === 1 && /led_[37]\./.test(Detail));
    await eventBridgeBus(client, "bus").publish(buildEvents(10));
    expect(client.commands.map(({ input }) => (input.Entries as EventBridgeEntry[]).length)).toEqual([10, 2]);
    expect(client.taken.map(({ Detail }) => JSON.parse(Detail).id).sort()).toEqual(
      buildEvents(10)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it("throws if some are rejected repeatedly", async () => {
    const client = createFakeEventBridge(({ Detail }) => Detail.includes("led_3."));
    await expect(eventBridgeBus(client, "bus").publish(buildEvents(10))).rejects.toThrow(
      "The bus refused 1 events: ThrottlingException",
    );
    expect(client.commands.length).toBe(5);
  });
});
