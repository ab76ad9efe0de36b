import { Notify } from "@crm/core/flows/notify.ts";
import { runIn } from "@crm/core/kernel/context.ts";
import { Notification } from "@crm/core/notification/notification.ts";
import type { DomainEvent, Ports } from "@crm/core/ports.ts";
import { systemContext } from "@crm/core/storage/derive.ts";

export const handle = (event: DomainEvent, ports: Ports): Promise<void> =>
  runIn(systemContext(ports, event.tenant_id, "notifications"), () =>
    event.type === "notification_settings.turned" ? Notification.proceed(event.record_id) : Notify.tell(event),
  );
