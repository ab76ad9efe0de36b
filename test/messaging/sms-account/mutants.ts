import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "messages: a number is two records'",
    at: "sms-account/number#claimNumber",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/messaging/sms-account/sms-account.test.ts",
  },
  {
    name: "messages: a number that is deleted is held for ever",
    at: "sms-account/number#remove",
    change: edit("toUniqueKey(current.number)", "toUniqueKey(current.id)"),
    tests: "test/messaging/sms-account/sms-account.test.ts",
  },
];
