import { setTimeout as sleep } from "node:timers/promises";
import { limitConcurrency } from "@crm/core/kernel/concurrency.ts";
import type { Bus, DomainEvent, Log, Ports } from "@crm/core/kernel/ports.ts";
import type { Subscriber } from "@crm/functions/subscribe/index.ts";
import type { State } from "../store/state.ts";

export interface LocalBus extends Bus {
  /** Says with which ports subscribers work; nothing is delivered before. */
  connect(ports: Ports): void;
  /** Delivers by itself from now on. */
  start(): void;
  /** Works off what is waiting; whether there was anything. */
  settle(): Promise<boolean>;
  stop(): Promise<void>;
}

const MAX_ATTEMPTS = 5;
/** Clocks that a subscriber acts on at a time. */
const MAX_CONCURRENCY = 10;

/** What is set aside stands in no index of what waits. */
const CREATE_INDEX_SQL = `CREATE INDEX IF NOT EXISTS events_waiting ON events (subscriber, id) WHERE attempts < ${MAX_ATTEMPTS}`;

/** Who has events waiting: from one name to the next, past all that wait for the same. */
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
 * What is delivered side by side: clocks that are due and come one behind the other, because thousands may be in one minute, and what acts on
 * one goes by its record and instant alone. Everything else comes by itself.
 */
function bundleEvents(waiting: readonly PendingEvent[]): PendingEvent[][] {
  const bundles: PendingEvent[][] = [];
  let clocks: PendingEvent[] | undefined;
  for (const one of waiting) {
    const isClock = one.event.due_at !== undefined;
    if (isClock && clocks) clocks.push(one);
    else {
      clocks = isClock ? [one] : undefined;
      bundles.push(clocks ?? [one]);
    }
  }
  return bundles;
}

/** One after the other of what comes of one record, and otherwise so many at a time. */
async function deliverBundle(bundle: readonly PendingEvent[], bring: (one: PendingEvent) => Promise<void>): Promise<void> {
  const lane = limitConcurrency(MAX_CONCURRENCY);
  const byRecord = Map.groupBy(bundle, ({ event }) => event.record_id);
  const inOrder = async (line: readonly PendingEvent[]): Promise<void> => {
    for (const one of line) await lane(() => bring(one));
  };
  await Promise.all([...byRecord.values()].map(inOrder));
}

/**
 * Events to subscribers as EventBridge brings them: kept before publish returns, delivered at least once, tried again
 * when a subscriber fails, and set aside after that. Each subscriber has its own line, in which a slow one holds up nobody else.
 */
export function localBus(state: State, subscribers: readonly Subscriber[], log: Log): LocalBus {
  const interested = Map.groupBy(
    subscribers.flatMap((subscriber) => subscriber.events.map((type) => ({ type, subscriber }))),
    ({ type }) => type,
  );
  let deliver: ((name: string) => Promise<void>) | undefined;
  let stopped = false;
  let waiting = true;
  let alarm = Promise.withResolvers<void>();
  const working = new Map<string, Promise<void>>();
  let loop: Promise<void> | undefined;

  const rouse = (): void => {
    waiting = true;
    alarm.resolve();
  };

  state.execute(CREATE_INDEX_SQL);
  const named = (): string[] => state.query(SELECT_SUBSCRIBERS_SQL).map(({ name }) => String(name));

  /** Some of what waits for a subscriber; only one delivery to it is under way. */
  const once = (name: string): Promise<void> => {
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
    while (!stopped) {
      if (waiting) {
        waiting = false;
        alarm = Promise.withResolvers();
        for (const name of named()) void once(name);
      }
      await sleep(20);
      await alarm.promise;
    }
  };

  return {
    async publish(events) {
      const wanted = events.flatMap((event) =>
        (interested.get(event.type) ?? []).map(({ subscriber }) => ({ subscriber, event })),
      );
      if (wanted.length === 0) return;
      state.runTransaction(() => {
        for (const { subscriber, event } of wanted) {
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
      for (let names = named(); deliver && names.length > 0; names = named()) {
        await Promise.all(names.map(once));
        worked = true;
      }
      return worked;
    },
    async stop() {
      stopped = true;
      rouse();
      await loop;
      await Promise.all(working.values());
    },
  };
}
