import { setTimeout as sleep } from "node:timers/promises";
import { limitConcurrency } from "@crm/core/kernel/concurrency.ts";
import type { Bus, DomainEvent, Log, Ports } from "@crm/core/kernel/ports.ts";
import type { Subscriber } from "@crm/functions/subscribe/index.ts";
import type { State } from "../store/state.ts";

export interface LocalBus extends Bus {
  /** Sets the ports for subscribers. No event is delivered before. */
  connect(ports: Ports): void;
  /** Delivers events by itself from now on. */
  start(): void;
  /** Delivers the waiting events. Returns whether there were any. */
  settle(): Promise<boolean>;
  stop(): Promise<void>;
}

const MAX_ATTEMPTS = 5;
/** Due events that one subscriber handles at a time. */
const MAX_CONCURRENCY = 10;

/** Events that failed too often are not in the index of waiting events. */
const CREATE_INDEX_SQL = `CREATE INDEX IF NOT EXISTS events_waiting ON events (subscriber, id) WHERE attempts < ${MAX_ATTEMPTS}`;

/** Lists the subscribers with waiting events. The recursion seeks from one name to the next instead of reading all events. */
const SELECT_SUBSCRIBERS_SQL = `
  WITH RECURSIVE waiting (name) AS (
    SELECT (SELECT MIN(subscriber) FROM events WHERE attempts < ${MAX_ATTEMPTS})
    UNION ALL
    SELECT (SELECT MIN(subscriber) FROM events WHERE attempts < ${MAX_ATTEMPTS} AND subscriber > name) FROM waiting WHERE name IS NOT NULL
  )
  SELECT name FROM waiting WHERE name IS NOT NULL`;

const SELECT_NEXT_SQL = `SELECT id, event, attempts FROM events WHERE subscriber = ? AND attempts < ${MAX_ATTEMPTS} ORDER BY id LIMIT 100`;

/** An event that waits for a subscriber. */
interface PendingEvent {
  id: number;
  event: DomainEvent;
  attempts: number;
}

const parsePendingEvent = ({ id, event, attempts }: Record<string, unknown>): PendingEvent => ({
  id: Number(id),
  event: JSON.parse(String(event)) as DomainEvent,
  attempts: Number(attempts),
});

/**
 * Groups events that are delivered concurrently: consecutive due events, because thousands may be due in one minute, and handlers of such an event
 * depend only on its record and instant. Every other event is a bundle of its own.
 */
function bundleEvents(waiting: readonly PendingEvent[]): PendingEvent[][] {
  const bundles: PendingEvent[][] = [];
  let clocks: PendingEvent[] | undefined;
  for (const pendingEvent of waiting) {
    const isClock = pendingEvent.event.due_at !== undefined;
    if (isClock && clocks) clocks.push(pendingEvent);
    else {
      clocks = isClock ? [pendingEvent] : undefined;
      bundles.push(clocks ?? [pendingEvent]);
    }
  }
  return bundles;
}

/** Delivers a bundle: events of one record in order, up to MAX_CONCURRENCY events at a time. */
async function deliverBundle(
  bundle: readonly PendingEvent[],
  bring: (pendingEvent: PendingEvent) => Promise<void>,
): Promise<void> {
  const lane = limitConcurrency(MAX_CONCURRENCY);
  const byRecord = Map.groupBy(bundle, ({ event }) => event.record_id);
  const inOrder = async (line: readonly PendingEvent[]): Promise<void> => {
    for (const pendingEvent of line) await lane(() => bring(pendingEvent));
  };
  await Promise.all([...byRecord.values()].map(inOrder));
}

/**
 * Delivers events to subscribers as EventBridge does: stored before `publish` returns, delivered at least once, retried when a subscriber fails, and
 * given up after MAX_ATTEMPTS. Each subscriber has a queue of its own, so a slow one does not delay the others.
 */
export function localBus(state: State, subscribers: readonly Subscriber[], log: Log): LocalBus {
  const interested = Map.groupBy(
    subscribers.flatMap((subscriber) => subscriber.events.map((type) => ({ type, subscriber }))),
    ({ type }) => type,
  );
  let deliver: ((name: string) => Promise<void>) | undefined;
  let isStopped = false;
  let waiting = true;
  let alarm = Promise.withResolvers<void>();
  const working = new Map<string, Promise<void>>();
  let loop: Promise<void> | undefined;

  const rouse = (): void => {
    waiting = true;
    alarm.resolve();
  };

  state.execute(CREATE_INDEX_SQL);
  const listSubscribers = (): string[] => state.query(SELECT_SUBSCRIBERS_SQL).map(({ name }) => String(name));

  /** Delivers some waiting events of a subscriber. Only one delivery to a subscriber runs at a time. */
  const deliverOnce = (name: string): Promise<void> => {
    const current = working.get(name);
    if (current !== undefined) return current;
    const next = (deliver?.(name) ?? Promise.resolve()).finally(() => {
      working.delete(name);
      rouse();
    });
    working.set(name, next);
    return next;
  };

  const goOn = async (): Promise<void> => {
    while (!isStopped) {
      if (waiting) {
        waiting = false;
        alarm = Promise.withResolvers();
        for (const name of listSubscribers()) void deliverOnce(name);
      }
      await sleep(20);
      await alarm.promise;
    }
  };

  return {
    async publish(events) {
      const deliveries = events.flatMap((event) =>
        (interested.get(event.type) ?? []).map(({ subscriber }) => ({ subscriber, event })),
      );
      if (deliveries.length === 0) return;
      state.runTransaction(() => {
        for (const { subscriber, event } of deliveries) {
          state.execute("INSERT INTO events (subscriber, event) VALUES (?, ?)", subscriber.name, JSON.stringify(event));
        }
      });
      rouse();
    },
    connect(ports) {
      deliver = async (name) => {
        const subscriber = subscribers.find((each) => each.name === name);
        const bring = async ({ id, event, attempts }: PendingEvent): Promise<void> => {
          try {
            const handle = await subscriber?.load();
            await handle?.(event, ports);
            state.execute("DELETE FROM events WHERE id = ?", id);
          } catch (error) {
            log.write("error", "A subscriber failed", {
              subscriber: name,
              attempt: attempts + 1,
              error: error instanceof Error ? (error.stack ?? "") : "",
            });
            state.execute("UPDATE events SET attempts = attempts + 1 WHERE id = ?", id);
          }
        };
        for (const bundle of bundleEvents(state.query(SELECT_NEXT_SQL, name).map(parsePendingEvent)))
          await deliverBundle(bundle, bring);
      };
    },
    start() {
      loop ??= goOn();
    },
    async settle() {
      let worked = false;
      for (let names = listSubscribers(); deliver && names.length > 0; names = listSubscribers()) {
        await Promise.all(names.map(deliverOnce));
        worked = true;
      }
      return worked;
    },
    async stop() {
      isStopped = true;
      rouse();
      await loop;
      await Promise.all(working.values());
    },
  };
}
