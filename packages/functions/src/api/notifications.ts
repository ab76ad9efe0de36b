import { notificationGrants } from "@crm/core/notification/notification.domain.ts";
import { Notification } from "@crm/core/notification/notification.ts";
import { Settings } from "@crm/core/notification/settings.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { notificationLinks } from "./links.ts";
import { listing } from "./listing.ts";
import { preferencesPages } from "./preferences-pages.ts";

const one = {
  tag: "Notifications",
  output: recordOf("Notification", Notification.Info),
  kind: "record",
  links: notificationLinks,
} as const;

const operations = [
  ...listing({
    ...one,
    name: "listNotifications",
    path: "/notifications",
    access: notificationGrants.read,
    summary: "List one's own notifications, newest first",
    description: "They stay for 90 days. `meta.unread` says how many are unread.",
    verb: Notification.list,
    output: rowOf("NotificationRow", Notification.Info),
  }),
  operation({
    name: "getNotificationPreferences",
    method: "GET",
    path: "/notifications/preferences",
    tag: "Notifications",
    access: notificationGrants.read,
    summary: "Read what one is told of, and how",
    verb: Settings.get,
    output: Settings.Preferences,
  }),
  operation({
    name: "replaceNotificationPreferences",
    method: "PUT",
    path: "/notifications/preferences",
    tag: "Notifications",
    access: notificationGrants.write,
    summary: "Choose what one is told of, and how",
    description: "A type or a channel that is left out has its default: in the list, and by no mail.",
    verb: Settings.replace,
    output: Settings.Preferences,
  }),
  operation({
    name: "readAllNotifications",
    method: "POST",
    path: "/notifications/read-all",
    tag: "Notifications",
    access: notificationGrants.write,
    summary: "Mark all of one's notifications as read",
    description: "What comes meanwhile stays unread.",
    verb: Notification.readAll,
    output: Notification.Marked,
  }),
  operation({
    ...one,
    name: "getNotification",
    method: "GET",
    path: "/notifications/{id}",
    access: notificationGrants.read,
    summary: "Read one of one's own notifications",
    verb: Notification.get,
  }),
  operation({
    ...one,
    name: "readNotification",
    method: "POST",
    path: "/notifications/{id}/read",
    access: notificationGrants.write,
    summary: "Mark a notification as read",
    verb: Notification.read,
  }),
  operation({
    ...one,
    name: "unreadNotification",
    method: "POST",
    path: "/notifications/{id}/unread",
    access: notificationGrants.write,
    summary: "Mark a notification as unread",
    verb: Notification.unread,
  }),
  operation({
    name: "deleteNotification",
    method: "DELETE",
    path: "/notifications/{id}",
    tag: "Notifications",
    access: notificationGrants.write,
    summary: "Delete a notification",
    description: "It cannot be restored.",
    verb: Notification.remove,
  }),
  ...preferencesPages,
];

export const notifications = serves(operations, { uses: ["domains"] });
