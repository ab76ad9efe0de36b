import { domain } from "../../kernel/domain.ts";
import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const NOTIFICATION = kind("notification", "ntf", {
  path: "/notifications",
  standalone: true,
  load: () => import("./notification.entity.ts"),
  display: { icon: "bell" },
});
export const NOTIFICATION_SETTINGS = kind("notification_settings", "nts", { load: () => import("./settings.entity.ts") });

export const notificationGrants = declarePermissions("notification", {
  read: everyone,
  write: everyone,
});

export const notification = domain({
  name: "notification",
  kinds: [NOTIFICATION, NOTIFICATION_SETTINGS],
  grants: [notificationGrants],
  subscribers: {
    notifications: {
      events: ["notification_settings.continue_requested", "notification.expiry_due"],
      includesNotificationEvents: true,
      uses: ["domains", "mail", "secrets"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"] },
        // For reading what a change wrote, who sees a record, and the user's unread notifications.
        { actions: ["Query"], indexes: ["table", "by_time", "by_status"] },
      ],
      load: async () => (await import("./notifier.ts")).onEvent,
    },
  },
});
