import { isId } from "@crm/core/kernel/id.ts";
import { notificationGrants } from "@crm/core/platform/notification/notification.kind.ts";
import { Notification } from "@crm/core/platform/notification/notification.ts";
import { Settings } from "@crm/core/platform/notification/settings.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { type LinkedRecord, operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { linksFrom, recordLink } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { preferencesPages } from "./notification-preferences-pages.ts";

const recordLinks = linksFrom({ self: "/notifications/{id}" });
const links = (notification: LinkedRecord) => ({
  ...recordLinks(notification),
  ...recordLink("record", notification.record_id),
  ...(isId(String(notification.actor_id), USER) ? recordLink("actor", notification.actor_id) : {}),
});
const record = {
  tag: "Notifications",
  output: recordSchema("Notification", Notification.Info),
  kind: "record",
  links,
} as const;

const operations = [
  ...buildListOperations({
    ...record,
    name: "listNotifications",
    path: "/notifications",
    access: notificationGrants.read,
    summary: "List the caller's notifications, newest first",
    description: "Stored for 90 days. `meta.unread` is the number of unread notifications.",
    verb: Notification.list,
    output: rowSchema("NotificationRow", Notification.Info),
  }),
  operation({
    name: "getNotificationPreferences",
    method: "GET",
    path: "/notifications/preferences",
    tag: "Notifications",
    access: notificationGrants.read,
    summary: "Read the caller's notification preferences",
    verb: Settings.get,
    output: Settings.Preferences,
    inBatch: true,
  }),
  operation({
    name: "replaceNotificationPreferences",
    method: "PUT",
    path: "/notifications/preferences",
    tag: "Notifications",
    access: notificationGrants.write,
    summary: "Replace the caller's notification preferences",
    description: "An omitted type or channel gets its default: shown in the list, not sent by email.",
    verb: Settings.replace,
    output: Settings.Preferences,
  }),
  operation({
    name: "readAllNotifications",
    method: "POST",
    path: "/notifications/read-all",
    tag: "Notifications",
    access: notificationGrants.write,
    summary: "Mark all of the caller's notifications as read",
    description: "Notifications that arrive in the meantime stay unread.",
    verb: Notification.markAllRead,
    output: Notification.MarkResult,
  }),
  operation({
    ...record,
    name: "getNotification",
    method: "GET",
    path: "/notifications/{id}",
    access: notificationGrants.read,
    summary: "Read a notification of the caller",
    verb: Notification.get,
  }),
  operation({
    ...record,
    name: "readNotification",
    method: "POST",
    path: "/notifications/{id}/read",
    access: notificationGrants.write,
    summary: "Mark a notification as read",
    verb: Notification.markRead,
  }),
  operation({
    ...record,
    name: "unreadNotification",
    method: "POST",
    path: "/notifications/{id}/unread",
    access: notificationGrants.write,
    summary: "Mark a notification as unread",
    verb: Notification.markUnread,
  }),
  operation({
    name: "deleteNotification",
    method: "DELETE",
    path: "/notifications/{id}",
    tag: "Notifications",
    access: notificationGrants.write,
    summary: "Delete a notification",
    description: "A deleted notification cannot be restored.",
    verb: Notification.remove,
  }),
  ...preferencesPages,
];

export const notifications = defineApiFunction(operations, { uses: ["secrets:links", "domains", "objects:records:get"] });
