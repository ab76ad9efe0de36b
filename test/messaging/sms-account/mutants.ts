import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "messages: two records claim the same phone number",
    at: "sms-account/number#claimNumber",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/messaging/sms-account/sms-account.test.ts",
  },
  {
    name: "messages: the claim on a deleted phone number is never released",
    at: "sms-account/number#remove",
    change: edit("toUniqueKey(current.number)", "toUniqueKey(current.id)"),
    tests: "test/messaging/sms-account/sms-account.test.ts",
  },
];
