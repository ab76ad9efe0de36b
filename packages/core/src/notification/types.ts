import { usePorts } from "../kernel/context.ts";
import type { NotificationFacts } from "../kernel/domain.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import type { NotificationType } from "./type.ts";

/** The types of notification that the domains name. */
export const types = (): Readonly<Record<string, NotificationFacts>> =>
  Object.assign({}, ...usePorts().domains.map(({ notifications }) => notifications));

/** The type that an event tells of. */
export function typeOf(event: string): { name: string; load: () => Promise<NotificationType<BaseRecord>> } | undefined {
  const [name, facts] = Object.entries(types()).find(([, { events }]) => events.includes(event)) ?? [];
  return name && facts ? { name, load: facts.load as () => Promise<NotificationType<BaseRecord>> } : undefined;
}
