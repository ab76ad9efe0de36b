import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "limits: the number of API keys is unlimited",
    at: "auth/api-key#addToCount",
    change: edit("attribute_not_exists(#count) OR #count < :most", "attribute_not_exists(pk) OR attribute_exists(pk)"),
    tests: "test/platform/auth/tenant.test.ts",
  },
  {
    name: "sign-in: failed attempts for an address are not limited",
    at: "auth/throttle#limitFailures",
    change: edit("(attribute_not_exists(failed) OR failed < :most) AND ", ":limit = :limit AND "),
    tests: "test/platform/auth/login.test.ts",
  },
];
