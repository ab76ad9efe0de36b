import { domain } from "../../kernel/domain.ts";
import { NOTIFICATION, NOTIFICATION_SETTINGS, notificationGrants } from "./notification.kind.ts";

export const notification = domain({
  name: "notification",
  kinds: [NOTIFICATION, NOTIFICATION_SETTINGS],
  grants: [notificationGrants],
  authorities: {
    unsubscribe_link: { rights: "user", basis: "request" },
  },
  subscribers: {
    notifications: {
      basis: "release",
      events: ["notification_settings.continue_requested", "notification.expiry_due"],
      includesNotificationEvents: true,
      uses: ["domains", "mail", "secrets:links", "objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"] },
        // For reading what a change wrote, who sees a record, and the user's unread notifications.
        { actions: ["Query"], indexes: ["table", "by_time", "by_status"] },
      ],
      load: async () => (await import("./notifier.ts")).onEvent,
    },
  },
});
