import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { EndpointRecord } from "./endpoint.entity.ts";

/** Notifications about endpoints, to the owner or else to an administrator. */
export const off: NotificationType<EndpointRecord> = {
  recipient: ({ status, told_id }) => (status === "OFF" ? told_id : null),
  title: ({ name, url }) => `Webhook endpoint switched off: ${name ?? new URL(url).host}`,
  body: ({ off_reason }) => off_reason,
};
