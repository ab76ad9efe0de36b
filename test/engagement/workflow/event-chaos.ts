import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import type { Random } from "../../support/random.ts";

/**
 * Delivers the events of workflows as badly as a bus may: in any order, several at once to several processes, some twice, some again much later, and
 * to processes that are killed before or after a write.
 */
export interface EventChaos {
  /** Delivers all events until none is left. */
  readonly settle: () => Promise<void>;
  readonly counts: { deliveries: number; duplicates: number; kills: number };
}

const PROCESSES = 3;
const MAX_DELIVERIES = 1500;

export function createEventChaos(app: App, random: Random): EventChaos {
  const subscriber = subscribers.find(({ name }) => name === "workflows");
  if (!subscriber) throw new Error("There is no subscriber workflows");
  const counts = { deliveries: 0, duplicates: 0, kills: 0 };
  const pending: DomainEvent[] = [];
  const past: DomainEvent[] = [];
  const { bus } = app.ports;
  const publish = bus.publish.bind(bus);
  bus.publish = (events) => {
    pending.push(...events.filter(({ type }) => subscriber.events.includes(type)));
    return publish(events.filter(({ type }) => !subscriber.events.includes(type)));
  };
  const processes = Array.from({ length: PROCESSES }, () => createMortalPorts(app.ports, random, () => counts.kills++));

  const deliver = async (event: DomainEvent): Promise<void> => {
    const process = processes[Math.floor(random() * PROCESSES)] ?? createMortalPorts(app.ports, random, () => undefined);
    if (++counts.deliveries > MAX_DELIVERIES) throw new Error("The events have no end");
    try {
      await (await subscriber.load())(event, process.start());
      past.push(event);
    } catch {
      pending.push(event);
    }
  };

  return {
    counts,
    async settle() {
      for (await app.settle(); pending.length > 0; await app.settle()) {
        const events = pending.splice(0);
        const again = events.filter(() => random() < 0.25);
        const late = past.filter(({ type }) => type === "workflow.change_matched" && random() < 0.05);
        counts.duplicates += again.length + late.length;
        const all = [...events, ...again, ...late]
          .map((event) => ({ event, place: random() }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event);
        for (let index = 0; index < all.length; index += PROCESSES)
          await Promise.all(all.slice(index, index + PROCESSES).map(deliver));
      }
    },
  };
}

/** The ports of a process that may be killed at each transaction. It writes nothing more until it is started again. */
function createMortalPorts(ports: Ports, random: Random, onKill: () => void): { readonly start: () => Ports } {
  const { table } = ports.database;
  return {
    start: () => {
      let isDead = false;
      const send: Ports["database"]["send"] = async (command, scope) => {
        if (isDead) throw new Error("killed");
        const fate = command.constructor.name === "TransactWriteCommand" ? random() : 1;
        if (fate < 0.08) {
          isDead = true;
          onKill();
          if (fate < 0.04) await ports.database.send(command, scope);
          throw new Error("killed");
        }
        return ports.database.send(command, scope);
      };
      return { ...ports, database: { table, send } };
    },
  };
}
