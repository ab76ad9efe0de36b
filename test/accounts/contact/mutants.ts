import { drop, edit, type Mutant, never, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "contacts: two become the primary at once",
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
    name: "contacts: the place of one that leaves is kept",
    at: "contact/locks#moveLocks",
    change: drop("releaseUnique"),
    tests: "test/accounts/contact",
  },
  {
    name: "contacts: the customer may be gone by the write",
    at: "contact/contact#requirePlace",
    change: replaceCall("requireLive", "void [tx, WriteConflict]"),
    tests: "test/accounts/contact",
  },
];
