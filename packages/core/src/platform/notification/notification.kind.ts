import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

export const NOTIFICATION = kind("notification", "ntf", {
  path: "/notifications",
  isStandalone: true,
  load: () => import("./notification.entity.ts"),
  display: { icon: "bell" },
});
export const NOTIFICATION_SETTINGS = kind("notification_settings", "nts", { load: () => import("./settings.entity.ts") });

export const notificationGrants = declarePermissions("notification", {
  read: everyone,
  write: everyone,
});
