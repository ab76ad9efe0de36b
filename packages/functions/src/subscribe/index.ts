import { domains as all } from "@crm/core/domains.ts";
import type { Domain, Listener } from "@crm/core/kernel/domain.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { createListenerHandler } from "./listener-handler.ts";

/** A function that receives events, as a domain declares it. */
export interface Subscriber {
  readonly name: string;
  readonly events: readonly string[];
  readonly load: () => Promise<(event: DomainEvent, ports: Ports) => Promise<void>>;
}

/** Returns the events that notify users. Several notifications may have the same event. */
const listNotificationEvents = (domains: readonly Domain[]): string[] => [
  ...new Set(domains.flatMap(({ notifications = {} }) => Object.values(notifications).flatMap(({ events }) => events))),
];

/** Returns the keyspaces that a listener may reach in addition to its tenant. */
export const listKeyspaces = ({ table = [] }: Listener): Keyspace[] => table.flatMap(({ keyspace }) => keyspace ?? []);

/** A subscriber with the listener from which it was made. */
export interface ListenerSubscriber extends Subscriber {
  readonly listener: Listener;
}

const buildSubscribers = (domains: readonly Domain[]): ListenerSubscriber[] =>
  domains.flatMap(({ subscribers: listens = {} }) =>
    Object.entries(listens).map(([name, listener]) => ({
      name,
      listener,
      events: listener.includesNotificationEvents ? [...listNotificationEvents(domains), ...listener.events] : listener.events,
      load: async () => createListenerHandler(name, listKeyspaces(listener), await listener.load()),
    })),
  );

export const subscribers: readonly ListenerSubscriber[] = buildSubscribers(all);
