import { usePorts } from "../../kernel/context.ts";
import type { NotificationManifest } from "../../kernel/domain.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { NotificationType } from "./notification-type.ts";

/** The types of notification that the domains name. */
export const listTypes = (): Readonly<Record<string, NotificationManifest>> =>
  Object.assign({}, ...usePorts().domains.map(({ notifications }) => notifications));

/** The type that an event tells of. */
export function findTypeForEvent(event: string): { name: string; load: () => Promise<NotificationType<BaseRecord>> } | undefined {
  const [name, facts] = Object.entries(listTypes()).find(([, { events }]) => events.includes(event)) ?? [];
  return name && facts ? { name, load: facts.load as () => Promise<NotificationType<BaseRecord>> } : undefined;
}
