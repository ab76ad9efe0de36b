import { drop, edit, type Mutant, replaceCall, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "notifications: another user's is one's own",
    at: "notification/notification#requireOwnId",
    change: edit(
      "|| collectionOwner(id) !== requireCurrentUser()) throw notFound();",
      "|| collectionOwner(id) === requireCurrentUser().slice(1)) throw notFound();",
    ),
    tests: "test/platform/notification/notification.test.ts",
  },
  {
    name: "notifications: an event that comes again tells again",
    at: "notifier#notificationId",
    change: replaceCall("derivedId", 'derivedId("notification", ms, `${name}/${seed}/${Math.random()}`, user)'),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: what was told is forgotten once it is deleted",
    at: "notification/notification#remove",
    change: edit(
      "return buildDelete(notification).commit(null);",
      "return buildDelete(notification).delete({ ...recordKey(useTenant(), notification.user_id), sk: `~told#${id}` }).commit(null);",
    ),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: the current owner is notified of an older change",
    at: "notifier#notifyRecipient",
    change: drop("readWrittenValue"),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: a mail counts as sent before it is",
    at: "notifier#deliver",
    change: edit(
      'const telling = { mail: email ? "due" : "none" } as const;',
      'const telling = { mail: "none" } as const;\n    if (email) await sendMail(id, message);',
    ),
    tests: "test/platform/notification/notifier.test.ts",
  },
  {
    name: "notifications: marking all takes what is new too",
    at: "notification/notification#markSome/isMeant",
    change: returns("unread_since !== null"),
    tests: "test/platform/notification/notification.test.ts",
  },
  {
    name: "notifications: marking all ends with its first turn",
    at: "notification/notification#proceed",
    change: edit("more ? { turn: settings.turn + 1 }", "more ? { turn: settings.turn }"),
    tests: "test/platform/notification/notification.test.ts",
  },
  {
    name: "notifications: none goes",
    at: "notification/notification#expire",
    change: drop("buildDelete"),
    tests: "test/platform/notification/notification.test.ts",
  },
];
