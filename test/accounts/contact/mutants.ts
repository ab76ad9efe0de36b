import { always, drop, edit, type Mutant, never, replaceCall, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "contacts: concurrent updates leave a customer with two primary contacts",
    at: "contact/locks#givePrimary",
    change: edit(
      'else tx.put(item, { condition: "contact_id = :holder", values: { ":holder": holder }, rejection: buildConflict });',
      "else tx.put(item, { rejection: buildConflict });",
    ),
    tests: "test/accounts/contact",
  },
  {
    name: "contacts: the previous primary contact stays primary",
    at: "contact/locks#takePrimary",
    change: never("before"),
    tests: "test/accounts/contact",
  },
  {
    name: "contacts: a removed contact keeps its uniqueness lock",
    at: "contact/locks#moveLocks",
    change: drop("releaseUnique"),
    tests: "test/accounts/contact",
  },
  {
    name: "contacts: a contact is written although its customer was deleted meanwhile",
    at: "contact/contact#requirePlace",
    change: replaceCall("requireLive", "void [tx, WriteConflict]"),
    tests: "test/accounts/contact",
  },
  {
    name: "contacts: users who do not see the person set its birth date",
    at: "person/birthdate#resolveEdit",
    change: always("canSeePerson"),
    tests: "test/accounts/contact/birthdate.test.ts",
  },
  {
    name: "contacts: everyone is shown the whole birth date",
    at: "person/birthdate#reveal",
    change: without("hasPermission"),
    tests: "test/accounts/contact/birthdate.test.ts",
  },
  {
    name: "contacts: a write answers with the whole birth date",
    at: "contact/contact#change",
    change: edit("Birthdate.mask", "Birthdate.reveal"),
    tests: "test/accounts/contact/birthdate.test.ts",
  },
];
