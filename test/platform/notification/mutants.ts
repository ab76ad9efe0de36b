import { drop, edit, type Mutant, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "notifications: a user can access the notifications of another user",
    at: "notification/notification#requireOwnId",
    change: edit(
      "|| collectionOwner(id) !== requireCurrentUser()) throw notFound();",
      "|| collectionOwner(id) === requireCurrentUser().slice(1)) throw notFound();",
    ),
    tests: "test/platform/notification/notification.test.ts",
  },
  {
    name: "notifications: a redelivered event notifies again",
    at: "notifier#notificationId",
    change: replaceCall("derivedId", 'derivedId("notification", ms, `${name}/${seed}/${Math.random()}`, user)'),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: deleting a notification also deletes its deduplication marker",
    at: "notification/notification#remove",
    change: edit(
      "return buildDelete(notification).commit(null);",
      "return buildDelete(notification).delete({ ...recordKey(useTenant(), notification.user_id), sk: `~told#${id}` }).commit(null);",
    ),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: the current owner is notified of an older change",
    at: "notifier#notifyRecipients",
    change: drop("readWrittenValue"),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: a mail is recorded as sent before it is sent",
    at: "notifier#deliver",
    change: edit(
      'const telling = { mail: email ? "due" : "none" } as const;',
      'const telling = { mail: "none" } as const;\n    if (email) await sendMail(id, message);',
    ),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: marking all as read includes notifications that arrive later",
    at: "notification/notification#markSome/isMeant",
    change: returns("unread_since !== null"),
    tests: "test/platform/notification/notification.test.ts",
  },
  {
    name: "notifications: marking all as read stops after its first turn",
    at: "notification/notification#proceed",
    change: edit("more ? { turn: settings.turn + 1 }", "more ? { turn: settings.turn }"),
    tests: "test/platform/notification/notification.test.ts",
  },
  {
    name: "notifications: expired notifications are never deleted",
    at: "notification/notification#expire",
    change: drop("buildDelete"),
    tests: "test/platform/notification/notification.test.ts",
  },
];
