import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import { Notification } from "@crm/core/notification/notification.ts";
import { Notify } from "@crm/core/notification/notify.ts";

export const handle = (event: DomainEvent, ports: Ports): Promise<void> =>
  runIn(systemContext(ports, event.tenant_id, "notifications"), () => {
    if (event.due_at !== undefined) return Notification.expire(event.record_id, event.due_at);
    return event.type === "notification_settings.turned" ? Notification.proceed(event.record_id) : Notify.tell(event);
  });
