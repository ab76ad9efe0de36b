import { usePorts } from "../../kernel/context.ts";
import type { NotificationManifest } from "../../kernel/domain.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { NotificationType } from "./notification-type.ts";

/** Returns the types of notification that the domains declare. */
const listTypes = (): Readonly<Record<string, NotificationManifest>> =>
  Object.assign({}, ...usePorts().domains.map(({ notifications }) => notifications));

/** Returns the type of notification for an event. */
export function findTypeForEvent(event: string): { name: string; load: () => Promise<NotificationType<BaseRecord>> } | undefined {
  const [name, facts] = Object.entries(listTypes()).find(([, { events }]) => events.includes(event)) ?? [];
  return name && facts ? { name, load: facts.load as () => Promise<NotificationType<BaseRecord>> } : undefined;
}
