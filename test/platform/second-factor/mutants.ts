import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = (
  [
    ["a code is accepted twice", "second-factor/totp.rules#findStep", "step > lastStep", "step > 0"],
    ["a recovery code is accepted twice", "second-factor/second-factor#matchCode", "{ ...used, recovery_hashes,", "{ ...used,"],
    [
      "the password alone opens a session",
      "sign-in/auth#openSession",
      "else if (user.second_factor_at !== null)",
      "else if (user.second_factor_at === userId)",
    ],
    [
      "a challenge does not expire",
      "second-factor/challenge#read",
      "Number.parseInt(expires, 36) * 1000 > Clock.ms()",
      "expires",
    ],
    [
      "a challenge survives a change of the password",
      "sign-in/auth#signInWithCode",
      "!(await Challenge.hasPassword(challenge, hash))",
      "false",
    ],
    ["a forged challenge is accepted", "second-factor/challenge#read", "!isMac(", "parts.length > 9 && !isMac("],
    ["wrong codes are not limited", "second-factor/second-factor#limitCodes", "MAX_ATTEMPTS]", "1e9]"],
    [
      "a user without a required second factor can do everything",
      "http/access-check#requireSetUp",
      "!duringSetUp",
      "duringSetUp === undefined",
    ],
  ] as const
).map(
  ([name, at, from, to]): Mutant => ({
    name: `second factor: ${name}`,
    at,
    change: edit(from, to),
    tests: "test/platform/second-factor/second-factor.test.ts",
  }),
);
