import type { Domain, NotificationManifest } from "../../kernel/domain.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { listDomains } from "../../kernel/tenant-domains.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { NotificationType } from "./notification-type.ts";

/** The types of notification that the domains declare, by event. If several types have an event, the first one counts. */
const indexTypes = memoizeByObject((domains: readonly Domain[]) => {
  const types = domains.flatMap(({ notifications = {} }) => Object.entries<NotificationManifest>(notifications));
  return new Map(
    types.toReversed().flatMap(([name, { events, load }]) => events.map((event) => [event, { name, load }] as const)),
  );
});

/** Returns the type of notification for an event. */
export function findTypeForEvent(event: string): { name: string; load: () => Promise<NotificationType<BaseRecord>> } | undefined {
  const type = indexTypes(listDomains()).get(event);
  return type && { name: type.name, load: type.load as () => Promise<NotificationType<BaseRecord>> };
}
