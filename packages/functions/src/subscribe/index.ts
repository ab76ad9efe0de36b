import { domains as all } from "@crm/core/domains.ts";
import type { Domain, Listener } from "@crm/core/kernel/domain.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import { hearing } from "./context.ts";

/** Who listens to which events, from what the domains say. */
export interface Subscriber {
  readonly name: string;
  readonly events: readonly string[];
  readonly load: () => Promise<(event: DomainEvent, ports: Ports) => Promise<void>>;
}

/** The events of which users are told. */
const toldOf = (domains: readonly Domain[]): string[] =>
  domains.flatMap(({ notifications = {} }) => Object.values(notifications).flatMap(({ events }) => events));

/** What a listener reaches beside its tenant. */
export const keyspacesOf = ({ table = [] }: Listener): Keyspace[] => table.flatMap(({ within }) => within ?? []);

/** A subscriber, and the listener that it was made of. */
export interface Listening extends Subscriber {
  readonly listener: Listener;
}

export const subscribersOf = (domains: readonly Domain[]): Listening[] =>
  domains.flatMap(({ listens = {} }) =>
    Object.entries(listens).map(([name, listener]) => ({
      name,
      listener,
      events: listener.isTold ? [...toldOf(domains), ...listener.events] : listener.events,
      load: async () => hearing(name, keyspacesOf(listener), await listener.load()),
    })),
  );

export const subscribers: readonly Listening[] = subscribersOf(all);
