import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone } from "../../kernel/permission.ts";

/** All users may read senders, to choose one. Administrators manage the accounts. */
export const smsAccountGrants = declarePermissions("sms_account", { read: everyone, manage: ["ADMIN"] });

/** A sender of text messages. */
export const SMS_SENDER = kind("sms_sender", "ssd", {
  path: "/sms/senders",
  load: () => import("./sender.entity.ts"),
  display: { menu: "settings", icon: "message-square", labels: "SMS senders", label: "SMS sender" },
});

/** An account with a text message provider, with its secrets. */
export const SMS_SERVICE_ACCOUNT = kind("sms_service_account", "ssa", {
  path: "/sms/service-accounts",
  read: smsAccountGrants.manage,
  load: () => import("./service-account.entity.ts"),
  display: { menu: "settings", icon: "key-round", labels: "SMS service accounts", label: "SMS service account" },
});

/** A number for text messages. */
export const SMS_NUMBER = kind("sms_number", "snm", {
  path: "/sms/numbers",
  read: smsAccountGrants.manage,
  load: () => import("./number.entity.ts"),
  display: { menu: "settings", icon: "phone", labels: "SMS numbers", label: "SMS number", title: "{number}" },
});
