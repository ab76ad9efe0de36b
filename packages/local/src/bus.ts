import { setTimeout as sleep } from "node:timers/promises";
import type { Bus, DomainEvent, Log, Ports } from "@crm/core/kernel/ports.ts";
import type { Subscriber } from "@crm/functions/subscribe/index.ts";
import type { State } from "./state.ts";

export interface LocalBus extends Bus {
  /** Says with which ports subscribers work; nothing is delivered before. */
  connect(ports: Ports): void;
  /** Delivers by itself from now on. */
  start(): void;
  /** Works off what is waiting; whether there was anything. */
  settle(): Promise<boolean>;
  stop(): Promise<void>;
}

const ATTEMPTS = 5;

/**
 * Events to subscribers as EventBridge brings them: kept before publish returns, delivered at least once, tried again
 * when a subscriber fails, and set aside after that.
 */
export function localBus(state: State, subscribers: readonly Subscriber[], log: Log): LocalBus {
  const interested = Map.groupBy(
    subscribers.flatMap((subscriber) => subscriber.events.map((type) => ({ type, subscriber }))),
    ({ type }) => type,
  );
  let deliver: (() => Promise<boolean>) | undefined;
  let stopped = false;
  let waiting = true;
  let working: Promise<boolean> | undefined;
  let loop: Promise<void> | undefined;

  const once = (): Promise<boolean> => {
    working ??= (deliver?.() ?? Promise.resolve(false)).finally(() => {
      working = undefined;
    });
    return working;
  };

  const goOn = async (): Promise<void> => {
    while (!stopped) {
      if (waiting) {
        waiting = false;
        while (!stopped && (await once()));
      }
      await sleep(20);
    }
  };

  return {
    async publish(events) {
      const wanted = events.flatMap((event) =>
        (interested.get(event.type) ?? []).map(({ subscriber }) => ({ subscriber, event })),
      );
      if (wanted.length === 0) return;
      state.atomically(() => {
        for (const { subscriber, event } of wanted) {
          state.run("INSERT INTO events (subscriber, event) VALUES (?, ?)", subscriber.name, JSON.stringify(event));
        }
      });
      waiting = true;
    },
    connect(ports) {
      deliver = async () => {
        const rows = state.all(
          "SELECT id, subscriber, event, attempts FROM events WHERE attempts < ? ORDER BY id LIMIT 100",
          ATTEMPTS,
        );
        for (const { id, subscriber: name, event, attempts } of rows) {
          const subscriber = subscribers.find((each) => each.name === name);
          try {
            const handle = await subscriber?.load();
            await handle?.(JSON.parse(String(event)) as DomainEvent, ports);
            state.run("DELETE FROM events WHERE id = ?", Number(id));
          } catch (error) {
            log.write("error", "A subscriber failed", {
              subscriber: name,
              attempt: Number(attempts) + 1,
              error: error instanceof Error ? (error.stack ?? "") : "",
            });
            state.run("UPDATE events SET attempts = attempts + 1 WHERE id = ?", Number(id));
          }
        }
        return rows.length > 0;
      };
    },
    start() {
      loop ??= goOn();
    },
    async settle() {
      let worked = false;
      while (await once()) worked = true;
      return worked;
    },
    async stop() {
      stopped = true;
      await loop;
      await working;
    },
  };
}
